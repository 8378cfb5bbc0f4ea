// The learning rate at a step: linear warm-up, then polynomial decay to 0, as in the original's create_optimizer.
import {
  cast,
  div,
  less,
  maximum,
  minimum,
  mul,
  pow,
  scalar,
  sub,
  where,
  type Scalar,
  type Tensor,
} from '@tensorflow/tfjs-core'
import type { Hyperparameters } from '../spec/hyperparameters.ts'

export type Schedule = Pick<Hyperparameters, 'learning_rate' | 'warmup_step' | 'train_step'> & {
  /** Exponent of the decay; 1 is a straight line. */
  poly_power?: number
  /** The step at which the warm-up starts. Before it the rate is 0; the original's was negative there. */
  start_warmup_step?: number
}

/**
 * The rate of the update after `step` updates, so the first one is asked for with 0 and gets rate 0 when there is a warm-up.
 * The decay counts from step 0, not from the end of the warm-up: the rate drops there. Both are the original's.
 * @param step int32 scalar, a tensor, so that a compiled step does not freeze it
 */
export function learningRate(
  step: Scalar,
  { learning_rate, warmup_step, train_step, poly_power = 1, start_warmup_step = 0 }: Schedule,
): Scalar {
  const at = cast(step, 'float32')
  const left = sub(1, div(minimum(at, train_step), train_step))
  const decayed: Tensor = mul(learning_rate, poly_power === 1 ? left : pow(left, poly_power))
  if (warmup_step === 0) return decayed as Scalar
  const since = sub(at, start_warmup_step)
  const warming = mul(learning_rate, div(maximum(since, 0), warmup_step))
  return where(less(since, scalar(warmup_step)), warming, decayed) as Scalar
}
