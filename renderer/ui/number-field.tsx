// A number with its label. It is typed as text, so that `5e-5` and a half-written value are possible; what is no number is `null`.
import { useState, type ReactNode } from 'react'
import { Field, type FieldProps } from './field.tsx'
import { classes } from './classes.ts'
import styles from './field.module.css'

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
    const parsed = numberOf(next)
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

function numberOf(text: string): number | null {
  const trimmed = text.trim()
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return null
  const parsed = Number(trimmed)
  return Number.isFinite(parsed) ? parsed : null
}

/** 0.00005 is written 5e-5, as the papers write it. */
function written(value: number | null): string {
  if (value === null) return ''
  return value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential().replace('e+', 'e') : String(value)
}
