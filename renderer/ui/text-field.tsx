// One line of text with its label.
import { Field, type FieldProps } from './field.tsx'
import { classes } from './classes.ts'
import styles from './field.module.css'

export function TextField({
  value,
  onValueChange,
  placeholder,
  disabled = false,
  monospace = false,
  maxLength,
  ...field
}: FieldProps & {
  value: string
  onValueChange: (value: string) => void
  placeholder?: string
  disabled?: boolean
  monospace?: boolean
  maxLength?: number
}) {
  return (
    <Field {...field}>
      {(binding) => (
        <input
          {...binding}
          className={classes(styles.input, monospace && styles.numeric)}
          type="text"
          value={value}
          placeholder={placeholder}
          disabled={disabled}
          maxLength={maxLength}
          spellCheck={false}
          onChange={(event) => onValueChange(event.target.value)}
        />
      )}
    </Field>
  )
}
