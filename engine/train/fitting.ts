// A run that may not fit in, its plan out, and where it does not fit the settings that would, each alone.
import { EngineFailure } from '../spec/errors.ts'
import type { RunRequest } from '../spec/run.ts'
import type { Fitting, RunPlan } from '../spec/run-plan.ts'
import { workloadOf } from './kinds/index.ts'
import { planRun, type Planned, type PlanOptions, type Splits } from './plan-run.ts'
import type { Split, Workload } from './workload.ts'

export function planWithFitting(
  request: RunRequest,
  workload: Workload,
  splits: Splits,
  options: PlanOptions,
): Planned {
  const planned = planRun(request, workload, splits, options)
  if (planned.plan.fits) return planned
  const fitting = fittingFor(request, planned.plan, (changed) => fitsWith(request, splits, options, changed))
  return { ...planned, plan: { ...planned.plan, fitting } }
}

function fitsWith(
  request: RunRequest,
  splits: Splits,
  { allowed_bytes }: PlanOptions,
  { field, value }: Fitting,
): boolean {
  const { runtime } = request
  const hyperparameters = sampledSteps(request)
  const other: RunRequest =
    field === 'micro_batch_size'
      ? { ...request, hyperparameters, runtime: { ...runtime, micro_batch_size: value } }
      : { ...request, hyperparameters: { ...hyperparameters, [field]: value } }
  const workload = workloadIfAny(other)
  if (workload === null) return false
  try {
    const imagined = {
      train: imagine(workload, splits.train, other),
      dev: imagine(workload, splits.dev, other),
      test: imagine(workload, splits.test, other),
    }
    return planRun(other, workload, imagined, { allowed_bytes, isTrial: true }).plan.fits
  } finally {
    workload.close()
  }
}

/** Examples of batches that are enough to plan by. */
const DRAWN = 3000

/** A shorter run has batches of the same shapes. */
export function sampledSteps({ hyperparameters }: RunRequest): RunRequest['hyperparameters'] {
  const { train_step, train_batch_size } = hyperparameters
  return { ...hyperparameters, train_step: Math.min(train_step, Math.ceil(DRAWN / train_batch_size)) }
}

/** Null where the knobs of the kind do not go together with the changed one. */
function workloadIfAny(request: RunRequest): Workload | null {
  try {
    return workloadOf(request)
  } catch (error) {
    if (error instanceof EngineFailure) return null
    throw error
  }
}

/** Examples of a split that are enough to plan by. */
const SAMPLED = 2000

/** Examples of the same lengths, cut to what the request takes. */
function imagine(
  workload: Workload,
  split: Split | null,
  { hyperparameters: { max_seq_length } }: RunRequest,
): Split | null {
  if (split === null) return null
  const { lengths, items } = split
  const every = Math.max(1, Math.ceil(lengths.length / items / SAMPLED)) * items
  const sampled = lengths.filter((_, at) => at % every < items)
  return workload.imagine(sampled.map((length) => Math.min(length, max_seq_length)))
}

const SHORTER = [384, 256, 192, 128, 96, 64, 32, 16]

/** What would fit, one setting at a time: of each the largest value that does. */
function fittingFor(
  { hyperparameters, runtime }: Pick<RunRequest, 'hyperparameters' | 'runtime'>,
  { memory_parts: { library, weights, training, answering }, allowed_bytes }: RunPlan,
  fits: (changed: Fitting) => boolean,
): Fitting[] {
  const { train_batch_size, eval_batch_size, predict_batch_size, max_seq_length } = hyperparameters
  const { micro_batch_size } = runtime
  const room = allowed_bytes - library - weights
  const trainingIsTooMuch = training > room
  const answeringIsTooMuch = answering > room
  const tries: Record<Fitting['field'], number[]> = {
    // What changes only the one half of a run helps where the other half fits.
    micro_batch_size:
      micro_batch_size > 0 && !answeringIsTooMuch ? halves(Math.min(micro_batch_size, train_batch_size)) : [],
    train_batch_size: answeringIsTooMuch ? [] : halves(train_batch_size),
    eval_batch_size: trainingIsTooMuch ? [] : halves(eval_batch_size),
    predict_batch_size: trainingIsTooMuch ? [] : halves(predict_batch_size),
    max_seq_length: SHORTER.filter((length) => length < max_seq_length),
  }
  return (Object.keys(tries) as Fitting['field'][]).flatMap((field) => {
    const value = firstThat(tries[field], (one) => fits({ field, value: one }))
    return value === undefined ? [] : [{ field, value }]
  })
}

/** 32 → 16, 8, 4, 2, 1. */
function halves(value: number): number[] {
  const below: number[] = []
  for (let half = Math.floor(value / 2); half >= 1; half = Math.floor(half / 2)) below.push(half)
  return below
}

/** The first that is good, where all after a good one are good too. */
function firstThat(all: readonly number[], isGood: (one: number) => boolean): number | undefined {
  const last = all.at(-1)
  if (last === undefined || !isGood(last)) return undefined
  let [bad, good] = [-1, all.length - 1]
  while (good - bad > 1) {
    const middle = Math.floor((bad + good) / 2)
    if (isGood(all[middle] ?? last)) good = middle
    else bad = middle
  }
  return all[good]
}
