// Weights and a labelled split in, its metrics out; and which of two values of a metric is the better one.
import type { Features } from '../data/features.ts'
import type { Params } from '../model/params.ts'
import type { RunEvent, RunRequest } from '../spec/run.ts'
import type { MetricName, TaskSpec } from '../spec/task-spec.ts'
import { answer, type Answers } from './answers.ts'
import { computeMetrics } from './metrics.ts'
import { logged } from './progress.ts'

export type Evaluated = { metrics: Record<string, number>; answers: Answers }

/** Measures the task's metrics, the one the best is chosen by, and the loss. */
export async function* evaluate(
  request: Pick<RunRequest, 'task' | 'model' | 'hyperparameters'>,
  params: Params,
  features: readonly Features[],
  signal: AbortSignal,
): AsyncGenerator<RunEvent, Evaluated> {
  const { task, hyperparameters } = request
  const stretch = { phase: 'evaluating', detail: 'dev', batch_size: hyperparameters.eval_batch_size } as const
  const answers = yield* answer(request, params, features, stretch, signal)
  const names = [...new Set<MetricName>([...task.metrics, task.best_by, 'loss'])]
  const labels = features.map(({ label_id }) => label_id)
  const measured = Object.entries(computeMetrics(names, { labels, ...answers }))
  const undefined_names = measured.filter(([, value]) => !Number.isFinite(value)).map(([name]) => name)
  if (undefined_names.length > 0) {
    const what = undefined_names.join(', ')
    yield logged(
      'warning',
      `${what} has no value on this split, as when every label or every prediction is the same.`,
    )
  }
  return { metrics: Object.fromEntries(measured.filter(([, value]) => Number.isFinite(value))), answers }
}

/** Whether `value` is strictly better than `best`; anything is better than nothing, except what is not a number. */
export function isBetter(best_by: MetricName, value: number, best: number | null): boolean {
  if (Number.isNaN(value)) return false
  if (best === null) return true
  return best_by === 'loss' || best_by === 'mse' ? value < best : value > best
}

/** Share of the most frequent label: what a model that reads nothing scores. Null for regression. */
export function majorityShare(
  { kind }: Pick<TaskSpec, 'kind'>,
  features: readonly Features[],
): number | null {
  if (kind === 'regression' || features.length === 0) return null
  const counts = new Map<number, number>()
  for (const { label_id } of features) counts.set(label_id, (counts.get(label_id) ?? 0) + 1)
  return Math.max(...counts.values()) / features.length
}
