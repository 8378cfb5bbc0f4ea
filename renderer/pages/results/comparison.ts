// The published scores of v1 and v2 and one's own finished runs in, the rows of their comparison out, size by size.
import type { PublishedResults, ResultRecord } from '../../../main/contract/records.ts'
import { isMeanSignificant, isSignificant } from '../significance.ts'

export type Size = PublishedResults['rows'][number]['size']
export type PublishedColumn = PublishedResults['columns'][number]

/** The sizes in the order of the README. */
export const SIZES: readonly Size[] = ['base', 'large', 'xlarge', 'xxlarge']

/** A difference, and whether it is more than the noise of that many examples; null when that cannot be told. */
export type Difference = { value: number; significant: boolean | null }

/** One's own best run of a model on a column's task. */
export type OwnScore = {
  job_id: string
  /** Shares of 100, as the published ones: one number, or two for F1 and exact match. */
  parts: readonly number[]
  /** One number for them. */
  score: number
  /** Against the published v2 of the same size. */
  difference: Difference | null
}

/** One's own runs of one model, beside the published ones. */
export type OwnRow = { model_name: string; parameters: number; scores: Record<string, OwnScore> }

export type SizeGroup = {
  size: Size
  parameters: number
  /** By column: one number, or two for F1 and exact match. */
  v1: Record<string, readonly number[]>
  v2: Record<string, readonly number[]>
  /** v2 − v1 by column, of the mean where a score is a pair. */
  differences: Record<string, Difference>
  own: OwnRow[]
}

export type Comparison = {
  groups: SizeGroup[]
  /** One's own models of none of the published sizes. */
  others: OwnRow[]
}

export function compare(published: PublishedResults, results: readonly ResultRecord[]): Comparison {
  const own = ownRuns(published, results)
  const groups = SIZES.map((size): SizeGroup => {
    const rowOf = (version: 'v1' | 'v2') =>
      published.rows.find((row) => row.size === size && row.version === version)
    const v1 = rowOf('v1')?.scores ?? {}
    const v2 = rowOf('v2')?.scores ?? {}
    return {
      size,
      parameters: (rowOf('v2') ?? rowOf('v1'))?.parameters ?? 0,
      v1,
      v2,
      differences: differencesOf(published.columns, v1, v2),
      own: rowsOf(
        own.filter((run) => run.size === size),
        v2,
      ),
    }
  })
  return {
    groups,
    others: rowsOf(
      own.filter((run) => run.size === null),
      {},
    ),
  }
}

type OwnRun = {
  record: ResultRecord
  column: PublishedColumn
  size: Size | null
  parts: readonly number[]
  score: number
}

/** The metrics of a run that a column's words mean. */
const METRICS: Record<string, readonly string[]> = { 'F1 / EM': ['f1', 'exact_match'] }

/** Every finished run of a task that has a column. */
function ownRuns(published: PublishedResults, results: readonly ResultRecord[]): OwnRun[] {
  return published.columns.flatMap((column) => {
    const { task_name } = column
    if (task_name === null) return []
    return results.flatMap((record): OwnRun[] => {
      const { metrics, best_by, parameters } = record.result
      const named = (METRICS[column.metric] ?? [column.metric]).map((metric) => metrics[metric])
      const shares = named.some((share) => share === undefined) ? [metrics[best_by]] : named
      const parts = shares.flatMap((share) => (share === undefined ? [] : [share * 100]))
      if (taskKey(record.task_name) !== taskKey(task_name)) return []
      if (parts.length === 0 || !parts.every(Number.isFinite)) return []
      const size = sizeOf(record.model_name) ?? sizeByParameters(published, parameters)
      return [{ record, column, size, parts, score: mean(parts) }]
    })
  })
}

/** One row for each model, with the best run of each task. */
function rowsOf(runs: readonly OwnRun[], v2: Record<string, readonly number[]>): OwnRow[] {
  const rows = new Map<string, OwnRow>()
  for (const { record, column, parts, score } of runs) {
    const { model_name, job_id, result } = record
    const row = rows.get(model_name) ?? { model_name, parameters: result.parameters, scores: {} }
    rows.set(model_name, row)
    if (score <= (row.scores[column.key]?.score ?? -Infinity)) continue
    const reference = v2[column.key]
    row.scores[column.key] = {
      job_id,
      parts,
      score,
      difference: reference === undefined ? null : differenceOf(column, mean(reference), score),
    }
  }
  return [...rows.values()].sort((one, other) => one.parameters - other.parameters)
}

function differencesOf(
  columns: readonly PublishedColumn[],
  v1: Record<string, readonly number[]>,
  v2: Record<string, readonly number[]>,
): Record<string, Difference> {
  const differences: Record<string, Difference> = {}
  for (const column of columns) {
    const one = v1[column.key]
    const other = v2[column.key]
    if (one === undefined || other === undefined) continue
    differences[column.key] =
      column.examples === null
        ? differenceOfMeans(columns, v1, v2, mean(other) - mean(one))
        : differenceOf(column, mean(one), mean(other))
  }
  return differences
}

function differenceOf({ examples }: PublishedColumn, from: number, to: number): Difference {
  return { value: to - from, significant: isSignificant(from / 100, to / 100, examples) }
}

/** The column that is the mean of the others: its noise is that of its parts. */
function differenceOfMeans(
  columns: readonly PublishedColumn[],
  v1: Record<string, readonly number[]>,
  v2: Record<string, readonly number[]>,
  value: number,
): Difference {
  const parts = columns.flatMap(({ key, examples }) => {
    const one = v1[key]
    const other = v2[key]
    if (examples === null || one === undefined || other === undefined) return []
    return [{ one: mean(one) / 100, other: mean(other) / 100, examples }]
  })
  return { value, significant: isMeanSignificant(value / 100, parts) }
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

/** A model with exactly the published number of parameters has that size, whatever it is called. */
function sizeByParameters({ rows }: PublishedResults, parameters: number): Size | null {
  return rows.find((row) => row.parameters === parameters)?.size ?? null
}

/** One number for a score: a pair counts as its mean, as in the README's average. */
export function mean(score: readonly number[]): number {
  return score.reduce((sum, value) => sum + value, 0) / score.length
}
