// The cells of a row that offer answers and name the right one in; the options and the position of the right one out.
import { shown, type PlacedColumns, type QuestionFault } from './question-row.ts'

const A = 'A'.charCodeAt(0)

/** @param choices how many options there must be; null where this is the first question */
export function choiceIn(
  cells: readonly string[],
  { options: columns, answer }: PlacedColumns,
  choices: number | null,
): { options: string[]; label: number | null } | { fault: QuestionFault } {
  const options = optionsIn(cells, columns)
  const column = columns[0]?.name ?? null
  if (options.length < 2 || (choices !== null && options.length !== choices)) {
    const needs = choices === null ? 'at least 2' : String(choices)
    return {
      fault: {
        code: 'option-count',
        severity: 'error',
        column,
        value: columns.length === 1 ? (cells[columns[0]?.at ?? 0] ?? '').slice(0, 200) : null,
        facts: { has: options.length, needs },
        sentence: `offers ${options.length} answers; it must offer ${needs}. Correct the row.`,
      },
    }
  }
  if (answer === undefined) return { options, label: null }
  const cell = (cells[answer.at] ?? '').trim()
  const label = positionIn(cell, options)
  if (label !== null) return { options, label }
  const last = String.fromCharCode(A + options.length - 1)
  return {
    fault: {
      code: 'unknown-answer',
      severity: 'error',
      column: answer.name,
      value: cell.slice(0, 200),
      facts: { last, count: options.length },
      sentence: `has the answer ${shown(cell)}; it must be a letter from A to ${last}, a number from 0 to ${options.length - 1}, or the text of an option.`,
    },
  }
}

function optionsIn(cells: readonly string[], columns: PlacedColumns['options']): string[] {
  const [only, ...more] = columns
  if (only === undefined) return []
  if (more.length > 0) {
    const offered = columns.map(({ at }) => (cells[at] ?? '').trim())
    return offered.every((option) => option !== '') ? offered : offered.filter((option) => option !== '')
  }
  return listIn(cells[only.at] ?? '')
}

/** A JSON list, or texts with bars between. */
function listIn(cell: string): string[] {
  try {
    const value: unknown = JSON.parse(cell)
    if (Array.isArray(value)) return value.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)))
  } catch {
    // not JSON
  }
  return cell.includes('|') ? cell.split('|').map((option) => option.trim()) : []
}

function positionIn(cell: string, options: readonly string[]): number | null {
  const exact = options.indexOf(cell)
  const place = /^[A-Za-z]$/.test(cell)
    ? cell.toUpperCase().charCodeAt(0) - A
    : /^\d{1,2}$/.test(cell)
      ? Number(cell)
      : exact
  const found = place >= 0 && place < options.length ? place : exact
  return found >= 0 ? found : null
}
