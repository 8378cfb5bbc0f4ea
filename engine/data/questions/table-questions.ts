// A table of questions and what its columns hold in; its rows as questions, with an answer in the text or with options, out.
import { EngineFailure } from '../../spec/errors.ts'
import type { ColumnRef, TextFormat } from '../../spec/task-spec.ts'
import { positionOf } from '../columns.ts'
import { isNothing, rowFaultSentence } from '../fault.ts'
import type { ChoiceExample } from '../race/read-race.ts'
import type { SquadExample } from '../squad/read-squad.ts'
import { readTable } from '../table.ts'
import { trimmer } from '../trim-cells.ts'
import { answersIn } from './answers.ts'
import { choiceIn } from './choices.ts'
import {
  faultAt,
  type Placed,
  type PlacedColumns,
  type QuestionColumns,
  type QuestionFault,
  type QuestionRow,
} from './question-row.ts'

export type QuestionTable = {
  file: string
  format: TextFormat
  header: boolean
  columns: QuestionColumns
  signal?: AbortSignal | undefined
}

/**
 * The questions of a table whose answers are stretches of their contexts. A question without an answer has none in its context.
 * @param table.columns `options` is not read
 * @throws what node:fs throws; EngineFailure `bad-row` when a column is not there, `empty-file`
 */
export async function* answeredQuestions(table: QuestionTable): AsyncGenerator<QuestionRow<SquadExample>> {
  yield* understood(table, ({ context, question, guid, cells, columns }) => {
    if (columns.answer === undefined) {
      return { example: { id: guid, question, context, answers: [], is_impossible: false } }
    }
    const start = columns.answer_start === undefined ? null : (cells[columns.answer_start.at] ?? '')
    const read = answersIn(cells[columns.answer.at] ?? '', start, context, columns.answer.name)
    if ('fault' in read) return read
    const { answers } = read
    return { example: { id: guid, question, context, answers, is_impossible: answers.length === 0 } }
  })
}

/**
 * The questions of a table that offers several answers to each.
 * @param table.columns `answer_start` is not read
 * @param choices how many options every question must have; null: as many as the first one has
 * @throws as `answeredQuestions`
 */
export async function* offeredQuestions(
  table: QuestionTable,
  choices: number | null,
): AsyncGenerator<QuestionRow<ChoiceExample>> {
  let expected = choices
  yield* understood(table, ({ context, question, guid, cells, columns, line }) => {
    const read = choiceIn(cells, columns, expected)
    if ('fault' in read) return read
    const { options, label } = read
    expected ??= options.length
    return { example: { id: guid, context, question, options, level: null, label, file: table.file, line } }
  })
}

type Read = {
  context: string
  question: string
  guid: string
  cells: string[]
  columns: PlacedColumns
  line: number
}

async function* understood<Example>(
  { file, format, header, columns, signal }: QuestionTable,
  read: (row: Read) => { example: Example } | { fault: QuestionFault },
): AsyncGenerator<QuestionRow<Example>> {
  let placed = header ? null : placedIn(columns, null, file)
  let rows = 0
  const trim = trimmer(format)
  for await (const read_row of readTable(file, format, { signal })) {
    if (placed === null) {
      placed = placedIn(columns, read_row.cells, file)
      continue
    }
    // The text that answers are counted in stays as it is.
    const context_at = placed.context.at
    const { line, index, fault, ...row } = trim(read_row)
    const cells = row.cells.map((cell, at) => (at === context_at ? (read_row.cells[at] ?? '') : cell))
    rows++
    const refuse = (why: QuestionFault): QuestionRow<Example> => ({
      example: null,
      line,
      faults: [faultAt(file, line, `line ${line}`, why)],
    })
    if (fault !== null || cells.length === 0) {
      const code = fault?.code ?? 'blank-line'
      const sentence =
        fault === null ? 'is blank. Remove it.' : rowFaultSentence(fault.code, String(fault.column))
      yield refuse({ code, severity: 'error', column: null, value: null, sentence })
      continue
    }
    const lacking = [
      placed.context,
      placed.question,
      ...(placed.answer === undefined ? [] : [placed.answer]),
    ].find(({ at }) => cells[at] === undefined)
    if (lacking !== undefined) {
      yield refuse({
        code: 'column-count',
        severity: 'error',
        column: lacking.name,
        value: null,
        facts: { has: cells.length },
        sentence: `has ${cells.length} columns; ${lacking.name} is missing. Correct the row: look for a missing or an extra delimiter.`,
      })
      continue
    }
    const [context, question] = [cells[placed.context.at] ?? '', cells[placed.question.at] ?? '']
    const empty = [placed.context, placed.question].find(({ at }) => isNothing(cells[at] ?? ''))
    if (empty !== undefined) {
      yield refuse({
        code: 'empty-text',
        severity: 'error',
        column: empty.name,
        value: '',
        sentence: `has no text in ${empty.name} once spaces and control characters are taken off. Fill the text in, or remove the row.`,
      })
      continue
    }
    const guid = placed.guid === undefined ? '' : (cells[placed.guid.at] ?? '').trim()
    const found = read({ context, question, guid: guid || `q${index}`, cells, columns: placed, line })
    yield 'fault' in found ? refuse(found.fault) : { example: found.example, faults: [], line }
  }
  if (rows > 0) return
  const message = `${file} holds no rows. Choose another file.`
  throw new EngineFailure({ code: 'empty-file', file, message })
}

function placedIn(columns: QuestionColumns, header: string[] | null, file: string): PlacedColumns {
  const placed = (column: ColumnRef): Placed => {
    const at = typeof column === 'number' ? column : positionOf(column, header, file)
    return { at, name: header?.[at]?.trim() || `column ${at + 1}` }
  }
  const maybe = (column: ColumnRef | null): Placed | undefined =>
    column === null ? undefined : placed(column)
  return {
    context: placed(columns.context),
    question: placed(columns.question),
    answer: maybe(columns.answer),
    answer_start: maybe(columns.answer_start),
    options: columns.options.map(placed),
    guid: maybe(columns.guid),
  }
}
