// A task and the name of a split in, everything that is wrong with the file out, then what was counted on the way.
import { EngineFailure } from '../spec/errors.ts'
import type { ColumnRef, SplitName, TaskSpec } from '../spec/task-spec.ts'
import type { Fault } from './fault.ts'
import type { ReadOptions } from './lines.ts'
import { createNumberBins } from './number-bins.ts'
import { createSeenIds } from './seen-ids.ts'
import type { SeenTexts } from './seen-texts.ts'
import { holdsInvisible } from './trim-cells.ts'
import { splitParts } from './split-rows.ts'
import type { SplitRow } from './understand-row.ts'

export type SplitStatistics = {
  /** Rows of the file, header left out. */
  rows: number
  /** Rows that can be trained on. */
  examples: number
  /** Examples of each label; of a regression, in each stretch of its numbers. */
  label_counts: Record<string, number>
  /** Examples with one empty text of two. */
  empty_texts: number
  skipped_rows: number
  errors: number
  warnings: number
  /** Errors and warnings of each kind. */
  code_counts: Record<string, number>
}

export type SplitReport =
  | { type: 'fault'; fault: Fault }
  /** Between two pieces of the file. */
  | { type: 'progress'; rows: number }
  | { type: 'statistics'; statistics: SplitStatistics }

export type CheckOptions = ReadOptions & {
  /** Errors that are told one by one. */
  limit?: number
  /** Texts of train, which this remembers or looks up: without it nobody asks whether a text comes twice. */
  texts?: SeenTexts
  /** Takes every label that is not empty as it stands. */
  any_label?: boolean
}

/** Warnings of one kind that are told one by one; thousands say no more. */
const WARNINGS = 100

/**
 * Reads a split to its end. At most `limit` faults are told one by one, all are counted; the statistics are the last value.
 * What is wrong with the file as a whole is a fault too, so that nothing is thrown but an AbortError.
 */
export async function* checkSplit(
  task: TaskSpec,
  split: SplitName,
  data_dir: string,
  { limit = 1000, texts, ...options }: CheckOptions = {},
): AsyncGenerator<SplitReport> {
  const statistics: SplitStatistics = {
    rows: 0,
    examples: 0,
    label_counts: Object.create(null) as Record<string, number>,
    empty_texts: 0,
    skipped_rows: 0,
    errors: 0,
    warnings: 0,
    code_counts: Object.create(null) as Record<string, number>,
  }
  const count = ({ severity, code }: Pick<Fault, 'severity' | 'code'>): boolean => {
    const isError = severity === 'error'
    const told = isError ? statistics.errors++ : statistics.warnings++
    const ofCode = (statistics.code_counts[code] ?? 0) + 1
    statistics.code_counts[code] = ofCode
    return isError ? told < limit : ofCode <= Math.min(limit, WARNINGS)
  }
  const numbers = createNumberBins()
  const file = task.splits[split]?.file ?? ''
  const watches = [
    guidWatch(file, task.splits[split]?.columns.guid ?? null),
    ...(texts === undefined ? [] : [textWatch(file, task, split, texts), invisibleWatch(file, task, split)]),
  ]
  try {
    for await (const rows of splitParts(task, split, data_dir, options)) {
      const told: Fault[] = []
      for (const row of rows) {
        countRow(row, statistics)
        if (typeof row.example?.label === 'number') numbers.add(row.example.label)
        for (const fault of row.faults) if (count(fault)) told.push(fault)
        for (const watch of watches) {
          const found = watch(row)
          if (found !== null && count({ severity: 'warning', code: found.code })) told.push(found.fault())
        }
      }
      yield { type: 'progress', rows: statistics.rows }
      for (const fault of told) yield { type: 'fault', fault }
    }
    const single = singleClass(file, task, split, statistics)
    if (single !== null && count(single)) yield { type: 'fault', fault: single }
  } catch (error) {
    const fault = wholeFileFault(error)
    if (count(fault)) yield { type: 'fault', fault }
  }
  Object.assign(statistics.label_counts, numbers.counts())
  yield { type: 'statistics', statistics }
}

function countRow({ example, faults, skipped }: SplitRow, statistics: SplitStatistics): void {
  statistics.rows++
  if (skipped !== null) statistics.skipped_rows++
  if (example === null) return
  statistics.examples++
  if (faults.some(({ code }) => code === 'empty-text')) statistics.empty_texts++
  if (typeof example.label === 'string') {
    statistics.label_counts[example.label] = (statistics.label_counts[example.label] ?? 0) + 1
  }
}

/** What is told is put into words; of millions of doubles most are only counted. */
type Watch = (row: SplitRow) => { code: Fault['code']; fault: () => Fault } | null

function guidWatch(file: string, guid: ColumnRef | null): Watch {
  if (guid === null) return () => null
  const seen = createSeenIds()
  return ({ example, line }) => {
    const first = example === null ? null : seen(example.guid, line)
    if (first === null || example === null) return null
    const value = example.guid.slice(0, 200)
    const message = () =>
      `${file} line ${line} has the id ${JSON.stringify(value)}, as line ${first} has. Predictions of the two cannot be told apart.`
    const code = 'duplicate-guid'
    const column = String(guid)
    const fault = (): Fault => {
      const facts = { first }
      return { code, severity: 'warning', file, line, column, value, facts, message: message() }
    }
    return { code, fault }
  }
}

/** Characters that nobody sees and that a model reads; a label with them is another label. */
function invisibleWatch(file: string, task: TaskSpec, split: SplitName): Watch {
  const columns = task.splits[split]?.columns
  if (columns === undefined || task.format.trim === true) return () => null
  return ({ example, line }) => {
    if (example === null) return null
    const { text_a, text_b, label } = example
    const at = [text_a, text_b, label].findIndex((text) => typeof text === 'string' && holdsInvisible(text))
    if (at < 0) return null
    const code = 'invisible-characters'
    const fault = (): Fault => {
      const column = String([columns.text_a, columns.text_b, columns.label][at])
      const value = String([text_a, text_b, label][at]).slice(0, 200)
      const message = `${file} line ${line} has characters in ${column} that nobody sees, such as a byte order mark or a space without width, and the model reads them. Trim the cells, or remove them.`
      return { code, severity: 'warning', file, line, column, value, message }
    }
    return { code, fault }
  }
}

/** The same text twice in train, with another label even; and what is measured on although it was learnt. */
function textWatch(file: string, { labels }: TaskSpec, split: SplitName, texts: SeenTexts): Watch {
  const marks = new Map<string, number>((labels ?? []).map((label, index) => [label, index]))
  const markOf = (label: string | number | null): number => {
    if (typeof label !== 'string') return 0
    const mark = marks.get(label) ?? marks.size
    marks.set(label, mark)
    return mark
  }
  return ({ example, line }) => {
    if (example === null) return null
    const { text_a, text_b, label } = example
    const mark = markOf(label)
    const first = split === 'train' ? texts.add(text_a, line, mark, text_b) : texts.find(text_a, text_b)
    if (first === null) return null
    const isOther = typeof label === 'string' && mark !== first.mark
    const code = split !== 'train' ? 'leaked-row' : isOther ? 'conflicting-label' : 'duplicate-row'
    const fault = (): Fault => {
      const facts = { first: first.line }
      const message = `${file} line ${line} has the text of line ${first.line}${DOUBLES[code]}`
      return {
        code,
        severity: 'warning',
        file,
        line,
        column: null,
        value: text_a.slice(0, 200),
        facts,
        message,
      }
    }
    return { code, fault }
  }
}

/** How the sentence about a text that came before goes on. */
const DOUBLES = {
  'leaked-row': ' of the training file: what is measured on it was learnt.',
  'conflicting-label': ' with another label. One of the two is wrong.',
  'duplicate-row': '. It is learnt twice.',
}

function singleClass(
  file: string,
  { labels }: TaskSpec,
  split: SplitName,
  { label_counts, examples }: SplitStatistics,
): Fault | null {
  const [only, ...others] = Object.keys(label_counts)
  if (split !== 'train' || labels === null || examples < 2 || only === undefined || others.length > 0)
    return null
  return {
    code: 'single-class',
    severity: 'warning',
    file,
    line: null,
    column: null,
    value: only,
    message: `Every row of ${file} has the label ${only}: a model that always says so is never wrong, and nothing is learnt. Add rows with other labels.`,
  }
}

function wholeFileFault(error: unknown): Fault {
  if (!(error instanceof EngineFailure)) throw error
  const { error: facts } = error
  const base = { severity: 'error' as const, value: null, message: facts.message, line: null, column: null }
  switch (facts.code) {
    case 'bad-row':
      return { ...base, code: 'missing-column', file: facts.file, line: facts.line, column: facts.column }
    case 'empty-file':
    case 'file-missing':
      return { ...base, code: facts.code, file: facts.file }
    default:
      throw error
  }
}
