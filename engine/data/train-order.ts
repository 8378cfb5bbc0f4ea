// A seed and a step in, the examples of that step out. The step is the whole state: a run that resumes draws the same batches.
import { randomBits } from '../spec/random-bits.ts'

/**
 * The order in which one pass goes over the examples: a full shuffle, another one each epoch. The original shuffles within
 * a moving window of 100 rows only, so that a file sorted by label trains in that order.
 * @returns every number below `examples` once
 */
export function trainOrder(examples: number, seed: number, epoch: number): Uint32Array {
  const order = Uint32Array.from({ length: examples }, (_, index) => index)
  const next = randomBits(seed, epoch, 0x9e3779b9)
  for (let last = examples - 1; last > 0; last--) {
    const other = below(last + 1, next)
    const moved = order[last] ?? 0
    order[last] = order[other] ?? 0
    order[other] = moved
  }
  return order
}

/**
 * Chooses the examples of a training step, counted from 0. As in the original (repeat, shuffle, batch), the passes follow
 * each other without a gap: a batch may hold the end of one pass and the start of the next, and no example is ever left out.
 */
export function trainSampler(
  examples: number,
  train_batch_size: number,
  seed: number,
): (step: number) => Uint32Array {
  if (examples < 1) throw new RangeError('There are no examples to draw from.')
  let kept: { epoch: number; order: Uint32Array } = { epoch: -1, order: new Uint32Array() }
  const orderOf = (epoch: number): Uint32Array => {
    if (kept.epoch !== epoch) kept = { epoch, order: trainOrder(examples, seed, epoch) }
    return kept.order
  }
  return (step) =>
    Uint32Array.from({ length: train_batch_size }, (_, row) => {
      const position = step * train_batch_size + row
      return orderOf(Math.floor(position / examples))[position % examples] ?? 0
    })
}

/** Unbiased: draws that would favour small numbers are thrown away. */
function below(limit: number, next: () => number): number {
  const fair = 2 ** 32 - (2 ** 32 % limit)
  for (;;) {
    const drawn = next()
    if (drawn < fair) return drawn % limit
  }
}
