// Lines that each hold a JSON object in, rows of cells under a header of their keys out.
import type { Line } from './lines.ts'
import type { UnnumberedRow } from './row.ts'

/**
 * The first row is the header: the keys of the objects in the first piece of the file, in the order of their appearance. A key that
 * an object lacks is an empty cell; lists and objects inside are cells of JSON.
 */
export async function* jsonRows(lines: AsyncIterable<Line[]>): AsyncGenerator<UnnumberedRow> {
  let keys: string[] | null = null
  for await (const some of lines) {
    const rows = some.map((line) => ({ ...line, value: line.fault === null ? objectIn(line.text) : null }))
    if (keys === null) {
      keys = [...new Set(rows.flatMap(({ value }) => (value === null ? [] : Object.keys(value))))]
      yield { cells: keys, line: 0, fault: null }
    }
    for (const { text, line, fault, value } of rows) {
      if (value !== null) yield { cells: cellsOf(value, keys), line, fault: null }
      else if (fault === null && text.trim() === '') yield { cells: [], line, fault: null }
      else yield { cells: [], line, fault: { code: fault ?? 'bad-json', column: null } }
    }
  }
}

function objectIn(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}

function cellsOf(value: Record<string, unknown>, keys: readonly string[]): string[] {
  return keys.map((key) => cellOf(Object.hasOwn(value, key) ? value[key] : undefined))
}

function cellOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === undefined || value === null) return ''
  return JSON.stringify(value)
}
