// The datasets in the database and their folders: records in, records out, with whether the files are still there.
import { randomUUID } from 'node:crypto'
import { rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { SplitName } from '../../../engine/spec/task-spec.ts'
import { HostFailure } from '../../contract/errors.ts'
import { say } from '../../contract/sentences.ts'
import { DatasetRecord } from '../../contract/records.ts'
import type { JobStore } from '../jobs/job-store.ts'
import type { Notify } from '../notify.ts'
import type { Database } from '../storage/database.ts'
import { sha256OfFile } from '../storage/file-hash.ts'

/** The file beside a dataset's own that says what it is: a `TaskSpec`. The command line reads it. */
export const TASK_FILE = 'task.json'

/** A file that was last written so long before the import ended was written by it; clocks of disks are coarse. In milliseconds. */
const SURELY_BEFORE = 1000

const Row = z.object({
  record: z.string().transform((text) => DatasetRecord.parse(JSON.parse(text))),
  revision: z.int(),
})

export type DatasetStore = ReturnType<typeof createDatasetStore>

export function createDatasetStore(
  database: Database,
  jobs: JobStore,
  folder: string,
  notify: Notify,
  log: (sentence: string) => void,
) {
  const folderOf = (id: string): string => path.join(folder, id)

  const withFiles = async (record: DatasetRecord): Promise<DatasetRecord> => {
    const files = Object.values(record.task.splits).flatMap((source) => source?.file ?? [])
    const found = await Promise.all(
      files.map((file) =>
        stat(path.join(folderOf(record.id), file)).then(
          (stats) => stats.isFile() || stats.isDirectory(), // a split of RACE is a folder
          () => false,
        ),
      ),
    )
    return { ...record, available: found.every(Boolean) }
  }

  const store = {
    /** Where a dataset's files lie. */
    folder: folderOf,

    /** Oldest first. */
    list: (): Promise<DatasetRecord[]> =>
      Promise.all(
        database
          .all(Row, 'SELECT record, revision FROM datasets')
          .map(({ record }) => record)
          .sort((a, b) => a.created_at - b.created_at)
          .map(withFiles),
      ),

    /** Each dataset's id with the number of its last change. */
    revisions: (): Map<string, number> =>
      new Map(
        database
          .all(z.object({ id: z.string(), revision: z.int() }), 'SELECT id, revision FROM datasets')
          .map(({ id, revision }) => [id, revision]),
      ),

    /** @throws HostFailure `not-found` */
    get: async (id: string): Promise<DatasetRecord> => {
      const row = database.first(Row, 'SELECT record, revision FROM datasets WHERE id = ?', id)
      if (row !== undefined) return withFiles(row.record)
      throw new HostFailure({ code: 'not-found', what: 'dataset', id, ...say('dataset-gone') })
    },

    /**
     * Whether the files are those that were imported. What was not touched since is believed; the rest is read again.
     * @throws HostFailure `not-found`, or `bad-file` that names the changed file
     */
    expectUnchanged: async (id: string): Promise<void> => {
      const { task, splits, created_at, name, version } = await store.get(id)
      for (const split of SplitName.options) {
        const [source, summary] = [task.splits[split], splits[split]]
        if (source === null || summary === undefined) continue
        const file = path.join(folderOf(id), source.file)
        const found = await stat(file).catch(() => null)
        if (
          found?.isFile() !== true ||
          (found.size === summary.bytes && found.mtimeMs < created_at - SURELY_BEFORE)
        )
          continue
        if (found.size === summary.bytes && (await sha256OfFile(file)) === summary.sha256) continue
        throw new HostFailure({
          code: 'bad-file',
          file,
          line: null,
          column: null,
          ...say('dataset-changed', { file, version, name }),
        })
      }
    },

    add: (record: DatasetRecord): void => {
      database.change('durable', () =>
        database.run(
          'INSERT INTO datasets (id, record, revision) VALUES (?, ?, ?)',
          record.id,
          JSON.stringify(record),
          database.nextRevision(),
        ),
      )
      notify('dataset.changed', record)
    },

    /** @throws HostFailure `in-use` while a job that waits or runs needs it */
    remove: async (id: string): Promise<void> => {
      const { name } = await store.get(id)
      database.change('durable', () => {
        const [user] = jobs.usingDataset(id)
        if (user !== undefined) {
          throw new HostFailure({
            code: 'in-use',
            ...say('dataset-in-use', { name, run: user.record.name, status: user.record.status }),
          })
        }
        database.run('DELETE FROM datasets WHERE id = ?', id)
      })
      notify('dataset.removed', { dataset_id: id })
      const trash = path.join(folder, `.removed-${randomUUID()}`)
      await rename(folderOf(id), trash).catch(() => undefined)
      await rm(trash, { recursive: true, force: true }).catch((error: unknown) =>
        log(`${trash} could not be removed: ${String(error)}`),
      )
    },
  }
  return store
}
