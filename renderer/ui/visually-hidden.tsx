// Words that are only read aloud.
import type { ReactNode } from 'react'
import styles from './field.module.css'

export function VisuallyHidden({ children }: { children: ReactNode }) {
  return <span className={styles.hidden}>{children}</span>
}
