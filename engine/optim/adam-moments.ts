// A gradient and two moments in, the moments after it and the direction of the update out. AdamW and LAMB share this.
import { add, div, mul, sqrt, square, type Tensor } from '@tensorflow/tfjs-core'

/** The original's constants; neither optimizer corrects the moments for their bias. */
export const ADAM = {
  weight_decay_rate: 0.01,
  beta_1: 0.9,
  beta_2: 0.999,
  epsilon: 1e-6,
  exclude_from_weight_decay: ['LayerNorm', 'layer_norm', 'bias'] as readonly string[],
}
export type AdamConstants = typeof ADAM

/** One variable and what the optimizer keeps for it. */
export type Slot = { value: Tensor; adam_m: Tensor; adam_v: Tensor }

/** An update rule: the slot after a step at `learning_rate` with a dense gradient. */
export type Optimizer = (
  name: string,
  slot: Slot,
  gradient: Tensor,
  learning_rate: Tensor,
  constants?: AdamConstants,
) => Slot

/** m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g², u = m / (√v + ε), plus the decayed weight where the name is not excluded. */
export function adamDirection(
  name: string,
  { value, adam_m, adam_v }: Slot,
  gradient: Tensor,
  { beta_1, beta_2, epsilon, weight_decay_rate, exclude_from_weight_decay }: AdamConstants,
): { adam_m: Tensor; adam_v: Tensor; update: Tensor } {
  const next_m = add(mul(adam_m, beta_1), mul(gradient, 1 - beta_1))
  const next_v = add(mul(adam_v, beta_2), mul(square(gradient), 1 - beta_2))
  const direction = div(next_m, add(sqrt(next_v), epsilon)) // ε outside the root
  const decays = weight_decay_rate !== 0 && !isExcluded(name, exclude_from_weight_decay)
  const update = decays ? add(direction, mul(value, weight_decay_rate)) : direction
  return { adam_m: next_m, adam_v: next_v, update }
}

/** Whether a variable is left out: one of the patterns is found anywhere in its name, as by Python's `re.search`. */
export function isExcluded(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => new RegExp(pattern, 'u').test(name))
}
