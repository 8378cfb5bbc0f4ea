// The downloads in the database: records, who works on them, and the hashes of files that nobody published one for.
import { z } from 'zod'
import { HostFailure } from '../../contract/errors.ts'
import { say } from '../../contract/sentences.ts'
import { DownloadRecord, type DownloadItem, type DownloadStatus } from '../../contract/downloads.ts'
import { Owner } from '../jobs/owner.ts'
import type { Database } from '../storage/database.ts'
import { Source } from './source.ts'

/** What only the host needs to know of each file. */
export const FileState = z.object({
  /** What the server said when the bytes that are here were fetched. */
  source: Source.nullable(),
  /** Bytes that are on the disk for certain. */
  durable: z.number(),
  /** The furthest that any try has come: another one that comes less far has brought nothing. */
  furthest: z.number(),
  /** Times it had to start again from the first byte. */
  restarts: z.int(),
})
export type FileState = z.infer<typeof FileState>

export const NEW_FILE: FileState = { source: null, durable: 0, furthest: 0, restarts: 0 }

export type StoredDownload = {
  record: DownloadRecord
  files: FileState[]
  /** The host that works on it. */
  owner: Owner | null
  /** The owner's last sign of life, in milliseconds since 1970. */
  seen_at: number
  revision: number
}

/** Something works on it, or wrote as if it did. */
export const WORKING: readonly DownloadStatus[] = ['downloading', 'verifying', 'installing']

const COLUMNS = 'record, files, owner, seen_at, revision'
const json = <T>(schema: z.ZodType<T>) => z.string().transform((text) => schema.parse(JSON.parse(text)))
const Row = z
  .object({
    record: json(DownloadRecord),
    files: json(z.array(FileState)),
    owner: json(Owner).nullable(),
    seen_at: z.number(),
    revision: z.int(),
  })
  .transform((row): StoredDownload => row)

export type DownloadStore = ReturnType<typeof createDownloadStore>

export function createDownloadStore(database: Database) {
  const store = {
    database,

    /** Oldest first. */
    list: (): StoredDownload[] =>
      database.all(Row, `SELECT ${COLUMNS} FROM downloads ORDER BY created_at, id`),

    changedSince: (revision: number): StoredDownload[] =>
      database.all(Row, `SELECT ${COLUMNS} FROM downloads WHERE revision > ? ORDER BY revision`, revision),

    ids: (): string[] =>
      database.all(z.object({ id: z.string() }), 'SELECT id FROM downloads').map(({ id }) => id),

    find: (id: string): StoredDownload | undefined =>
      database.first(Row, `SELECT ${COLUMNS} FROM downloads WHERE id = ?`, id),

    /** @throws HostFailure `not-found` */
    get: (id: string): StoredDownload => {
      const found = store.find(id)
      if (found !== undefined) return found
      throw new HostFailure({ code: 'not-found', what: 'download', id, ...say('download-gone') })
    },

    /** The download of an item, of which there is one at a time. */
    ofItem: ({ kind, item_id }: DownloadItem): StoredDownload | undefined =>
      database.first(
        Row,
        `SELECT ${COLUMNS} FROM downloads
         WHERE json_extract(record, '$.kind') = ? AND json_extract(record, '$.item_id') = ?`,
        kind,
        item_id,
      ),

    insert: (record: DownloadRecord): StoredDownload =>
      database.change('durable', () => {
        const files = record.files.map(() => NEW_FILE)
        const revision = database.nextRevision()
        database.run(
          'INSERT INTO downloads (id, record, files, owner, seen_at, created_at, revision) VALUES (?, ?, ?, NULL, ?, ?, ?)',
          record.id,
          JSON.stringify(record),
          JSON.stringify(files),
          Date.now(),
          record.created_at,
          revision,
        )
        return { record, files, owner: null, seen_at: Date.now(), revision }
      }),

    /**
     * Reads the download, lets `change` say what becomes of it and writes that, as one step.
     * @param change gives undefined for what shall stay as it is
     * @returns the download afterwards, or undefined where there was nothing to change
     */
    update: (
      id: string,
      change: (
        download: StoredDownload,
      ) => Partial<Pick<StoredDownload, 'record' | 'files' | 'owner'>> | undefined,
      safety: 'durable' | 'swift' = 'durable',
    ): StoredDownload | undefined =>
      database.change(safety, () => {
        const before = store.find(id)
        const changed = before && change(before)
        if (before === undefined || changed === undefined) return undefined
        const after = { ...before, ...changed, revision: database.nextRevision(), seen_at: Date.now() }
        database.run(
          'UPDATE downloads SET record = ?, files = ?, owner = ?, seen_at = ?, revision = ? WHERE id = ?',
          JSON.stringify(after.record),
          JSON.stringify(after.files),
          after.owner && JSON.stringify(after.owner),
          after.seen_at,
          after.revision,
          id,
        )
        return after
      }),

    /** Says that the owner lives, on all that it works on; that alone is no change of a download. */
    giveSign: (owner: Owner): void => {
      const isOwned = "json_extract(owner, '$.id') = ?"
      if (database.first(z.unknown(), `SELECT 1 FROM downloads WHERE ${isOwned}`, owner.id) === undefined)
        return
      database.change('swift', () =>
        database.run(`UPDATE downloads SET seen_at = ? WHERE ${isOwned}`, Date.now(), owner.id),
      )
    },

    remove: (id: string): void => {
      database.change('durable', () => database.run('DELETE FROM downloads WHERE id = ?', id))
    },

    /** The hash of a file at its first use. */
    knownHash: (url: string): string | null =>
      database.first(z.object({ sha256: z.string() }), 'SELECT sha256 FROM known_hashes WHERE url = ?', url)
        ?.sha256 ?? null,

    rememberHash: (url: string, sha256: string): void => {
      database.change('durable', () =>
        database.run('INSERT OR REPLACE INTO known_hashes (url, sha256) VALUES (?, ?)', url, sha256),
      )
    },

    forgetHash: (url: string): void => {
      database.change('durable', () => database.run('DELETE FROM known_hashes WHERE url = ?', url))
    },
  }
  return store
}
