// Maps of question ids in, the text of SQuAD's prediction files out: JSON to the letter as Python writes it.
import { float64Text } from '../python-text.ts'
import type { Answer } from './n-best.ts'

/** `predictions.json` and `null_odds.json` hold a text or a number to each id, `nbest_predictions.json` a list of answers. */
export function predictionFile(content: ReadonlyMap<string, string | number | readonly Answer[]>): string {
  return `${pythonJson(
    [...content].map(([id, value]) => [id, value]),
    '',
  )}\n`
}

/** An object as its entries, so that ids which look like numbers keep their order. */
type Entries = [string, string | number | readonly Answer[]][]

function pythonJson(entries: Entries, indent: string): string {
  if (entries.length === 0) return '{}'
  const inner = `${indent}    `
  const lines = entries.map(([key, value]) => `${inner}${text(key)}: ${valueOf(value, inner)}`)
  return `{\n${lines.join(',\n')}\n${indent}}`
}

function valueOf(value: string | number | readonly Answer[], indent: string): string {
  if (typeof value === 'string') return text(value)
  if (typeof value === 'number') return float64Text(value)
  if (value.length === 0) return '[]'
  const inner = `${indent}    `
  return `[\n${value.map((answer) => inner + pythonJson(Object.entries(answer), inner)).join(',\n')}\n${indent}]`
}

/** Everything beyond ASCII is escaped by UTF-16 units; U+007F is not. */
function text(value: string): string {
  return JSON.stringify(value).replace(
    /[^ -\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
