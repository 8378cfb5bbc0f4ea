// The person's settings: out of the database, checked, and back into it; and single words of the program's own beside them.
import { z } from 'zod'
import { Settings } from '../../contract/records.ts'
import type { Database } from '../storage/database.ts'

export function createSettingsStore(database: Database) {
  const stored = storedText(database, 'settings')
  return {
    /** What cannot be understood any more counts as not set. */
    get: (): Settings => {
      const found = Settings.safeParse(JSON.parse(stored.get() ?? '{}'))
      return found.success ? found.data : Settings.parse({})
    },
    set: (settings: Settings): void => {
      database.change('durable', () => stored.set(JSON.stringify(settings)))
    },
  }
}

/** The text under a name; undefined where there is none, and null takes it away. */
export function storedText(database: Database, name: string) {
  return {
    get: (): string | undefined =>
      database.first(z.object({ value: z.string() }), 'SELECT value FROM settings WHERE name = ?', name)
        ?.value,
    set: (text: string | null): void => {
      if (text === null) database.run('DELETE FROM settings WHERE name = ?', name)
      else database.run('INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)', name, text)
    },
  }
}
