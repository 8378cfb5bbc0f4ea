// A task and the name of a split in, its rows understood out: each an example, or what is wrong with it in words.
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { EngineFailure } from '../spec/errors.ts'
import type { ColumnRef, SplitFile, SplitName, TaskSpec } from '../spec/task-spec.ts'
import type { Example } from './example.ts'
import { isNothing, rowFaultSentence } from './fault.ts'
import type { Fault } from './fault.ts'
import { labelReader } from './labels.ts'
import { readTable } from './table.ts'
import type { TableRow } from './table.ts'

export type SplitRow = {
  line: number
  cells: string[]
  /** Null where a fault is an error, or where the row is left out by the task's own rule. */
  example: Example | null
  faults: Fault[]
  /** `short`: a row of a file whose short rows are skipped; `other`: a row that `keep_rows` leaves out. */
  skipped: 'short' | 'other' | null
}

/**
 * Reads a split row by row; the header is consumed.
 * @param data_dir the folder that the task's file names start from
 * @throws EngineFailure for what is wrong with the file as a whole: it is missing or empty, or lacks a column
 */
export async function* splitRows(
  task: TaskSpec,
  split: SplitName,
  data_dir: string,
  signal?: AbortSignal,
): AsyncGenerator<SplitRow> {
  const source = sourceOf(task, split)
  const path = join(data_dir, source.file)
  await demandFile(path, task, split)
  let understand: ((row: TableRow) => SplitRow) | null = source.header
    ? null
    : rowReader(task, split, source, null)
  let header: TableRow | null = null
  let rows = 0
  for await (const row of readTable(path, task.format, { signal })) {
    if (understand === null) {
      header = row
      understand = rowReader(task, split, source, row)
      continue
    }
    rows++
    yield understand(row)
  }
  if (rows === 0) throw emptyFile(source.file, header !== null)
}

function sourceOf(task: TaskSpec, split: SplitName): SplitFile {
  const source = task.splits[split]
  if (source !== null) return source
  const message = `The task ${task.name} has no ${split} file. Choose a file for ${split}, or leave this part of the run out.`
  throw new EngineFailure({ code: 'bad-config', field: `splits.${split}`, message })
}

async function demandFile(path: string, task: TaskSpec, split: SplitName): Promise<void> {
  let message = ''
  try {
    if ((await stat(path)).isFile()) return
    message = `${path} is not a file`
  } catch (error) {
    const reason =
      error instanceof Error && 'code' in error && error.code !== 'ENOENT'
        ? error.message
        : 'it does not exist'
    message = `The ${split} file of ${task.name} cannot be read: ${path} (${reason})`
  }
  throw new EngineFailure({
    code: 'file-missing',
    file: path,
    message: `${message}. Put it back, or choose the folder that holds it.`,
  })
}

function emptyFile(file: string, hasHeader: boolean): EngineFailure {
  const message = hasHeader
    ? `${file} holds a header and no rows. Add rows below the header, or choose another file.`
    : `${file} is empty. Choose a file with rows.`
  return new EngineFailure({ code: 'empty-file', file, message })
}

/** Looks the columns up once; what it returns is called for every row. */
function rowReader(
  task: TaskSpec,
  split: SplitName,
  { file, columns, skip_short_rows, keep_rows }: SplitFile,
  header: TableRow | null,
): (row: TableRow) => SplitRow {
  const positionOf = columnFinder(file, header)
  const [guid, text_a, text_b, label, kept] = [
    columns.guid,
    columns.text_a,
    columns.text_b,
    columns.label,
    keep_rows?.column ?? null,
  ].map((column) => (column === null || column === undefined ? null : positionOf(column)))
  const nameOf = (position: number): string => header?.cells[position] || `column ${position + 1}`
  // Who names columns relies on the header, so a row of another width is no row of this table. Who counts them relies on
  // the cells alone, and longer rows are read, as the original reads them.
  const named = [...Object.values(columns), keep_rows?.column].some((column) => typeof column === 'string')
  const width = named && header ? header.cells.length : null
  const needed = [guid, text_a, text_b, label, kept].filter(
    (position) => position !== null && position !== undefined,
  )
  const readLabel = labelReader(task)

  return ({ cells, line, index, fault }) => {
    const row: SplitRow = { line, cells, example: null, faults: [], skipped: null }
    const name = basename(file)
    const report = (
      code: Fault['code'],
      column: string | null,
      value: string | null,
      sentence: string,
    ): SplitRow => {
      const severity = code === 'empty-text' && row.example !== null ? 'warning' : 'error'
      row.faults.push({
        code,
        severity,
        file,
        line,
        column,
        value,
        message: `${name} line ${line} ${sentence}`,
      })
      return row
    }
    const cellOf = (position: number | null | undefined): string | undefined =>
      position === null || position === undefined ? undefined : cells.at(position)

    if (fault) {
      const column = fault.column === null ? null : nameOf(fault.column)
      return report(fault.code, column, null, rowFaultSentence(fault.code, column))
    }
    const missing = needed.filter((position) => cells.at(position) === undefined)
    if (missing.length > 0 && skip_short_rows) return { ...row, skipped: 'short' }
    if (cells.length === 0) return report('blank-line', null, null, 'is blank. Remove it.')
    if (missing.length > 0 || (width !== null && cells.length !== width)) {
      const wanted =
        width ?? needed.reduce((most, position) => Math.max(most, position < 0 ? -position : position + 1), 0)
      const has = `has ${cells.length} ${cells.length === 1 ? 'column' : 'columns'}`
      const lacks =
        missing.length > 0
          ? `; ${missing.map(nameOfRef).join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing`
          : ''
      return report(
        'column-count',
        missing[0] === undefined ? null : nameOfRef(missing[0]),
        null,
        `${has}; ${task.name} needs ${width === null ? `at least ${wanted}` : wanted}${lacks}. Correct the row: look for a missing or an extra delimiter.`,
      )
    }
    if (keep_rows && cellOf(kept) !== keep_rows.equals) return { ...row, skipped: 'other' }

    const a = cellOf(text_a) ?? ''
    const b = cellOf(text_b)
    const cell = cellOf(label)
    const read = cell === undefined ? { label: null } : readLabel(cell)
    if ('problem' in read)
      return report(read.code, nameOf(positive(label, cells)), (cell ?? '').slice(0, 200), read.problem)
    const empty = [isNothing(a) ? text_a : null, b !== undefined && isNothing(b) ? text_b : null].filter(
      (position) => position !== null,
    )
    const nothing = isNothing(a) && (b === undefined || isNothing(b))
    if (!nothing)
      row.example = {
        guid: cellOf(guid) ?? `${split}-${index}`,
        text_a: a,
        text_b: b ?? null,
        label: read.label,
        line,
      }
    if (empty.length > 0) {
      const names = empty.map((position) => nameOf(positive(position, cells)))
      report(
        'empty-text',
        names[0] ?? null,
        '',
        `has no text in ${names.join(' and ')} once spaces and control characters are taken off.${nothing ? ' Fill the text in, or remove the row.' : ''}`,
      )
    }
    return row
  }

  function nameOfRef(position: number): string {
    return position < 0 ? `column ${position} from the end` : nameOf(position)
  }
}

function positive(position: number | null | undefined, cells: string[]): number {
  return position === null || position === undefined ? 0 : position < 0 ? cells.length + position : position
}

function columnFinder(file: string, header: TableRow | null): (column: ColumnRef) => number {
  const names = header?.cells.map((name) => name.trim()) ?? []
  return (column) => {
    if (typeof column === 'number') return column
    const found = header?.cells.indexOf(column) ?? -1
    const position = found >= 0 ? found : names.indexOf(column.trim())
    if (position >= 0) return position
    const has =
      names.length > 0 ? `it has ${names.slice(0, 30).join(', ')}` : 'the file is read without a header'
    const message = `${basename(file)} has no column ${column}; ${has}. Map the column anew, or correct the header.`
    throw new EngineFailure({ code: 'bad-row', file, line: 1, column, message })
  }
}
