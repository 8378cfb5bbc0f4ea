// What the window asks about datasets and files in, answers out.
import path from 'node:path'
import { guessFormat } from '../../../engine/data/guess-format.ts'
import { readTable } from '../../../engine/data/table.ts'
import { HostFailure } from '../../contract/errors.ts'
import type { HostHandlers } from '../../contract/host.ts'
import { storageFailure } from '../storage/storage-failure.ts'
import type { KnownFiles } from '../uploads/known-files.ts'
import { checkFiles, summarize } from './check.ts'
import type { DatasetStore } from './dataset-store.ts'
import { taskOfDraft, type Draft, type DraftFiles } from './draft-task.ts'
import { importDataset } from './import.ts'

type DatasetMethod =
  | 'datasets.list'
  | 'datasets.preview'
  | 'datasets.check'
  | 'datasets.import'
  | 'datasets.rows'
  | 'datasets.delete'

/** @param signal aborted when the host closes: reading a large file ends then */
export function datasetHandlers(
  datasets: DatasetStore,
  files: KnownFiles,
  folder: string,
  signal: AbortSignal,
): Pick<HostHandlers, DatasetMethod> {
  const filesOf = ({ files: ids }: Draft): DraftFiles => ({
    train: files.get(ids.train),
    ...(ids.dev === null ? {} : { dev: files.get(ids.dev) }),
    ...(ids.test === null ? {} : { test: files.get(ids.test) }),
  })

  return {
    'datasets.list': () => datasets.list(),

    'datasets.preview': async ({ file_id, format, header }) => {
      const { path: file, name } = files.get(file_id)
      try {
        const { bytes } = await files.measure(file_id)
        const guess = await guessFormat(file, { format, header })
        if (guess.rows.length === 0) throw withoutRows(name, guess.columns)
        return { file_id, name, bytes, ...guess }
      } catch (error) {
        throw storageFailure(error, name)
      }
    },

    'datasets.check': async (draft) => {
      const chosen = filesOf(draft)
      const task = await taskOfDraft(draft, chosen, signal)
      return summarize(task, await checkFiles(task, chosen, signal))
    },

    'datasets.import': async (draft) => {
      const chosen = filesOf(draft)
      const task = await taskOfDraft(draft, chosen, signal)
      const checks = await checkFiles(task, chosen, signal)
      const { name, dev_share, seed, skip_faulty_rows } = draft
      const plan = {
        name,
        origin: 'imported' as const,
        task,
        files: chosen,
        checks,
        dev_share,
        seed,
        skip_faulty_rows,
      }
      const record = await importDataset(plan, folder, signal)
      datasets.add(record)
      return record
    },

    'datasets.rows': async ({ dataset_id, split, limit }) => {
      const { task, name } = await datasets.get(dataset_id)
      const source = task.splits[split]
      if (source === null) return { columns: [], rows: [] }
      const file = path.join(datasets.folder(dataset_id), source.file)
      let columns: string[] = []
      const rows: { line: number; cells: string[] }[] = []
      try {
        for await (const { cells, line, index } of readTable(file, task.format, { signal })) {
          if (index === 0 && source.header) columns = cells
          else rows.push({ line, cells })
          if (rows.length >= limit) break
        }
      } catch (error) {
        throw gone(error, name, file)
      }
      const width = rows.reduce((most, { cells }) => Math.max(most, cells.length), columns.length)
      const named = Array.from(
        { length: width },
        (_, position) => columns[position]?.trim() || `column ${position + 1}`,
      )
      return { columns: named, rows }
    },

    'datasets.delete': async ({ dataset_id }) => {
      await datasets.remove(dataset_id)
      return {}
    },
  }
}

function gone(error: unknown, name: string, file: string): unknown {
  const failure = storageFailure(error, file)
  if (
    !(failure instanceof HostFailure) ||
    !(error instanceof Error && 'code' in error && error.code === 'ENOENT')
  )
    return failure
  const message = `The files of ${name} are gone: ${file} was moved or deleted. Put it back, or import the dataset again.`
  return new HostFailure({ code: 'bad-file', file, line: null, column: null, message }, { cause: error })
}

/** There is nothing to map in such a file, and nothing to learn from it. */
function withoutRows(name: string, columns: readonly string[]): HostFailure {
  const message =
    columns.length === 0
      ? `${name} is empty. Drop a file that has rows.`
      : `${name} has a header (${columns.join(', ')}) and no rows below it. Drop a file that has rows.`
  return new HostFailure({ code: 'bad-file', file: name, line: null, column: null, message })
}
