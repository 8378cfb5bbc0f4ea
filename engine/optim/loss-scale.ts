// Gradients of a scaled loss in, the gradients out; and by whether they are finite, the scale of the next update. For products in half.
import {
  add,
  div,
  greaterEqual,
  maximum,
  minimum,
  mul,
  scalar,
  where,
  type Scalar,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { region } from '../model/region.ts'
import { valuesOf, withValues, type Gradients } from './gradient.ts'

/** Dynamic loss scaling (Micikevicius et al. 2018, section 4.1). A power of two, so that scaling rounds nothing. */
export type LossScale = {
  /** What the loss is multiplied by before its gradients are taken, float32. */
  scale: Scalar
  /** Updates that were made in a row since the scale last changed, int32. */
  good_steps: Scalar
}

/** Its numbers, as a checkpoint's record has them; and those that a run begins with. */
export type LossScaleNumbers = { scale: number; good_steps: number }
export const FIRST_LOSS_SCALE: LossScaleNumbers = { scale: 2 ** 15, good_steps: 0 }
/** Below it there is nothing to win: gradients that are too large for half as they are. */
export const LEAST_SCALE = 1
export const MOST_SCALE = 2 ** 24
/** So many updates in a row, and the scale is tried twice as large. */
export const GROWTH_STEPS = 2000

export function lossScaleOf({ scale, good_steps }: LossScaleNumbers): LossScale {
  return { scale: scalar(scale), good_steps: scalar(good_steps, 'int32') }
}

export function lossScaleNumbers({ scale, good_steps }: LossScale): LossScaleNumbers {
  return { scale: scale.dataSync()[0] ?? NaN, good_steps: good_steps.dataSync()[0] ?? NaN }
}

/** What the gradients are when the loss is not scaled. */
export function unscaled(gradients: Gradients, { scale }: LossScale): Gradients {
  return Object.fromEntries(
    Object.entries(gradients).map(([name, gradient]) => [
      name,
      withValues(gradient, region('unscale', () => div(valuesOf(gradient), scale))()),
    ]),
  )
}

/** @param isFinite bool scalar: whether all gradients of this update are */
export function nextLossScale({ scale, good_steps }: LossScale, isFinite: Tensor): LossScale {
  const counted = add(good_steps, scalar(1, 'int32'))
  const isDue = greaterEqual(counted, scalar(GROWTH_STEPS, 'int32'))
  const none = scalar(0, 'int32')
  const grown = where(isDue, minimum(mul(scale, 2), MOST_SCALE), scale)
  const halved = maximum(mul(scale, 0.5), LEAST_SCALE)
  return {
    scale: where(isFinite, grown, halved) as Scalar,
    good_steps: where(isFinite, where(isDue, none, counted), none) as Scalar,
  }
}
