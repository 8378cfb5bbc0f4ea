// A word in a coloured pill: a state, an origin, a count. The tone supports the word, it never replaces it.
import type { ReactNode } from 'react'
import styles from './badge.module.css'
import { classes } from './classes.ts'

export type Tone = 'neutral' | 'accent' | 'success' | 'warning' | 'danger'

export function Badge({ tone = 'neutral', children }: { tone?: Tone; children: ReactNode }) {
  return <span className={classes(styles.badge, styles[tone])}>{children}</span>
}

/** A badge with a dot before the word; `live` lets the dot breathe while something works. */
export function StatusBadge({
  tone = 'neutral',
  live = false,
  children,
}: {
  tone?: Tone
  live?: boolean
  children: ReactNode
}) {
  return (
    <span className={classes(styles.badge, styles[tone])}>
      <span className={classes(styles.dot, live && styles.live)} aria-hidden />
      {children}
    </span>
  )
}
