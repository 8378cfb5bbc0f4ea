// Runs that were done on this machine in, how fast it computes such a run out; or a short calibration where there was none yet.
import type { RunPlan } from '../../../engine/spec/run-plan.ts'
import type { Runtime } from '../../../engine/spec/runtime.ts'
import type { JobPlan } from '../../contract/host.ts'
import type { JobStore, StoredJob } from './job-store.ts'
import { isActive } from './job-state.ts'

export type Speed = { flops_per_second: number; from: NonNullable<JobPlan['speed_from']> }

/** The newest so many runs are looked at. */
const RUNS = 30
/** A run whose updates are so many times larger or smaller says nothing of these: small ones reach less of the machine's speed. */
const ALIKE = 50
/** Steps after which a run's speed is its own: at first nothing is in its place yet. */
const SETTLED = 5

/** @param calibrate asked once for each setting, and not while a run takes the machine */
export function createMachineSpeed(
  store: Pick<JobStore, 'list' | 'history'>,
  calibrate: (runtime: Runtime) => Promise<number>,
) {
  const calibrated = new Map<string, Promise<number | null>>()
  return async (runtime: Runtime, plan: RunPlan): Promise<Speed | null> => {
    const jobs = store.list()
    const earlier = earlierSpeed(store, jobs, runtime, plan)
    if (earlier !== null) return { flops_per_second: earlier, from: 'earlier-runs' }
    const { jit, precision, threads } = runtime
    const key = JSON.stringify([jit === 'off', precision, threads])
    if (!calibrated.has(key) && jobs.some(({ record }) => isActive(record.status))) return null
    const known = calibrated.get(key) ?? calibrate(runtime).catch(() => null)
    calibrated.set(key, known)
    const flops_per_second = await known
    return flops_per_second === null ? null : { flops_per_second, from: 'calibration' }
  }
}

/** That of the run whose updates are most like these. */
function earlierSpeed(
  store: Pick<JobStore, 'history'>,
  jobs: readonly StoredJob[],
  runtime: Runtime,
  { precision, compiled, update_flops }: RunPlan,
): number | null {
  if (update_flops === 0) return null
  const unlike = (flops: number): number => Math.abs(Math.log(flops / update_flops))
  const like = jobs
    .map(({ record }) => record)
    .filter(
      ({ plan, progress, runtime: own }) =>
        plan !== null &&
        plan.update_flops > 0 &&
        plan.precision === precision &&
        plan.compiled === compiled &&
        own.threads === runtime.threads &&
        unlike(plan.update_flops) < Math.log(ALIKE) &&
        (progress?.step ?? 0) > SETTLED,
    )
    .sort((a, b) => b.created_at - a.created_at)
    .slice(0, RUNS)
    .sort((a, b) => unlike(a.plan?.update_flops ?? 1) - unlike(b.plan?.update_flops ?? 1))
  const [nearest] = like
  if (nearest?.plan == null) return null
  const rates = store
    .history(nearest.id)
    .points.slice(SETTLED)
    .map(({ examples_per_second }) => examples_per_second)
    .sort((a, b) => a - b)
  const median = rates[Math.floor(rates.length / 2)]
  if (median === undefined) return null
  return (nearest.plan.update_flops / nearest.hyperparameters.train_batch_size) * median
}
