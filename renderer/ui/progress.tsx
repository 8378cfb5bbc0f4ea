// How far something is, as a bar; without a value it only says that work goes on.
import { classes } from './classes.ts'
import styles from './progress.module.css'

/** @param value share done, 0 to 1; null when the length is not known */
export function Progress({
  value,
  label,
  size = 'regular',
  tone = 'accent',
}: {
  value: number | null
  label: string
  size?: 'small' | 'regular'
  tone?: 'accent' | 'neutral' | 'success' | 'danger'
}) {
  const percent = value === null ? null : Math.round(Math.min(1, Math.max(0, value)) * 1000) / 10
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent ?? undefined}
      className={classes(styles.track, size === 'small' && styles.small, styles[tone])}
    >
      <div
        className={classes(styles.bar, percent === null && styles.unknown)}
        style={percent === null ? undefined : { width: `${percent}%` }}
      />
    </div>
  )
}
