// A question of a file, understood: what a split of question answering or multiple choice consists of before it is imported.
import { basename } from 'node:path'
import type { ColumnRef } from '../../spec/task-spec.ts'
import type { Fault } from '../fault.ts'

export type QuestionRow<Example> = {
  /** Null where a fault is an error. */
  example: Example | null
  faults: Fault[]
  /** From 1; null in a file that is one JSON value. */
  line: number | null
}

/** Which column of a table holds what. */
export type QuestionColumns = {
  context: ColumnRef
  question: ColumnRef
  /** Text of the answer; the letter, the number from 0 or the text of the right option. Null where the file has none. */
  answer: ColumnRef | null
  /** Where the answer starts in the context, in code points; null: it is looked for. */
  answer_start: ColumnRef | null
  /** One column that holds a JSON list, or one for each option. */
  options: ColumnRef[]
  guid: ColumnRef | null
}

/** A column of a table: its position, and what to call it. */
export type Placed = { at: number; name: string }
export type PlacedColumns = {
  context: Placed
  question: Placed
  answer: Placed | undefined
  answer_start: Placed | undefined
  options: Placed[]
  guid: Placed | undefined
}

/** What is wrong with a question, as its reader says it. */
export type QuestionFault = Pick<Fault, 'code' | 'severity' | 'column' | 'value'> & {
  sentence: string
  facts?: Record<string, string | number>
}

export function faultAt(
  file: string,
  line: number | null,
  place: string,
  { sentence, ...fault }: QuestionFault,
): Fault {
  return { ...fault, file, line, message: `${basename(file)} ${place} ${sentence}` }
}

/** A value as a message shows it. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
