// A button that is only an icon: its words are read aloud and shown as a tooltip.
import type { ComponentProps, ReactNode } from 'react'
import styles from './button.module.css'
import { classes } from './classes.ts'
import { Tooltip } from './tooltip.tsx'

export type IconButtonProps = Omit<ComponentProps<'button'>, 'className' | 'children' | 'aria-label'> & {
  label: string
  icon: ReactNode
  size?: 'small' | 'regular'
  variant?: 'quiet' | 'secondary'
}

/** An icon with a name. */
export function IconButton({
  label,
  icon,
  size = 'regular',
  variant = 'quiet',
  type = 'button',
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip content={label}>
      <button
        {...rest}
        type={type}
        aria-label={label}
        className={classes(styles.button, styles[variant], styles[size], styles.iconOnly)}
      >
        {icon}
      </button>
    </Tooltip>
  )
}
