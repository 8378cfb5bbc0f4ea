// Answers and the groups they belong to in, one metric of each group out: the genres of MNLI, the schools of RACE.
import type { MetricName } from '../spec/task-spec.ts'
import { computeMetrics, type Predicted } from './metrics.ts'

/** A column with more different values than this does not group anything. */
export const MOST_GROUPS = 50

/**
 * `<metric>_<group>` for each group, in the order in which they appear; rows without a group are left out, and so is what has
 * no value. Nothing where there are too many groups.
 */
export function metricByGroup(
  metric: MetricName,
  groups: readonly (string | null | undefined)[],
  { labels, predictions, per_example_loss }: Predicted,
): Record<string, number> {
  const rows = new Map<string, number[]>()
  groups.forEach((group, row) => {
    if (group == null) return
    const own = rows.get(group)
    if (own === undefined) rows.set(group, [row])
    else own.push(row)
  })
  if (rows.size > MOST_GROUPS) return {}
  const measured = [...rows].map(([group, own]): [string, number] => {
    const pick = (values: ArrayLike<number>): number[] => own.map((row) => values[row] ?? NaN)
    const part = {
      labels: pick(labels),
      predictions: pick(predictions),
      per_example_loss: pick(per_example_loss),
    }
    return [`${metric}_${group}`, computeMetrics([metric], part)[metric] ?? NaN]
  })
  return Object.fromEntries(measured.filter(([, value]) => Number.isFinite(value)))
}
