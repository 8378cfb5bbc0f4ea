// What training changes from step to step: the weights, the optimizer's two moments of each, the count of updates, in fp16 the loss scale.
import { dispose, scalar, zerosLike, type Scalar } from '@tensorflow/tfjs-core'
import type { Params } from '../model/params.ts'
import type { LossScale } from '../optim/loss-scale.ts'

export type TrainState = {
  /** Updates done, int32. A tensor, so that a compiled step does not freeze it. */
  step: Scalar
  params: Params
  adam_m: Params
  adam_v: Params
  /** There where products are computed in half: a step scales its loss then. */
  loss_scale?: LossScale
}

/** A state before its first update; takes over `params`. */
export function freshState(params: Params): TrainState {
  return { step: scalar(0, 'int32'), params, adam_m: zerosOf(params), adam_v: zerosOf(params) }
}

function zerosOf(params: Params): Params {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, zerosLike(value)]))
}

/** Numbers in all weights together. */
export function parameterCount(params: Params): number {
  return Object.values(params).reduce((sum, { size }) => sum + size, 0)
}

export function disposeState({ step, params, adam_m, adam_v, loss_scale }: TrainState): void {
  dispose([step, params, adam_m, adam_v, loss_scale ?? []])
}
