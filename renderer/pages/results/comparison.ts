// The published scores of v1 and v2 and one's own finished runs in, the rows of their comparison for one task out.
import type { PublishedResults, ResultRecord } from '../../../main/contract/records.ts'
import { isSignificant } from '../significance.ts'

export type Size = PublishedResults['rows'][number]['size']
export type PublishedColumn = PublishedResults['columns'][number]

/** The sizes in the order of the README. */
export const SIZES: readonly Size[] = ['base', 'large', 'xlarge', 'xxlarge']

/** One's own run beside the published scores. */
export type OwnScore = {
  job_id: string
  name: string
  model_name: string
  parameters: number
  /** As a share of 100, as the published ones. */
  score: number
  size: Size | null
  finished_at: number
}

export type ComparisonRow = {
  size: Size
  parameters: number
  /** One number, or two for F1 and exact match; null when nothing was published. */
  v1: readonly number[] | null
  v2: readonly number[] | null
  /** v2 − v1, of the mean where a score is a pair. */
  difference: number | null
  /** Whether the difference is more than the noise of that many examples; null when it cannot be told. */
  significant: boolean | null
  own: OwnScore[]
}

/** @returns the published rows, own runs of a known size beside them; and the own runs whose size is another */
export function compare(
  published: PublishedResults,
  column: PublishedColumn,
  results: readonly ResultRecord[],
): { rows: ComparisonRow[]; others: OwnScore[] } {
  const own = ownScores(column, results)
  const rows = SIZES.map((size): ComparisonRow => {
    const rowOf = (version: 'v1' | 'v2') =>
      published.rows.find((row) => row.size === size && row.version === version)
    const v1 = rowOf('v1')?.scores[column.key] ?? null
    const v2 = rowOf('v2')?.scores[column.key] ?? null
    const difference = v1 === null || v2 === null ? null : mean(v2) - mean(v1)
    return {
      size,
      parameters: (rowOf('v2') ?? rowOf('v1'))?.parameters ?? 0,
      v1,
      v2,
      difference,
      significant: v1 === null || v2 === null ? null : isSignificant(mean(v1) / 100, mean(v2) / 100, column.examples),
      own: own.filter((run) => run.size === size),
    }
  })
  return { rows, others: own.filter((run) => run.size === null) }
}

/** One's own runs of the column's task, the best first. */
export function ownScores(column: PublishedColumn, results: readonly ResultRecord[]): OwnScore[] {
  const { task_name } = column
  if (task_name === null) return []
  return results
    .filter((record) => taskKey(record.task_name) === taskKey(task_name))
    .flatMap((record): OwnScore[] => {
      const { metrics, best_by, parameters } = record.result
      const score = metrics[column.metric] ?? metrics[best_by]
      if (score === undefined || !Number.isFinite(score)) return []
      const { job_id, job_name: name, model_name, finished_at } = record
      return [
        { job_id, name, model_name, parameters, score: score * 100, size: sizeOf(model_name), finished_at },
      ]
    })
    .sort((one, other) => other.score - one.score)
}

/** SST-2, sst-2 and SST2 are one task: imported data is named by people. */
function taskKey(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}

/** The size that a model's name says: `albert_xlarge_v2` is xlarge. */
export function sizeOf(model_name: string): Size | null {
  const found = /(?:^|[^a-z])(xxlarge|xlarge|large|base)(?:[^a-z]|$)/i.exec(model_name)?.[1]?.toLowerCase()
  return SIZES.find((size) => size === found) ?? null
}

/** One number for a score: a pair counts as its mean, as in the README's average. */
export function mean(score: readonly number[]): number {
  return score.reduce((sum, value) => sum + value, 0) / score.length
}
