// The head of a page: where one is, in a heading, and the page's acts at the right.
import type { ReactNode } from 'react'
import styles from './page-header.module.css'

/** @param back a link to the page above, shown over the title @param status a badge beside the title */
export function PageHeader({
  title,
  description,
  back,
  status,
  actions,
}: {
  title: string
  description?: ReactNode
  back?: ReactNode
  status?: ReactNode
  actions?: ReactNode
}) {
  return (
    <header className={styles.header}>
      <div className={styles.words}>
        {back !== undefined && <div className={styles.back}>{back}</div>}
        <div className={styles.line}>
          <h1 className={styles.title}>{title}</h1>
          {status}
        </div>
        {description !== undefined && <p className={styles.description}>{description}</p>}
      </div>
      {actions !== undefined && <div className={styles.actions}>{actions}</div>}
    </header>
  )
}

/** The frame of a page: its width, its padding, the distance between its parts. */
export function Page({ children }: { children: ReactNode }) {
  return <div className={styles.page}>{children}</div>
}
