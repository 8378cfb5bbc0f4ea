// What the window asks about datasets and files in, answers out.
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { EngineFailure } from '../../../engine/spec/errors.ts'
import { SplitName } from '../../../engine/spec/task-spec.ts'
import { HostFailure } from '../../contract/errors.ts'
import { say } from '../../contract/sentences.ts'
import type { HostHandlers } from '../../contract/host.ts'
import type { ModelCatalog } from '../models/catalog.ts'
import type { Notify } from '../notify.ts'
import { storageFailure } from '../storage/storage-failure.ts'
import type { KnownFile, KnownFiles } from '../uploads/known-files.ts'
import type { Aside } from './aside.ts'
import { unpacked } from './archives.ts'
import type { AsTable } from './as-table.ts'
import type { DatasetStore } from './dataset-store.ts'
import { rowsOf } from './dataset-rows.ts'
import { READINGS, type ResultOf } from './dataset-works.ts'
import type { Draft, DraftFiles } from './draft-task.ts'
import { createEncoder } from './encode.ts'
import { previewOf } from './preview.ts'
import { recognize } from './recognize.ts'
import { createWorks } from './works.ts'

/** Between two notices about how far a reading is, in milliseconds. */
const BETWEEN = 100

type DatasetMethod = Extract<keyof HostHandlers, `datasets.${string}`>

export type DatasetParts = {
  datasets: DatasetStore
  files: KnownFiles
  models: Pick<ModelCatalog, 'get'>
  notify: Notify
  /** Folder of all datasets. */
  folder: string
  /** Aborted when the host closes: reading a large file ends then. */
  closing: AbortSignal
  aside: Aside
  asTable: AsTable
}

export function datasetHandlers({
  datasets,
  files,
  models,
  notify,
  folder,
  closing,
  aside,
  asTable,
}: DatasetParts): Pick<HostHandlers, DatasetMethod> {
  const works = createWorks(closing)
  const encoder = createEncoder()
  closing.addEventListener('abort', encoder.close)

  const filesOf = async ({ files: ids, layout }: Draft): Promise<DraftFiles> => {
    const chosen: DraftFiles = {}
    for (const split of SplitName.options) {
      const file_id = ids[split]
      if (file_id === null) continue
      chosen[split] = layout === 'table' ? await asTable(file_id) : files.get(file_id)
    }
    return chosen
  }
  /** A work on the files of a draft, with notices about how far it is. */
  const workOn = async <Name extends keyof typeof READINGS>(
    name: Name,
    draft: Draft,
    signal: AbortSignal,
  ): Promise<ResultOf<Name>> => {
    const chosen = await filesOf(draft)
    const bytes = await bytesOf(chosen)
    const onBytes = progressOf(draft, READINGS[name] * bytes)
    return aside(name, { draft, files: chosen, folder }, { bytes, signal, onBytes })
  }
  const progressOf = ({ work_id }: Draft, total: number) => {
    const tell = tellOf(work_id)
    let done = 0
    return (bytes: number): void => {
      done = Math.min(done + bytes, total) // the copies of a split file have a header each
      tell(done, total)
    }
  }
  const tellOf = (work_id: string | null) => {
    let told = -Infinity
    return (done: number, total: number): void => {
      if (work_id === null || (done < total && performance.now() - told < BETWEEN)) return
      told = performance.now()
      notify('dataset.progress', { work_id, done, total })
    }
  }

  return {
    'datasets.list': () => datasets.list(),

    'datasets.recognize': ({ file_ids, work_id = null }) =>
      works.run(work_id, async (signal) => {
        const tell = tellOf(work_id)
        const dropped: KnownFile[] = []
        for (const file_id of file_ids) dropped.push(await unpacked(file_id, files, signal, tell))
        return recognize(dropped, files.register).catch((error: unknown) => {
          throw storageFailure(error, dropped[0]?.name ?? '')
        })
      }),

    'datasets.preview': async ({ file_id, format, header }) => {
      const { name } = files.get(file_id)
      try {
        const { bytes, isFolder } = await files.measure(file_id)
        const file = isFolder ? files.get(file_id) : await asTable(file_id)
        return { file_id, name, bytes, ...(await previewOf(file, isFolder, { format, header }, closing)) }
      } catch (error) {
        throw storageFailure(error, name)
      }
    },

    'datasets.check': (draft) => works.run(draft.work_id, (signal) => workOn('check', draft, signal)),

    'datasets.import': (draft) =>
      works.run(draft.work_id, async (signal) => {
        const record = await workOn('import', draft, signal)
        datasets.add(record)
        return record
      }),

    'datasets.cancel': async ({ work_id }) => {
      works.cancel(work_id)
      return {}
    },

    'datasets.encode': async ({ model_id, ...wish }) => {
      const { record, run } = models.get(model_id)
      return encoder.encode(run, wish).catch((error: unknown) => {
        throw error instanceof EngineFailure ? badVocabulary(error, record.name) : error
      })
    },

    'datasets.lengths': ({ draft, model_id, do_lower_case }) =>
      works.run(draft.work_id, async (signal) => {
        const { train } = await filesOf(draft)
        if (train === undefined) throw new Error('A draft has a training file.')
        const { spm_model_file, vocab_file } = models.get(model_id).run
        const bytes = await bytesOf({ train })
        const onBytes = progressOf(draft, bytes)
        const vocabulary = { spm_model_file, vocab_file, do_lower_case }
        return aside('lengths', { draft, train, vocabulary }, { bytes, signal, onBytes })
      }),

    'datasets.rows': async ({ dataset_id, split, limit }) => {
      const { task, name } = await datasets.get(dataset_id)
      const own = datasets.folder(dataset_id)
      try {
        return await rowsOf(task, split, own, limit, closing)
      } catch (error) {
        throw gone(error, name, path.join(own, task.splits[split]?.file ?? ''))
      }
    },

    'datasets.delete': async ({ dataset_id }) => {
      await datasets.remove(dataset_id)
      return {}
    },
  }
}

/** Of all files together; what is not there counts nothing here, and its reading says so. */
async function bytesOf(chosen: DraftFiles): Promise<number> {
  const sizes = await Promise.all(
    Object.values(chosen).map((file) =>
      stat(file.path).then(
        (found) => (found.isDirectory() ? Infinity : found.size), // of RACE: thousands of files
        () => 0,
      ),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

function gone(error: unknown, name: string, file: string): unknown {
  const failure = storageFailure(error, file)
  if (
    !(failure instanceof HostFailure) ||
    !(error instanceof Error && 'code' in error && error.code === 'ENOENT')
  )
    return failure
  return new HostFailure(
    { code: 'bad-file', file, line: null, column: null, ...say('dataset-files-gone', { name, file }) },
    { cause: error },
  )
}

function badVocabulary(error: EngineFailure, file: string): HostFailure {
  const { message, fault } = error.error
  return new HostFailure(
    { code: 'bad-file', file, line: null, column: null, message, fault },
    { cause: error },
  )
}
