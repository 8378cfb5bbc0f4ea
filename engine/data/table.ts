// A TSV or CSV file in, its rows out: cells and the line each starts on. What is wrong with a row is said with the row.
import type { TextFormat } from '../spec/task-spec.ts'
import { jsonRows } from './json-rows.ts'
import { readLines } from './lines.ts'
import type { Line } from './lines.ts'
import { quotedRows } from './quoted-rows.ts'
import { LONGEST_FIELD } from './row.ts'
import type { TableRow, UnnumberedRow } from './row.ts'

/**
 * Reads a table. Blank lines at the end of the file are no rows. Nothing is thrown for what the file holds.
 * @throws what node:fs throws, and an AbortError once the signal is aborted
 */
export function readTable(
  file: string,
  format: TextFormat,
  { signal }: { signal?: AbortSignal | undefined } = {},
): AsyncGenerator<TableRow> {
  return tableRows(readLines(file, format.encoding, { signal }), format)
}

/** The rows of lines that are read already. */
export async function* tableRows(
  lines: AsyncIterable<Line[]>,
  format: Pick<TextFormat, 'delimiter' | 'quote' | 'json_lines'>,
): AsyncGenerator<TableRow> {
  const rows = rowsBy(lines, format)
  const blank: TableRow[] = []
  let index = -1
  for await (const unnumbered of rows) {
    const row = { ...unnumbered, index: ++index }
    if (isBlank(row)) {
      // A row that only might be the end of the file waits for the next one; the first few stand for a long run.
      if (blank.length < 1000) blank.push(row)
      continue
    }
    yield* blank.splice(0)
    yield row.fault === null ? { ...row, fault: cellFault(row.cells) } : row
  }
}

function rowsBy(
  lines: AsyncIterable<Line[]>,
  { delimiter, quote, json_lines }: Pick<TextFormat, 'delimiter' | 'quote' | 'json_lines'>,
): AsyncGenerator<UnnumberedRow> {
  if (json_lines === true) return jsonRows(lines)
  return quote === null ? plainRows(lines, delimiter) : quotedRows(lines, delimiter, quote)
}

/** Quote characters are plain. A carriage return disappears wherever it stands, as in TensorFlow's line reader. */
async function* plainRows(lines: AsyncIterable<Line[]>, delimiter: string): AsyncGenerator<UnnumberedRow> {
  for await (const some of lines) {
    for (const { text, line, fault } of some) {
      const clean = text.includes('\r') ? text.replaceAll('\r', '') : text
      const cells = clean === '' ? [] : clean.split(delimiter)
      yield { cells, line, fault: fault === null ? null : { code: fault, column: null } }
    }
  }
}

function isBlank({ cells, fault }: UnnumberedRow): boolean {
  return fault === null && cells.length === 0
}

function cellFault(cells: string[]): TableRow['fault'] {
  for (const [column, cell] of cells.entries()) {
    if (cell.includes('\0')) return { code: 'nul', column }
    if (cell.length > LONGEST_FIELD && codePoints(cell) > LONGEST_FIELD)
      return { code: 'field-too-long', column }
  }
  return null
}

function codePoints(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0)
}
