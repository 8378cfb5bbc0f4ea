// On or off, in force at once.
import { Switch as Radix } from 'radix-ui'
import { useId, type ReactNode } from 'react'
import styles from './field.module.css'

export type ToggleProps = {
  checked: boolean
  onCheckedChange: (checked: boolean) => void
  label: ReactNode
  hint?: ReactNode
  disabled?: boolean
}

export function Switch({ checked, onCheckedChange, label, hint, disabled = false }: ToggleProps) {
  const id = useId()
  return (
    <div className={styles.toggle}>
      <Radix.Root
        id={id}
        className={styles.switch}
        checked={checked}
        onCheckedChange={onCheckedChange}
        disabled={disabled}
        aria-describedby={hint === undefined ? undefined : `${id}-note`}
      >
        <Radix.Thumb className={styles.thumb} />
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
