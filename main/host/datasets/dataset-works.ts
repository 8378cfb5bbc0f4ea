// The long works on data files, by their names: what a thread of their own does, or this one where the files are small.
import type { TextLengths } from '../../contract/datasets.ts'
import type { DatasetRecord } from '../../contract/records.ts'
import type { KnownFile } from '../uploads/known-files.ts'
import { summarize, type Check } from './check.ts'
import { checkDraft } from './check-draft.ts'
import type { Draft, DraftFiles } from './draft-task.ts'
import { importDataset } from './import.ts'
import { writeJsonLines } from './json-list.ts'
import { checkQuestions, importQuestions } from './question-datasets.ts'
import { textLengths, type Measured } from './text-lengths.ts'
import { copyUnlabelled, type Unlabelled } from './unlabelled.ts'

export type Watch = {
  signal: AbortSignal
  /** Hears how much was read each time. */
  onBytes: (bytes: number) => void
}

type Chosen = { draft: Draft; files: DraftFiles }

/** Each throws HostFailure `invalid-input`, `bad-file` or `disk-full`, and an AbortError once the signal is aborted. */
export const DATASET_WORKS = {
  check: async ({ draft, files }: Chosen, { signal, onBytes }: Watch): Promise<Check> => {
    const { task, checks } = isQuestions(draft)
      ? await checkQuestions(draft, files, signal)
      : await checkDraft(draft, files, signal, onBytes)
    return summarize(task, checks)
  },

  /** @param chosen.folder of all datasets; after a failure it is as it was */
  import: async (
    { draft, files, folder }: Chosen & { folder: string },
    { signal, onBytes }: Watch,
  ): Promise<DatasetRecord> => {
    if (isQuestions(draft))
      return importQuestions(draft, files, await checkQuestions(draft, files, signal), folder, signal)
    const { task, checks } = await checkDraft(draft, files, signal, onBytes)
    return importDataset({ ...draft, origin: 'imported', task, files, checks, onBytes }, folder, signal)
  },

  lengths: (measured: Measured, watch: Watch): Promise<TextLengths> => textLengths(measured, watch),

  'copy-unlabelled': (wish: Unlabelled, { signal }: Watch): Promise<DatasetRecord> =>
    copyUnlabelled(wish, signal),

  'write-json-lines': ({ file, target }: { file: KnownFile; target: string }): Promise<void> =>
    writeJsonLines(file, target),
}

export type DatasetWorks = typeof DATASET_WORKS
export type WorkName = keyof DatasetWorks
export type InputOf<Name extends WorkName> = Parameters<DatasetWorks[Name]>[0]
export type ResultOf<Name extends WorkName> = Awaited<ReturnType<DatasetWorks[Name]>>

/** How often a work reads each file, for its progress: an import reads its copies again. */
export const READINGS = { check: 1, import: 2 }

function isQuestions({ kind }: Draft): boolean {
  return kind === 'extractive-qa' || kind === 'multiple-choice'
}

/** The same for a name that is known only when it runs. */
export function work<Name extends WorkName>(
  name: Name,
  input: InputOf<Name>,
  watch: Watch,
): Promise<ResultOf<Name>> {
  type Work = (input: InputOf<Name>, watch: Watch) => Promise<ResultOf<Name>>
  return (DATASET_WORKS[name] as unknown as Work)(input, watch)
}
