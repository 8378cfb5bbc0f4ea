// A row of cells in; the example that it is, or what is wrong with it in words, out.
import { basename } from 'node:path'
import type { SplitFile, SplitName, TaskSpec } from '../spec/task-spec.ts'
import type { ColumnPositions } from './columns.ts'
import type { Example } from './example.ts'
import { isNothing, PRINTED, rowFaultSentence } from './fault.ts'
import type { Fault } from './fault.ts'
import { labelReader, type ReadLabel } from './labels.ts'
import type { TableRow } from './row.ts'

export type SplitRow = {
  line: number
  cells: string[]
  /** Null where a fault is an error, or where the row is left out by the task's own rule. */
  example: Example | null
  faults: Fault[]
  /** `short`: a row of a file whose short rows are skipped; `other`: a row that `keep_rows` leaves out. */
  skipped: 'short' | 'other' | null
}

/** Prepares once what is then asked of every row of a split. */
export function rowReader(
  task: TaskSpec,
  split: SplitName,
  { file, skip_short_rows, keep_rows }: SplitFile,
  { at, width, nameOf }: ColumnPositions,
  any_label = false,
): (row: TableRow) => SplitRow {
  const needed = Object.values(at)
  const readLabel = any_label ? anyLabel(labelReader(task)) : labelReader(task)
  const isWhole = wholeRow(needed, width)

  return (row) => {
    const example = row.fault === null && keep_rows === undefined && isWhole(row.cells) ? quickly(row) : null
    if (example === null) return carefully(row)
    return { line: row.line, cells: row.cells, example, faults: NONE, skipped: null }
  }

  /** Most rows have nothing wrong with them: an example, or null where a closer look is needed. */
  function quickly({ cells, line, index }: TableRow): Example | null {
    const text_a = (at.text_a === undefined ? undefined : cells.at(at.text_a)) ?? ''
    const text_b = at.text_b === undefined ? null : (cells.at(at.text_b) ?? '')
    if (!PRINTED.test(text_a) || (text_b !== null && !PRINTED.test(text_b))) return null
    const cell = at.label === undefined ? undefined : cells.at(at.label)
    const read = cell === undefined ? { label: null } : readLabel(cell)
    if ('problem' in read) return null
    const guid = (at.guid === undefined ? undefined : cells.at(at.guid)) ?? `${split}-${index}`
    const group = at.group === undefined ? undefined : cells.at(at.group)
    return { guid, text_a, text_b, label: read.label, line, ...(group !== undefined && { group }) }
  }

  function carefully({ cells, line, index, fault }: TableRow): SplitRow {
    const row: SplitRow = { line, cells, example: null, faults: [], skipped: null }
    const report = (
      fault: Pick<Fault, 'code' | 'severity' | 'column' | 'value' | 'facts'>,
      sentence: string,
    ): SplitRow => {
      row.faults.push({ ...fault, file, line, message: `${basename(file)} line ${line} ${sentence}` })
      return row
    }
    const cellAt = (position: number | undefined): string | undefined =>
      position === undefined ? undefined : cells.at(position)
    /** The name of a column as this row has it: its last column is its last, however many it has. */
    const nameHere = (position: number): string => nameOf(position < 0 ? cells.length + position : position)

    if (fault !== null) {
      const column = fault.column === null ? null : nameOf(fault.column)
      return report(
        { code: fault.code, severity: 'error', column, value: null },
        rowFaultSentence(fault.code, column),
      )
    }
    const missing = needed.filter((position) => cells.at(position) === undefined)
    if (missing.length > 0 && skip_short_rows === true) return { ...row, skipped: 'short' }
    if (cells.length === 0)
      return report(
        { code: 'blank-line', severity: 'error', column: null, value: null },
        'is blank. Remove it.',
      )
    if (missing.length > 0 || (width !== null && cells.length !== width)) {
      const column = missing[0] === undefined ? null : nameOf(missing[0])
      return report(
        {
          code: 'column-count',
          severity: 'error',
          column,
          value: null,
          facts: { has: cells.length, needs: neededCells() },
        },
        widthSentence(cells.length, missing),
      )
    }
    if (keep_rows !== undefined && cellAt(at.kept) !== keep_rows.equals) return { ...row, skipped: 'other' }

    const label = cellAt(at.label)
    const read = label === undefined ? { label: null } : readLabel(label)
    if ('problem' in read) {
      const column = nameHere(at.label ?? 0)
      return report(
        {
          code: read.code,
          severity: 'error',
          column,
          value: (label ?? '').slice(0, 200),
          facts: { labels: task.labels?.slice(0, 20).join(', ') ?? '' },
        },
        read.problem,
      )
    }
    const text_a = cellAt(at.text_a) ?? ''
    const text_b = cellAt(at.text_b) ?? null
    const empty = [at.text_a, at.text_b].filter(
      (position) => position !== undefined && isNothing(cellAt(position) ?? ''),
    )
    // One empty text of two can be trained on, and QQP has such rows; no text at all is a mistake.
    const nothing = empty.length === (text_b === null ? 1 : 2)
    if (!nothing) {
      const guid = cellAt(at.guid) ?? `${split}-${index}`
      const group = cellAt(at.group)
      row.example = { guid, text_a, text_b, label: read.label, line, ...(group !== undefined && { group }) }
    }
    if (empty.length > 0) {
      const names = empty.map((position) => nameHere(position ?? 0))
      const sentence = `has no text in ${names.join(' and ')} once spaces and control characters are taken off.`
      const severity = nothing ? 'error' : 'warning'
      const fault = { code: 'empty-text', severity, column: names[0] ?? null, value: '' } as const
      report(fault, nothing ? `${sentence} Fill the text in, or remove the row.` : sentence)
    }
    return row
  }

  function neededCells(): number {
    const least = needed.reduce(
      (most, position) => Math.max(most, position < 0 ? -position : position + 1),
      0,
    )
    return width ?? least
  }

  function widthSentence(has: number, missing: number[]): string {
    const needs = width === null ? `at least ${neededCells()}` : String(width)
    const lacks =
      missing.length === 0
        ? ''
        : `; ${missing.map(nameOf).join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing`
    return `has ${has} ${has === 1 ? 'column' : 'columns'}; ${task.name} needs ${needs}${lacks}. Correct the row: look for a missing or an extra delimiter.`
  }
}

const NONE: Fault[] = []

/** Whether a row has every cell that is needed, and as many as it should. */
function wholeRow(needed: readonly number[], width: number | null): (cells: readonly string[]) => boolean {
  const most = needed.reduce((high, position) => Math.max(high, position < 0 ? -position : position + 1), 0)
  return ({ length }) => length >= most && (width === null || length === width)
}

/** While the labels are not known yet, every one that is not empty is one. */
function anyLabel(read: (cell: string) => ReadLabel): (cell: string) => ReadLabel {
  const known = new Map<string, ReadLabel>()
  return (cell) => {
    const trimmed = cell.trim()
    if (trimmed === '') return read(cell)
    const label = known.get(trimmed) ?? { label: trimmed }
    if (known.size < 10_000) known.set(trimmed, label)
    return label
  }
}
