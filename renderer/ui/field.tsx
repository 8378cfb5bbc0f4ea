// What stands around every input: its label, a hint, and what is wrong with its value, tied together for screen readers.
import { useId, type ReactNode } from 'react'
import { classes } from './classes.ts'
import styles from './field.module.css'

export type FieldProps = {
  label: ReactNode
  /** Keeps the label for screen readers only, where the place already says it. */
  hideLabel?: boolean
  hint?: ReactNode
  /** Shown in place of the hint and announced; the input counts as invalid. */
  error?: string | undefined
}

/** What the input inside must carry. */
export type InputBinding = {
  id: string
  'aria-invalid': boolean | undefined
  'aria-describedby': string | undefined
}

/** @param children draws the input with the given ids */
export function Field({
  label,
  hideLabel = false,
  hint,
  error,
  children,
}: FieldProps & { children: (binding: InputBinding) => ReactNode }) {
  const id = useId()
  const noteId = `${id}-note`
  const hasNote = error !== undefined || hint !== undefined
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={classes(styles.label, hideLabel && styles.hidden)}>
        {label}
      </label>
      {children({
        id,
        'aria-invalid': error === undefined ? undefined : true,
        'aria-describedby': hasNote ? noteId : undefined,
      })}
      {hasNote && (
        <p
          id={noteId}
          className={error === undefined ? styles.hint : styles.error}
          role={error === undefined ? undefined : 'alert'}
        >
          {error ?? hint}
        </p>
      )}
    </div>
  )
}
