// A button: its weight (variant), its size, an icon before the words, and a busy state that keeps its width.
import { LoaderCircle } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import styles from './button.module.css'
import { classes } from './classes.ts'

export type ButtonProps = Omit<ComponentProps<'button'>, 'className'> & {
  /** One `primary` on a page: the thing to do next. */
  variant?: 'primary' | 'secondary' | 'quiet' | 'danger'
  size?: 'small' | 'regular' | 'large'
  icon?: ReactNode
  /** Shows that the work was taken up; further clicks are ignored. */
  busy?: boolean
}

/** A labelled button. `type` is `button` unless said otherwise. */
export function Button({
  variant = 'secondary',
  size = 'regular',
  icon,
  busy = false,
  disabled = false,
  type = 'button',
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={classes(styles.button, styles[variant], styles[size])}
    >
      {busy ? <LoaderCircle className={styles.spinner} size={16} aria-hidden /> : icon}
      {children}
    </button>
  )
}
