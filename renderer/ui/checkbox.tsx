// Yes or no, in force with the rest of the form.
import { Check } from 'lucide-react'
import { Checkbox as Radix } from 'radix-ui'
import styles from './field.module.css'
import { ToggleRow, type ToggleProps } from './toggle-row.tsx'

export function Checkbox({ checked, onCheckedChange, label, hint, disabled = false }: ToggleProps) {
  return (
    <ToggleRow label={label} hint={hint}>
      {(binding) => (
        <Radix.Root
          {...binding}
          className={styles.checkbox}
          checked={checked}
          onCheckedChange={(next) => onCheckedChange(next === true)}
          disabled={disabled}
        >
          <Radix.Indicator asChild>
            <Check aria-hidden strokeWidth={3} />
          </Radix.Indicator>
        </Radix.Root>
      )}
    </ToggleRow>
  )
}
