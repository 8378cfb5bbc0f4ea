// (TrainState, batch, key) in, (TrainState, metrics) out: one update, a pure function over tensors.
import { add, clone, scalar, type Scalar, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core'
import { dropoutPlaces } from '../model/albert.ts'
import { keyedDropout } from '../model/dropout.ts'
import type { ModelInputs } from '../model/albert.ts'
import { HEAD_DROPOUT_PLACES, type Head } from '../model/head.ts'
import { adamw } from '../optim/adamw.ts'
import { clipByGlobalNorm } from '../optim/clip.ts'
import { densified, type Gradients } from '../optim/gradient.ts'
import { lamb } from '../optim/lamb.ts'
import { learningRate } from '../optim/schedule.ts'
import type { Optimizer, Slot } from '../optim/adam-moments.ts'
import type { AlbertConfig } from '../spec/albert-config.ts'
import type { Hyperparameters } from '../spec/hyperparameters.ts'
import { lossAndGradients } from './gradients.ts'
import type { TrainState } from './state.ts'

export type StepResult = { state: TrainState; loss: Scalar; learning_rate: Scalar; grad_norm: Scalar }

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
    const { loss, gradients } = lossAndGradients(state.params, batch, { config, head, dropout })
    const learning_rate = learningRate(state.step, hyperparameters)
    const { clipped, global_norm } = clipByGlobalNorm(gradients)
    return {
      state: applyUpdates(state, clipped, learning_rate, optimizer),
      loss,
      learning_rate,
      grad_norm: global_norm,
    }
  }
}

/** The state after one update of every variable that has a gradient; the others stay, moments and all. */
export function applyUpdates(
  { step, params, adam_m, adam_v }: TrainState,
  gradients: Gradients,
  learning_rate: Tensor,
  optimizer: Optimizer,
): TrainState {
  const next: TrainState = { step: add(step, scalar(1, 'int32')), params: {}, adam_m: {}, adam_v: {} }
  for (const [name, value] of Object.entries(params)) {
    const slot = { value, adam_m: adam_m[name], adam_v: adam_v[name] } as Slot
    const gradient = gradients[name]
    // Copies of what stays: the caller drops the old state as a whole.
    const updated =
      gradient === undefined
        ? { value: clone(value), adam_m: clone(slot.adam_m), adam_v: clone(slot.adam_v) }
        : optimizer(name, slot, densified(gradient), learning_rate)
    next.params[name] = updated.value
    next.adam_m[name] = updated.adam_m
    next.adam_v[name] = updated.adam_v
  }
  return next
}
