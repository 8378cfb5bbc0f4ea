// Lines in, rows out, for files whose cells may stand in quotes and so hold delimiters and line ends.
import { Readable, pipeline } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import type { Line } from './lines.ts'
import type { UnnumberedRow } from './row.ts'

/** More than a row's cells can hold: a quote that is never closed ends here and not at the end of the memory. */
const LONGEST_ROW = 1 << 22

/** A fault of the quoting itself ends the rows: what follows it could be anything. */
export async function* quotedRows(
  lines: AsyncIterable<Line[]>,
  delimiter: string,
  quote: string,
): AsyncGenerator<UnnumberedRow> {
  const marked: { line: number; fault: NonNullable<Line['fault']> }[] = []
  const parser = parse({
    delimiter,
    quote,
    escape: quote,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    info: true,
    max_record_size: LONGEST_ROW,
  })
  let start = 1
  try {
    pipeline(Readable.from(textOf(lines, marked)), parser, () => {})
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[]
      info: { lines: number }
    }>) {
      const end = info.lines
      while (marked.length > 0 && (marked[0]?.line ?? 0) < start) marked.shift()
      const bad = marked[0] !== undefined && marked[0].line <= end ? marked[0].fault : null
      const cells = record.length === 1 && record[0] === '' ? [] : record
      yield { cells, line: start, fault: bad === null ? null : { code: bad, column: null } }
      start = end + 1
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const unclosed = error.code === 'CSV_QUOTE_NOT_CLOSED' || error.code === 'CSV_MAX_RECORD_SIZE'
    yield {
      cells: [],
      line: start,
      fault: { code: unclosed ? 'unclosed-quote' : 'bad-quoting', column: null },
    }
  } finally {
    parser.destroy()
  }
}

async function* textOf(
  lines: AsyncIterable<Line[]>,
  marked: { line: number; fault: NonNullable<Line['fault']> }[],
): AsyncGenerator<string> {
  for await (const some of lines) {
    for (const { line, fault } of some) if (fault !== null) marked.push({ line, fault })
    yield some.map(({ text }) => `${text}\n`).join('')
  }
}
