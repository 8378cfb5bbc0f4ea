// Yes or no, in force with the rest of the form.
import { Check } from 'lucide-react'
import { Checkbox as Radix } from 'radix-ui'
import { useId } from 'react'
import styles from './field.module.css'
import type { ToggleProps } from './switch.tsx'

export function Checkbox({ checked, onCheckedChange, label, hint, disabled = false }: ToggleProps) {
  const id = useId()
  return (
    <div className={styles.toggle}>
      <Radix.Root
        id={id}
        className={styles.checkbox}
        checked={checked}
        onCheckedChange={(next) => onCheckedChange(next === true)}
        disabled={disabled}
        aria-describedby={hint === undefined ? undefined : `${id}-note`}
      >
        <Radix.Indicator asChild>
          <Check aria-hidden strokeWidth={3} />
        </Radix.Indicator>
      </Radix.Root>
      <div className={styles.toggleText}>
        <label htmlFor={id}>{label}</label>
        {hint !== undefined && (
          <span id={`${id}-note`} className={styles.hint}>
            {hint}
          </span>
        )}
      </div>
    </div>
  )
}
