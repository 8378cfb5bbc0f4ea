// A control that is on or off in, the row with its words beside it out.
import { useId, type ReactNode } from 'react'
import styles from './field.module.css'

export type ToggleProps = {
  checked: boolean
  onCheckedChange: (checked: boolean) => void
  label: ReactNode
  hint?: ReactNode
  disabled?: boolean
}

/** @param children draws the control, which takes these two so that the words belong to it */
export function ToggleRow({
  label,
  hint,
  children,
}: Pick<ToggleProps, 'label' | 'hint'> & {
  children: (binding: { id: string; 'aria-describedby': string | undefined }) => ReactNode
}) {
  const id = useId()
  return (
    <div className={styles.toggle}>
      {children({ id, 'aria-describedby': hint === undefined ? undefined : `${id}-note` })}
      <div className={styles.toggleText}>
        <label htmlFor={id}>{label}</label>
        {hint !== undefined && (
          <span id={`${id}-note`} className={styles.hint}>
            {hint}
          </span>
        )}
      </div>
    </div>
  )
}
