// Adam with decoupled weight decay, without bias correction: w ← w − lr·u.
import { mul, sub } from '@tensorflow/tfjs-core'
import { region } from '../model/region.ts'
import { ADAM, adamDirection, type Optimizer } from './adam-moments.ts'

/** One AdamW update of one variable, as the original's AdamWeightDecayOptimizer. */
export const adamw: Optimizer = (name, slot, gradient, learning_rate, constants = ADAM) =>
  region('adamw', () => {
    const { adam_m, adam_v, update } = adamDirection(name, slot, gradient, constants)
    return { value: sub(slot.value, mul(update, learning_rate)), adam_m, adam_v }
  })()
