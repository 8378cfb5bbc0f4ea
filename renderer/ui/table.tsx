// The shell of a table: a frame that scrolls under a head that stays. Rows and cells are plain `tr`, `th` and `td`.
import type { ReactNode } from 'react'
import { classes } from './classes.ts'
import styles from './table.module.css'

/**
 * @param label what the table lists, read aloud
 * @param maxHeight CSS length after which it scrolls; without it, it grows
 * @param dense smaller rows, for raw data
 */
export function Table({
  label,
  head,
  children,
  maxHeight,
  dense = false,
}: {
  label: string
  head: ReactNode
  children: ReactNode
  maxHeight?: string
  dense?: boolean
}) {
  return (
    <div
      className={styles.frame}
      style={maxHeight === undefined ? undefined : { maxHeight }}
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      <table className={classes(styles.table, dense && styles.dense)} aria-label={label}>
        <thead className={styles.head}>{head}</thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}

/** Class names for cells: `numeric` aligns right in even figures, `faint` greys what is not significant, `clip` cuts long text. */
export const cell = {
  numeric: styles.numeric ?? '',
  faint: styles.faint ?? '',
  mono: styles.mono ?? '',
  clip: styles.clip ?? '',
  actions: styles.actions ?? '',
} as const
