// Something went wrong: what, the details, and the way out.
import { CircleAlert, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { classes } from './classes.ts'
import styles from './error-banner.module.css'

export function ErrorBanner({
  title,
  children,
  action,
  tone = 'danger',
}: {
  title: ReactNode
  children?: ReactNode
  action?: ReactNode
  tone?: 'danger' | 'warning'
}) {
  return (
    <div className={classes(styles.banner, styles[tone])} role={tone === 'danger' ? 'alert' : 'status'}>
      {tone === 'danger' ? <CircleAlert size={18} aria-hidden /> : <TriangleAlert size={18} aria-hidden />}
      <div className={styles.words}>
        <p className={styles.title}>{title}</p>
        {children !== undefined && <div className={styles.detail}>{children}</div>}
      </div>
      {action !== undefined && <div className={styles.action}>{action}</div>}
    </div>
  )
}
