// The person's settings: out of the database, checked, and back into it.
import { z } from 'zod'
import { Settings } from '../../contract/records.ts'
import type { Database } from '../storage/database.ts'

export function createSettingsStore(database: Database) {
  return {
    /** What cannot be understood any more counts as not set. */
    get: (): Settings => {
      const row = database.first(
        z.object({ value: z.string() }),
        "SELECT value FROM settings WHERE name = 'settings'",
      )
      const found = Settings.safeParse(row === undefined ? {} : JSON.parse(row.value))
      return found.success ? found.data : Settings.parse({})
    },
    set: (settings: Settings): void => {
      database.change('durable', () =>
        database.run(
          "INSERT OR REPLACE INTO settings (name, value) VALUES ('settings', ?)",
          JSON.stringify(settings),
        ),
      )
    },
  }
}
