// (TrainState, batch, key) in, (TrainState, metrics) out: one update, a pure function over tensors.
import {
  add,
  cast,
  clone,
  isFinite,
  scalar,
  where,
  type Scalar,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core'
import { dropoutPlaces } from '../model/albert.ts'
import { keyedDropout } from '../model/dropout.ts'
import type { ModelInputs } from '../model/albert.ts'
import { HEAD_DROPOUT_PLACES, type Head } from '../model/head.ts'
import { region } from '../model/region.ts'
import { adamw } from '../optim/adamw.ts'
import { clipByGlobalNorm } from '../optim/clip.ts'
import { densified, type Gradients } from '../optim/gradient.ts'
import { lamb } from '../optim/lamb.ts'
import { nextLossScale, type LossScale } from '../optim/loss-scale.ts'
import { learningRate } from '../optim/schedule.ts'
import type { Optimizer, Slot } from '../optim/adam-moments.ts'
import type { AlbertConfig } from '../spec/albert-config.ts'
import type { Hyperparameters } from '../spec/hyperparameters.ts'
import { lossAndGradients } from './gradients.ts'
import type { TrainState } from './state.ts'

export type StepResult = {
  state: TrainState
  loss: Scalar
  learning_rate: Scalar
  /** Where it is not finite and the state has a loss scale, the update was not made: the state is the old one but for a smaller scale. */
  grad_norm: Scalar
  /** That of the new state, to be read without reading a state that lives in a graph. */
  loss_scale?: LossScale
}

/** One update. Assigns nothing, reads no tensor's value and disposes nothing; whoever calls it drops the old state. */
export type TrainStep<Batch> = (state: TrainState, batch: Batch, key: Tensor1D) => StepResult

export const OPTIMIZERS = { adamw, lamb } satisfies Record<Hyperparameters['optimizer'], Optimizer>

/** The step of a run: forward, backward, clip, update, with everything that does not change from step to step bound. */
export function trainStepOf<Batch extends ModelInputs>({
  head,
  config,
  hyperparameters,
}: {
  head: Pick<Head<Batch, unknown>, 'loss'>
  config: AlbertConfig
  hyperparameters: Pick<Hyperparameters, 'optimizer' | 'learning_rate' | 'warmup_step' | 'train_step'>
}): TrainStep<Batch> {
  const optimizer = OPTIMIZERS[hyperparameters.optimizer]
  return (state, batch, key) => {
    const dropout = keyedDropout(key, dropoutPlaces(config) + HEAD_DROPOUT_PLACES)
    const { loss_scale } = state
    const { loss, gradients } = lossAndGradients(state.params, batch, { config, head, dropout, loss_scale })
    const learning_rate = learningRate(state.step, hyperparameters)
    const { state: next, ...judged } = updated(state, gradients, learning_rate, optimizer)
    return { state: next, loss, learning_rate, ...judged }
  }
}

/**
 * Clips the gradients and updates the weights by them. Where the loss is scaled and they are not finite, the scale was too large:
 * the weights, their moments and the count of updates stay, and the next scale is smaller.
 */
export function updated(
  { loss_scale, ...state }: TrainState,
  gradients: Gradients,
  learning_rate: Tensor,
  optimizer: Optimizer,
): Pick<StepResult, 'state' | 'grad_norm' | 'loss_scale'> {
  const { clipped, global_norm } = clipByGlobalNorm(gradients)
  if (loss_scale === undefined)
    return { state: applyUpdates(state, clipped, learning_rate, optimizer), grad_norm: global_norm }
  const isMade = isFinite(global_norm)
  const next = nextLossScale(loss_scale, isMade)
  return {
    state: { ...applyUpdates(state, clipped, learning_rate, optimizer, isMade), loss_scale: next },
    grad_norm: global_norm,
    loss_scale: { scale: clone(next.scale), good_steps: clone(next.good_steps) },
  }
}

/**
 * The state after one update of every variable that has a gradient; the others stay, moments and all.
 * @param isMade bool scalar: whether there is an update; else all stays as it is, to the bit
 */
export function applyUpdates(
  { step, params, adam_m, adam_v }: TrainState,
  gradients: Gradients,
  learning_rate: Tensor,
  optimizer: Optimizer,
  isMade?: Tensor,
): TrainState {
  const one = isMade === undefined ? scalar(1, 'int32') : (cast(isMade, 'int32') as Scalar)
  const update = isMade === undefined ? optimizer : onlyWhere(isMade, optimizer)
  const next: TrainState = { step: add(step, one), params: {}, adam_m: {}, adam_v: {} }
  for (const [name, value] of Object.entries(params)) {
    const slot = { value, adam_m: adam_m[name], adam_v: adam_v[name] } as Slot
    const gradient = gradients[name]
    // Copies of what stays: the caller drops the old state as a whole.
    const made =
      gradient === undefined
        ? { value: clone(value), adam_m: clone(slot.adam_m), adam_v: clone(slot.adam_v) }
        : update(name, slot, densified(gradient), learning_rate)
    next.params[name] = made.value
    next.adam_m[name] = made.adam_m
    next.adam_v[name] = made.adam_v
  }
  return next
}

function onlyWhere(isMade: Tensor, optimizer: Optimizer): Optimizer {
  return (name, slot, ...rest) =>
    region('update_where_finite', () => {
      const { value, adam_m, adam_v } = optimizer(name, slot, ...rest)
      return {
        value: where(isMade, value, slot.value),
        adam_m: where(isMade, adam_m, slot.adam_m),
        adam_v: where(isMade, adam_v, slot.adam_v),
      }
    })()
}
