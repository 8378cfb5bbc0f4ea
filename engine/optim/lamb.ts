// LAMB (You et al. 2020): AdamW's update, scaled for each variable by ‖w‖ / ‖u‖.
import {
  div,
  greater,
  logicalAnd,
  mul,
  scalar,
  sqrt,
  square,
  sub,
  sum,
  where,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { region } from '../model/region.ts'
import { ADAM, adamDirection, isExcluded, type Optimizer } from './adam-moments.ts'

/**
 * One LAMB update of one variable. The ratio is 1 where a norm is 0 and for the variables that do not decay; nothing
 * bounds it. A shared group is one variable, so it has one ratio for all the layers that use it.
 */
export const lamb: Optimizer = (name, slot, gradient, learning_rate, constants = ADAM) =>
  region('lamb', () => {
    const { adam_m, adam_v, update } = adamDirection(name, slot, gradient, constants)
    const rate = isExcluded(name, constants.exclude_from_weight_decay)
      ? learning_rate
      : mul(trustRatio(slot.value, update), learning_rate)
    return { value: sub(slot.value, mul(update, rate)), adam_m, adam_v }
  })()

function trustRatio(value: Tensor, update: Tensor): Tensor {
  const value_norm = sqrt(sum(square(value)))
  const update_norm = sqrt(sum(square(update)))
  const both = logicalAnd(greater(value_norm, 0), greater(update_norm, 0))
  return where(both, div(value_norm, update_norm), scalar(1))
}
