// One of a list. It is the platform's own control: its popup may leave the window and types ahead in every language.
import { ChevronDown } from 'lucide-react'
import { Field, type FieldProps } from './field.tsx'
import { classes } from './classes.ts'
import styles from './field.module.css'

export type SelectOption<Value extends string = string> = { value: Value; label: string; disabled?: boolean }

export function Select<Value extends string>({
  value,
  onValueChange,
  options,
  disabled = false,
  size = 'regular',
  ...field
}: FieldProps & {
  value: Value
  onValueChange: (value: Value) => void
  options: readonly SelectOption<Value>[]
  disabled?: boolean
  size?: 'small' | 'regular'
}) {
  return (
    <Field {...field}>
      {(binding) => (
        <div className={styles.selectFrame}>
          <select
            {...binding}
            className={classes(styles.select, size === 'small' && styles.small)}
            value={value}
            disabled={disabled}
            onChange={(event) => {
              const chosen = options.find((option) => option.value === event.target.value)
              if (chosen !== undefined) onValueChange(chosen.value)
            }}
          >
            {options.map((option) => (
              <option key={option.value} value={option.value} disabled={option.disabled}>
                {option.label}
              </option>
            ))}
          </select>
          <ChevronDown className={styles.chevron} aria-hidden />
        </div>
      )}
    </Field>
  )
}
