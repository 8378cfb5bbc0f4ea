// A task in, a reader of its label cells out: the label as the task spells it, or the problem in words.
import type { TaskSpec } from '../spec/task-spec.ts'
import { preprocessText } from '../text/preprocess-text.ts'

export type ReadLabel =
  | { label: string | number }
  | { code: 'unknown-label' | 'empty-label' | 'label-not-a-number'; problem: string }

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/**
 * A label is taken as it stands; else by its alias; else, where that names one label only, without regard to case and
 * surrounding spaces, as the original's clean-up has it for uncased text. Here it does not depend on the text's case.
 */
export function labelReader({ labels, label_aliases = {}, name }: TaskSpec): (cell: string) => ReadLabel {
  if (labels === null) return readNumber
  const exact = new Map([...labels.map((label) => [label, label] as const), ...Object.entries(label_aliases)])
  const loose = new Map<string, string | null>()
  for (const [spelling, label] of exact) {
    const key = cleaned(spelling)
    const known = loose.get(key)
    loose.set(key, known === undefined || known === label ? label : null)
  }
  return (cell) => {
    const label = exact.get(cell) ?? loose.get(cleaned(cell))
    if (label !== undefined && label !== null) return { label }
    const known =
      labels.length > 20
        ? `${labels.slice(0, 20).join(', ')} and ${labels.length - 20} more`
        : labels.join(', ')
    if (cell.trim() === '')
      return {
        code: 'empty-label',
        problem: `has no label; ${name} knows ${known}. Fill it in, or remove the row.`,
      }
    return {
      code: 'unknown-label',
      problem: `has the label ${quoted(cell)}; ${name} knows ${known}. Correct the row, or add the label to the task.`,
    }
  }
}

function readNumber(cell: string): ReadLabel {
  const number = NUMBER.test(cell.trim()) ? Number(cell) : Number.NaN
  if (Number.isFinite(number)) return { label: number }
  if (cell.trim() === '')
    return { code: 'empty-label', problem: 'has no score. Fill it in, or remove the row.' }
  return {
    code: 'label-not-a-number',
    problem: `has the score ${quoted(cell)}, which is not a number. Correct the row, or make this a classification task.`,
  }
}

function cleaned(label: string): string {
  return preprocessText(label, { lower: true })
}

function quoted(cell: string): string {
  return JSON.stringify(cell.length > 80 ? `${cell.slice(0, 80)}…` : cell)
}
