// A request and its splits in, what the run will take and do out: memory, arithmetic, and in how many pieces its batches fit.
import type { Scalar } from '@tensorflow/tfjs-core'
import { graphVerbs } from '../backends/native.ts'
import { precisionOf, scalesLoss } from '../backends/precision.ts'
import { trainSampler } from '../data/train-order.ts'
import type { Demand } from '../jit/demand.ts'
import type { ParamSpec, Params } from '../model/params.ts'
import type { RunRequest } from '../spec/run.ts'
import type { RunPlan } from '../spec/run-plan.ts'
import type { SplitName } from '../spec/task-spec.ts'
import { memoryOfRun } from './memory-of-run.ts'
import { disposeState, type TrainState } from './state.ts'
import type { Split, Updates, Workload } from './workload.ts'

/** Those that the run will use; null for the others. */
export type Splits = { [Name in SplitName]: Split | null }

export type Planned = {
  plan: RunPlan
  /** In the pieces that the plan says; null without training. */
  updates: Updates | null
}

export type PlanOptions = {
  /** What the process of the run may take, in bytes. */
  allowed_bytes: number
  /** The pieces that a run was begun with: they are kept where they fit. */
  begun_with?: number | undefined
  /** Only whether it fits is asked: by the fewest pieces and the most. */
  isTrial?: boolean
}

/** Of no tensor a number is read, so neither weights nor a library need be there. */
export function planRun(
  request: RunRequest,
  { params }: Pick<Workload, 'params'>,
  { train, dev, test }: Splits,
  { allowed_bytes, begun_with, isTrial = false }: PlanOptions,
): Planned {
  const { hyperparameters, runtime } = request
  const { train_batch_size, train_step, seed, eval_batch_size, predict_batch_size } = hyperparameters
  const state = stateWithoutNumbers(params, scalesLoss(runtime))
  const evaluation = dev?.answerDemand(state.params, eval_batch_size) ?? null
  const answering = [evaluation, test?.answerDemand(state.params, predict_batch_size) ?? null].filter(isThere)
  const isCompiled = runtime.jit !== 'off'

  const tried = (pieces: number) => {
    const updates = train?.updates(pieces) ?? null
    const training = updates?.demand(state, firstBatches(train?.examples ?? 0)) ?? null
    const memory = memoryOfRun({ training, answering, isCompiled })
    return { pieces, updates, training, memory, fits: memory.memory_bytes <= allowed_bytes }
  }
  function* firstBatches(examples: number): Generator<Uint32Array> {
    const sample = trainSampler(examples, train_batch_size, seed)
    for (let at = 0; at < Math.min(train_step, LOOKED_AT); at++) yield sample(at)
  }
  const all = train === null ? [1] : piecesToTry(train_batch_size, runtime.micro_batch_size, begun_with)
  const chosen = first(
    isTrial ? all.filter((pieces) => pieces === all[0] || pieces === all.at(-1)).reverse() : all,
    tried,
    ({ fits }) => fits,
  )
  const { pieces, updates, training, memory, fits } = chosen
  disposeState(state)
  const { precision, why } = precisionOf(runtime)
  return {
    updates,
    plan: {
      ...memory,
      allowed_bytes,
      fits,
      fitting: [],
      micro_batches: pieces,
      micro_batch_size: train === null ? null : Math.ceil(train_batch_size / pieces),
      row_use: (train ?? dev ?? test)?.row_use ?? 'full-row',
      shapes: updates?.plan.shapes ?? [],
      places_per_token: updates?.plan.places_per_token ?? null,
      compiled: isCompiled,
      precision,
      precision_reason: why,
      update_flops: training?.flops ?? 0,
      evaluation_flops: evaluation?.flops ?? 0,
    },
  }
}

/** Batches that are looked at for their shapes. */
const LOOKED_AT = 500

/** What the user said, else what the run was begun with, else ever more pieces down to single examples. */
function piecesToTry(batch: number, micro_batch_size: number, begun_with: number | undefined): number[] {
  if (micro_batch_size > 0) return [Math.ceil(batch / micro_batch_size)]
  const doubled = Array.from({ length: Math.ceil(Math.log2(batch)) }, (_, at) => 2 ** at)
  return [...(begun_with === undefined ? [] : [Math.min(begun_with, batch)]), ...doubled, batch]
}

/** The first that is good, else the last. */
function first<In, Out>(all: readonly In[], make: (one: In) => Out, isGood: (made: Out) => boolean): Out {
  let made: Out | undefined
  for (const one of all) {
    made = make(one)
    if (isGood(made)) break
  }
  if (made === undefined) throw new Error('There is nothing to choose from.')
  return made
}

function isThere(demand: Demand | null): demand is Demand {
  return demand !== null
}

/** Tensors with the shapes of a state and no numbers. */
function stateWithoutNumbers(specs: readonly ParamSpec[], isScaled: boolean): TrainState {
  const verbs = graphVerbs()
  if (verbs === null) throw new Error('Nothing here can trace a step.')
  const nowhere = {
    fetch: (): never => {
      throw new Error('A plan has no numbers.')
    },
    release: () => undefined,
  }
  const all = (): Params =>
    Object.fromEntries(
      specs.map(({ name, shape }) => [name, verbs.resident({ dtype: 'float32', shape }, nowhere)]),
    )
  const one = (dtype: 'int32' | 'float32') => verbs.resident({ dtype, shape: [] }, nowhere) as Scalar
  const state = { step: one('int32'), params: all(), adam_m: all(), adam_v: all() }
  return isScaled ? { ...state, loss_scale: { scale: one('float32'), good_steps: one('int32') } } : state
}
