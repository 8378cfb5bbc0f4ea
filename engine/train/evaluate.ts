// Answers and labels in, the task's metrics out; and which of two values of a metric is the better one.
import type { RunEvent } from '../spec/run.ts'
import type { MetricName, TaskSpec } from '../spec/task-spec.ts'
import type { Answers } from './answers.ts'
import { computeMetrics } from './metrics.ts'
import { logged } from './progress.ts'

/** Measures the task's metrics, the one the best is chosen by, and the loss. Those without a value are told and left out. */
export function* metricsOf(
  { metrics, best_by }: Pick<TaskSpec, 'metrics' | 'best_by'>,
  labels: readonly number[],
  answers: Answers,
): Generator<RunEvent, Record<string, number>> {
  const names = [...new Set<MetricName>([...metrics, best_by, 'loss'])]
  const measured = Object.entries(computeMetrics(names, { labels, ...answers }))
  const undefined_names = measured.filter(([, value]) => !Number.isFinite(value)).map(([name]) => name)
  if (undefined_names.length > 0) {
    const what = undefined_names.join(', ')
    yield logged(
      'warning',
      `${what} has no value on this split, as when every label or every prediction is the same.`,
    )
  }
  return Object.fromEntries(measured.filter(([, value]) => Number.isFinite(value)))
}

/** Whether `value` is strictly better than `best`; anything is better than nothing, except what is not a number. */
export function isBetter(best_by: MetricName, value: number, best: number | null): boolean {
  if (Number.isNaN(value)) return false
  if (best === null) return true
  return best_by === 'loss' || best_by === 'mse' ? value < best : value > best
}

/** Share of the most frequent label: what a model that reads nothing scores. Null where there is none. */
export function majorityShare(labels: readonly number[]): number | null {
  if (labels.length === 0) return null
  const counts = new Map<number, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  return Math.max(...counts.values()) / labels.length
}
