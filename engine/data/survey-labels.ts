// A file and the position or name of its label column in, the labels that occur out: what a new dataset's labels are.
import type { ColumnRef, TextFormat } from '../spec/task-spec.ts'
import { labelsOf } from './guess-columns.ts'
import { readTable } from './table.ts'

export type LabelSurvey = {
  /** Without surrounding spaces, in id order; empty cells and rows that cannot be read are left out. */
  labels: string[]
  /** Whether there were more than `limit`, which then are not listed: this is hardly a label column. */
  more: boolean
}

/** @throws what node:fs throws, and an AbortError once the signal is aborted */
export async function surveyLabels(
  file: string,
  { format, header, column }: { format: TextFormat; header: boolean; column: ColumnRef },
  { limit = 1000, signal }: { limit?: number; signal?: AbortSignal | undefined } = {},
): Promise<LabelSurvey> {
  const counts = new Map<string, number>()
  let position = typeof column === 'number' ? column : null
  for await (const { index, cells, fault } of readTable(file, format, { signal })) {
    if (index === 0 && header) {
      position ??= cells.findIndex((name) => name.trim() === String(column).trim())
      continue
    }
    const label = fault === null && position !== null ? cells.at(position)?.trim() : undefined
    if (label === undefined || label === '') continue
    counts.set(label, (counts.get(label) ?? 0) + 1)
    if (counts.size > limit) return { labels: [], more: true }
  }
  return { labels: labelsOf(counts), more: false }
}
