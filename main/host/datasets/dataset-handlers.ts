// What the window asks about datasets and files in, answers out.
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { EngineFailure } from '../../../engine/spec/errors.ts'
import { SplitName } from '../../../engine/spec/task-spec.ts'
import { HostFailure } from '../../contract/errors.ts'
import type { HostHandlers } from '../../contract/host.ts'
import type { ModelCatalog } from '../models/catalog.ts'
import type { Notify } from '../notify.ts'
import { storageFailure } from '../storage/storage-failure.ts'
import type { KnownFiles } from '../uploads/known-files.ts'
import { summarize } from './check.ts'
import { checkDraft } from './check-draft.ts'
import type { DatasetStore } from './dataset-store.ts'
import { rowsOf } from './dataset-rows.ts'
import type { Draft, DraftFiles } from './draft-task.ts'
import { createEncoder } from './encode.ts'
import { importDataset } from './import.ts'
import { isJsonList, writeJsonLines } from './json-list.ts'
import { previewOf } from './preview.ts'
import { checkQuestions, importQuestions } from './question-datasets.ts'
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
}

export function datasetHandlers({
  datasets,
  files,
  models,
  notify,
  folder,
  closing,
}: DatasetParts): Pick<HostHandlers, DatasetMethod> {
  const works = createWorks(closing)
  const encoder = createEncoder()
  closing.addEventListener('abort', encoder.close)

  /** A JSON list is read as the same objects one a line. */
  const tableOf = async (file_id: string) => {
    const file = files.get(file_id)
    return (await isJsonList(file)) ? files.derive(file_id, (target) => writeJsonLines(file, target)) : file
  }
  const filesOf = async ({ files: ids, layout }: Draft): Promise<DraftFiles> => {
    const chosen: DraftFiles = {}
    for (const split of SplitName.options) {
      const file_id = ids[split]
      if (file_id === null) continue
      chosen[split] = layout === 'table' ? await tableOf(file_id) : files.get(file_id)
    }
    return chosen
  }
  /** @param readings how often every file is read */
  const progressOf = async ({ work_id }: Draft, chosen: DraftFiles, readings: number) => {
    const sizes = await Promise.all(
      Object.values(chosen).map((file) =>
        stat(file.path).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    )
    const total = readings * sizes.reduce((sum, size) => sum + size, 0)
    let done = 0
    let told = -Infinity
    return (bytes: number): void => {
      done += bytes
      if (work_id === null || (done < total && performance.now() - told < BETWEEN)) return
      told = performance.now()
      notify('dataset.progress', { work_id, done, total })
    }
  }
  const isQuestions = ({ kind }: Draft): boolean => kind === 'extractive-qa' || kind === 'multiple-choice'

  const imported = {
    questions: async (draft: Draft, chosen: DraftFiles, signal: AbortSignal) =>
      importQuestions(draft, chosen, await checkQuestions(draft, chosen, signal), folder, signal),
    texts: async (draft: Draft, chosen: DraftFiles, signal: AbortSignal) => {
      const onBytes = await progressOf(draft, chosen, 2) // read once to be checked, once after it was copied
      const { task, checks } = await checkDraft(draft, chosen, signal, onBytes)
      const plan = { ...draft, origin: 'imported' as const, task, files: chosen, checks, onBytes }
      return importDataset(plan, folder, signal)
    },
  }

  return {
    'datasets.list': () => datasets.list(),

    'datasets.recognize': async ({ file_ids }) => {
      const dropped = file_ids.map((file_id) => files.get(file_id))
      return recognize(dropped, files.register).catch((error: unknown) => {
        throw storageFailure(error, dropped[0]?.name ?? '')
      })
    },

    'datasets.preview': async ({ file_id, format, header }) => {
      const { name } = files.get(file_id)
      try {
        const { bytes, isFolder } = await files.measure(file_id)
        const file = isFolder ? files.get(file_id) : await tableOf(file_id)
        return { file_id, name, bytes, ...(await previewOf(file, isFolder, { format, header }, closing)) }
      } catch (error) {
        throw storageFailure(error, name)
      }
    },

    'datasets.check': (draft) =>
      works.run(draft.work_id, async (signal) => {
        const chosen = await filesOf(draft)
        if (isQuestions(draft)) {
          const { task, checks } = await checkQuestions(draft, chosen, signal)
          return summarize(task, checks)
        }
        const { task, checks } = await checkDraft(draft, chosen, signal, await progressOf(draft, chosen, 1))
        return summarize(task, checks)
      }),

    'datasets.import': (draft) =>
      works.run(draft.work_id, async (signal) => {
        const chosen = await filesOf(draft)
        const record = await (isQuestions(draft) ? imported.questions : imported.texts)(draft, chosen, signal)
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

function badVocabulary(error: EngineFailure, file: string): HostFailure {
  const { message } = error
  return new HostFailure({ code: 'bad-file', file, line: null, column: null, message }, { cause: error })
}
