// On or off, in force at once.
import { Switch as Radix } from 'radix-ui'
import styles from './field.module.css'
import { ToggleRow, type ToggleProps } from './toggle-row.tsx'

export function Switch({ checked, onCheckedChange, label, hint, disabled = false }: ToggleProps) {
  return (
    <ToggleRow label={label} hint={hint}>
      {(binding) => (
        <Radix.Root
          {...binding}
          className={styles.switch}
          checked={checked}
          onCheckedChange={onCheckedChange}
          disabled={disabled}
        >
          <Radix.Thumb className={styles.thumb} />
        </Radix.Root>
      )}
    </ToggleRow>
  )
}
