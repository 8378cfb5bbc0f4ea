// A job in, the one number that says how good it is out: the metric by which its best checkpoint was chosen.
import type { MetricName } from '../../engine/spec/task-spec.ts'
import type { JobRecord } from '../../main/contract/records.ts'

/** Null before there is a result. */
export function scoreOf({ task, result }: Pick<JobRecord, 'task' | 'result'>): {
  name: MetricName
  value: number
} | null {
  const value = result?.metrics[task.best_by]
  return value === undefined ? null : { name: task.best_by, value }
}
