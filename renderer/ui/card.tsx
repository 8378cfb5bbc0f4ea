// A surface that holds one thing, with its heading and what can be done with it.
import type { ReactNode } from 'react'
import styles from './card.module.css'
import { classes } from './classes.ts'

/** @param flush lets the content reach the edges, as a table does */
export function Card({
  title,
  description,
  actions,
  flush = false,
  children,
}: {
  title?: ReactNode
  description?: ReactNode
  actions?: ReactNode
  flush?: boolean
  children?: ReactNode
}) {
  const hasHeader = title !== undefined || actions !== undefined
  return (
    <section className={styles.card}>
      {hasHeader && (
        <header className={styles.header}>
          <div className={styles.heading}>
            <h2 className={styles.title}>{title}</h2>
            {description !== undefined && <p className={styles.description}>{description}</p>}
          </div>
          {actions !== undefined && <div className={styles.actions}>{actions}</div>}
        </header>
      )}
      {children !== undefined && (
        <div className={classes(flush ? styles.flush : styles.body, hasHeader && styles.afterHeader)}>
          {children}
        </div>
      )}
    </section>
  )
}
