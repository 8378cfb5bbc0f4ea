// One of a few, all of them in sight; arrow keys move between them.
import { RadioGroup as Radix } from 'radix-ui'
import { useId, type ReactNode } from 'react'
import styles from './segmented.module.css'

export function Segmented<Value extends string>({
  label,
  value,
  onValueChange,
  options,
}: {
  label: ReactNode
  value: Value
  onValueChange: (value: Value) => void
  options: readonly { value: Value; label: ReactNode }[]
}) {
  const id = useId()
  return (
    <div className={styles.field}>
      <span id={id} className={styles.label}>
        {label}
      </span>
      <Radix.Root
        className={styles.group}
        aria-labelledby={id}
        value={value}
        onValueChange={(next) => {
          const chosen = options.find((option) => option.value === next)
          if (chosen !== undefined) onValueChange(chosen.value)
        }}
      >
        {options.map((option) => (
          <Radix.Item key={option.value} className={styles.item} value={option.value}>
            {option.label}
          </Radix.Item>
        ))}
      </Radix.Root>
    </div>
  )
}
