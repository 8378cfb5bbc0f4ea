// A draft of questions and its files in; every question of a split, with what is wrong with it, out, whatever form the file has.
import { positionOf } from '../../../engine/data/columns.ts'
import type { Fault } from '../../../engine/data/fault.ts'
import type { QuestionColumns } from '../../../engine/data/questions/question-row.ts'
import { raceQuestions } from '../../../engine/data/questions/race-questions.ts'
import { squadQuestions } from '../../../engine/data/questions/squad-questions.ts'
import {
  answeredQuestions,
  offeredQuestions,
  type QuestionTable,
} from '../../../engine/data/questions/table-questions.ts'
import { raceArticles, questionsOf, type ChoiceExample } from '../../../engine/data/race/read-race.ts'
import type { SquadExample } from '../../../engine/data/squad/read-squad.ts'
import { readTable } from '../../../engine/data/table.ts'
import { EngineFailure } from '../../../engine/spec/errors.ts'
import type { SplitName } from '../../../engine/spec/task-spec.ts'
import type { KnownFile } from '../uploads/known-files.ts'
import { invalid, type Draft } from './draft-task.ts'

/** One question, or an article with its questions; without examples it has a fault that is an error. */
export type QuestionItem<Example> = { examples: Example[]; faults: Fault[] }

/** @throws HostFailure `invalid-input`; EngineFailure for the file as a whole; what node:fs throws; an AbortError */
export async function* answeredItems(
  draft: Draft,
  split: SplitName,
  file: KnownFile,
  signal: AbortSignal,
): AsyncGenerator<QuestionItem<SquadExample>> {
  const rows =
    draft.layout === 'squad'
      ? squadQuestions(file.path, { training: split === 'train', signal })
      : answeredQuestions(await tableOf(draft, split, file, signal))
  for await (const { example, faults } of rows) yield { examples: example === null ? [] : [example], faults }
}

/** @param choices how many options every question must have. @throws as `answeredItems` */
export async function* offeredItems(
  draft: Draft,
  split: SplitName,
  file: KnownFile,
  choices: number,
  signal: AbortSignal,
): AsyncGenerator<QuestionItem<ChoiceExample>> {
  if (draft.layout === 'race') {
    yield* raceQuestions(file.path, { choices, signal })
    return
  }
  const rows = offeredQuestions(await tableOf(draft, split, file, signal), choices)
  for await (const { example, faults } of rows) yield { examples: example === null ? [] : [example], faults }
}

/** How many options the first question of a file offers that can be read; 4 where none can. @throws as `answeredItems` */
export async function choicesIn(draft: Draft, file: KnownFile, signal: AbortSignal): Promise<number> {
  if (draft.layout !== 'race') {
    for await (const { example } of offeredQuestions(await tableOf(draft, 'train', file, signal), null)) {
      if (example !== null) return example.options.length
    }
    return USUAL_CHOICES
  }
  for await (const article of raceArticles(file.path, { signal })) {
    const found = POSSIBLE_CHOICES.find((choices) => holdsQuestions(article, choices))
    if (found !== undefined) return found
  }
  return USUAL_CHOICES
}

const USUAL_CHOICES = 4
const POSSIBLE_CHOICES = [4, 2, 3, 5, 6, 7, 8]

function holdsQuestions(article: Parameters<typeof questionsOf>[0], choices: number): boolean {
  try {
    return [...questionsOf(article, choices)].length > 0
  } catch (error) {
    if (error instanceof EngineFailure) return false
    throw error
  }
}

async function tableOf(
  { columns, format, header, kind }: Draft,
  split: SplitName,
  { path: file }: KnownFile,
  signal: AbortSignal,
): Promise<QuestionTable> {
  const { text_a: context, question, label: answer, answer_start, options, guid } = columns
  if (context === null) throw invalid('columns.text_a', 'no-context-column')
  if (question === null) throw invalid('columns.question', 'no-question-column')
  if (answer === null && split === 'train') throw invalid('columns.label', 'no-answer-column')
  if (kind === 'multiple-choice' && options.length === 0)
    throw invalid('columns.options', 'no-option-columns')
  const mapped: QuestionColumns = { context, question, answer, answer_start, options, guid }
  const table = { file, format, header, columns: mapped, signal }
  if (split !== 'test') return table
  return { ...table, columns: await withoutMissing(mapped, table) }
}

/** A file that is only to be answered need not have the columns of the answers, nor ids. */
async function withoutMissing(
  columns: QuestionColumns,
  { file, format, header }: Pick<QuestionTable, 'file' | 'format' | 'header'>,
): Promise<QuestionColumns> {
  if (!header) return columns
  for await (const { cells } of readTable(file, format)) {
    const found = <Column extends string | number>(column: Column | null): Column | null =>
      column === null || typeof column === 'number' || isThere(column, cells) ? column : null
    const { answer, answer_start, guid } = columns
    return { ...columns, answer: found(answer), answer_start: found(answer_start), guid: found(guid) }
  }
  return columns
}

function isThere(column: string, header: string[]): boolean {
  try {
    return positionOf(column, header, '') >= 0
  } catch {
    return false
  }
}
