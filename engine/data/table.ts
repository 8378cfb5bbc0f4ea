// A TSV or CSV file in, its rows out: cells and the line each starts on. What is wrong with a row is said with the row.
import type { TextFormat } from '../spec/task-spec.ts'
import { jsonRows } from './json-rows.ts'
import { readLines, type Line, type ReadOptions } from './lines.ts'
import { quotedRows } from './quoted-rows.ts'
import { LONGEST_FIELD } from './row.ts'
import type { TableRow, UnnumberedRow } from './row.ts'

/**
 * Reads a table. Blank lines at the end of the file are no rows. Nothing is thrown for what the file holds.
 * @throws what node:fs throws, and an AbortError once the signal is aborted
 */
export async function* readTable(
  file: string,
  format: TextFormat,
  options: ReadOptions = {},
): AsyncGenerator<TableRow> {
  for await (const rows of readTableParts(file, format, options)) yield* rows
}

/** The same a few hundred rows at a time: of millions of rows each pause for one more costs as much as reading it. */
export function readTableParts(
  file: string,
  format: TextFormat,
  options: ReadOptions = {},
): AsyncGenerator<TableRow[]> {
  return tableParts(readLines(file, format.encoding, options), format)
}

/** The rows of lines that are read already. */
export async function* tableRows(
  lines: AsyncIterable<Line[]>,
  format: Pick<TextFormat, 'delimiter' | 'quote' | 'json_lines'>,
): AsyncGenerator<TableRow> {
  for await (const rows of tableParts(lines, format)) yield* rows
}

async function* tableParts(
  lines: AsyncIterable<Line[]>,
  format: Pick<TextFormat, 'delimiter' | 'quote' | 'json_lines'>,
): AsyncGenerator<TableRow[]> {
  const blank: TableRow[] = []
  let index = -1
  for await (const part of partsBy(lines, format)) {
    const rows: TableRow[] = []
    for (const { cells, line, fault } of part) {
      index++
      if (fault === null && cells.length === 0) {
        // A row that only might be the end of the file waits for the next one; the first few stand for a long run.
        if (blank.length < 1000) blank.push({ cells, line, index, fault })
        continue
      }
      if (blank.length > 0) rows.push(...blank.splice(0))
      rows.push({ cells, line, index, fault })
    }
    yield rows
  }
}

function partsBy(
  lines: AsyncIterable<Line[]>,
  { delimiter, quote, json_lines }: Pick<TextFormat, 'delimiter' | 'quote' | 'json_lines'>,
): AsyncGenerator<UnnumberedRow[]> {
  if (json_lines === true) return inParts(jsonRows(lines))
  return quote === null ? plainParts(lines, delimiter) : inParts(quotedRows(lines, delimiter, quote))
}

/** Quote characters are plain. A carriage return disappears wherever it stands, as in TensorFlow's line reader. */
async function* plainParts(lines: AsyncIterable<Line[]>, delimiter: string): AsyncGenerator<UnnumberedRow[]> {
  for await (const some of lines) {
    yield some.map(({ text, line, fault }) => {
      const clean = text.includes('\r') ? text.replaceAll('\r', '') : text
      const cells = clean === '' ? [] : clean.split(delimiter)
      if (fault !== null) return { cells, line, fault: { code: fault, column: null } }
      const isOdd = clean.length > LONGEST_FIELD || clean.includes('\0')
      return { cells, line, fault: isOdd ? cellFault(cells) : null }
    })
  }
}

const PART = 256

async function* inParts(rows: AsyncIterable<UnnumberedRow>): AsyncGenerator<UnnumberedRow[]> {
  let part: UnnumberedRow[] = []
  for await (const { cells, line, fault } of rows) {
    part.push({ cells, line, fault: fault ?? cellFault(cells) })
    if (part.length < PART) continue
    yield part
    part = []
  }
  if (part.length > 0) yield part
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
