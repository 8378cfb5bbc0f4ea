// A number with its label. It is typed as text, so that `5e-5` and a half-written value are possible; what is no number is `null`.
import { useState, type ReactNode } from 'react'
import { Field, type FieldProps } from './field.tsx'
import { classes } from './classes.ts'
import styles from './field.module.css'
import { numberText, parseNumber } from './number-text.ts'

/** Arrow keys change the value by `step` and stay within the bounds; bounds are not forced on what is typed: say it in `error`. */
export function NumberField({
  value,
  onValueChange,
  minimum,
  maximum,
  step = 1,
  unit,
  disabled = false,
  ...field
}: FieldProps & {
  value: number | null
  /** `null` while the text is not a number. */
  onValueChange: (value: number | null) => void
  minimum?: number | undefined
  maximum?: number | undefined
  step?: number
  unit?: ReactNode
  disabled?: boolean
}) {
  const [typed, setTyped] = useState<{ text: string; value: number | null }>({ text: written(value), value })
  const text = typed.value === value ? typed.text : written(value)

  const put = (next: string) => {
    const parsed = parseNumber(next)
    setTyped({ text: next, value: parsed })
    if (parsed !== value) onValueChange(parsed)
  }

  const move = (direction: 1 | -1) => {
    const moved = Number(((value ?? 0) + direction * step).toPrecision(12))
    put(written(Math.min(maximum ?? Infinity, Math.max(minimum ?? -Infinity, moved))))
  }

  return (
    <Field {...field}>
      {(binding) => (
        <div className={styles.unit}>
          <input
            {...binding}
            className={classes(styles.input, styles.numeric)}
            type="text"
            role="spinbutton"
            inputMode="decimal"
            autoComplete="off"
            spellCheck={false}
            aria-valuenow={value ?? undefined}
            aria-valuemin={minimum}
            aria-valuemax={maximum}
            value={text}
            disabled={disabled}
            onChange={(event) => put(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
              event.preventDefault()
              move(event.key === 'ArrowUp' ? 1 : -1)
            }}
          />
          {unit !== undefined && <span className={styles.unitText}>{unit}</span>}
        </div>
      )}
    </Field>
  )
}

function written(value: number | null): string {
  return value === null ? '' : numberText(value)
}
