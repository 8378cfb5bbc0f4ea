// The first text of a file in, the delimiter and the quoting that cut it into the most even table out.
import type { TextFormat } from '../spec/task-spec.ts'
import { tableRows } from './table.ts'
import type { TableRow } from './row.ts'

type Cut = Pick<TextFormat, 'delimiter' | 'quote'>

const DELIMITERS = ['\t', ',', ';', '|'] as const
/** Share of rows that must be of one width before a delimiter is believed; commas in prose stay below. */
const EVEN_ENOUGH = 0.8

export async function guessDelimiter(text: string): Promise<Cut> {
  let best: { delimiter: (typeof DELIMITERS)[number]; evenness: number } | null = null
  for (const delimiter of DELIMITERS) {
    const evenness = Math.max(
      evennessOf(await cut(text, { delimiter, quote: null })),
      evennessOf(await cut(text, { delimiter, quote: '"' })),
    )
    if (evenness >= EVEN_ENOUGH && (best === null || evenness > best.evenness)) best = { delimiter, evenness }
  }
  const delimiter = best?.delimiter ?? '\t'
  return { delimiter, quote: (await hasQuoting(text, delimiter)) ? '"' : null }
}

/** The rows of a piece of text. */
export async function cut(text: string, how: Cut): Promise<TableRow[]> {
  const lines = text.split('\n').map((line, index) => ({ text: line, line: index + 1, fault: null }))
  if (lines.at(-1)?.text === '') lines.pop()
  const rows: TableRow[] = []
  for await (const row of tableRows(once(lines), how)) rows.push(row)
  return rows
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value
}

/** Share of rows of the most frequent width; 0 where that is one column. */
function evennessOf(rows: TableRow[]): number {
  const counts = new Map<number, number>()
  for (const { cells, fault } of rows) {
    if (cells.length > 0 && fault === null) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1)
  }
  const [width, count] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [1, 0]
  return width === 1 ? 0 : count / rows.length
}

/** Commas mean quoting unless it tears the rows apart; in tab-separated files quotes are text unless they are clearly not. */
async function hasQuoting(text: string, delimiter: string): Promise<boolean> {
  if (!text.includes('"')) return delimiter !== '\t'
  const plain = await cut(text, { delimiter, quote: null })
  const gain = evennessOf(await cut(text, { delimiter, quote: '"' })) - evennessOf(plain)
  if (delimiter !== '\t') return gain > -0.1
  if (gain < 0) return false
  const wrapped = plain.filter(({ cells }) =>
    cells.some((cell) => cell.length > 1 && cell.startsWith('"') && cell.endsWith('"')),
  )
  const doubled = wrapped.some(({ cells }) => cells.some((cell) => /^".*"".*"$/s.test(cell)))
  return gain > 0.02 || doubled || wrapped.length > plain.length / 2
}
