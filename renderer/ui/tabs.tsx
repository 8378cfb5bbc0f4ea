// Tabs: several views of one thing, one at a time; arrow keys move between them.
import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import styles from './tabs.module.css'

export type Tab = { value: string; label: ReactNode; content: ReactNode }

/** @param label what the tabs are views of, read aloud */
export function Tabs({
  tabs,
  label,
  value,
  onValueChange,
}: {
  tabs: readonly Tab[]
  label: string
  value: string
  onValueChange: (value: string) => void
}) {
  return (
    <Radix.Root className={styles.root} value={value} onValueChange={onValueChange}>
      <Radix.List className={styles.list} aria-label={label}>
        {tabs.map((tab) => (
          <Radix.Trigger key={tab.value} className={styles.tab} value={tab.value}>
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.value} className={styles.content} value={tab.value}>
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  )
}
