// Features and a choice of them in, one batch of typed arrays out; and which examples make which training step.
import type { TaskSpec } from '../spec/task-spec.ts'
import type { Features } from './features.ts'

export type Batch = {
  input_ids: Int32Array // [B, T], row-major
  input_mask: Int32Array // [B, T]
  segment_ids: Int32Array // [B, T]
  label_ids: Int32Array | Float32Array // [B]; Float32Array for regression
  batch_size: number // B
  seq_length: number // T
  /** How many of the rows are examples: the first ones. The rest are padding, with an empty mask. */
  examples: number
}

/** Lengths to which batches are padded. Few, so that few shapes are compiled; close, so that little padding is computed. */
const BUCKETS = [16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512] as const

/** The bucket lengths up to `max_seq_length`, which is always the last of them. */
export function bucketLengths(max_seq_length: number): number[] {
  return [...BUCKETS.filter((length) => length < max_seq_length), max_seq_length]
}

/** The smallest bucket that holds `tokens`. */
export function bucketOf(tokens: number, max_seq_length: number): number {
  return bucketLengths(max_seq_length).find((length) => length >= tokens) ?? max_seq_length
}

/**
 * Puts the chosen features into one batch, padded with 0 to the bucket of the longest.
 * @param options.max_seq_length the last bucket; without it, 512
 * @param options.batch_size rows of the batch when more than the examples, so that a short last batch keeps its shape
 */
export function batchOf(
  features: readonly Features[],
  indexes: ArrayLike<number>,
  kind: TaskSpec['kind'],
  {
    max_seq_length = 512,
    batch_size = indexes.length,
  }: { max_seq_length?: number; batch_size?: number } = {},
): Batch {
  const chosen = Array.from(indexes, (index) => {
    const one = features[index]
    if (one === undefined) throw new RangeError(`There is no example ${index}; there are ${features.length}.`)
    return one
  })
  const rows = Math.max(batch_size, chosen.length)
  const longest = chosen.reduce((most, { tokens }) => Math.max(most, tokens), 0)
  const seq_length = bucketOf(longest, Math.max(max_seq_length, longest))
  const batch: Batch = {
    input_ids: new Int32Array(rows * seq_length),
    input_mask: new Int32Array(rows * seq_length),
    segment_ids: new Int32Array(rows * seq_length),
    label_ids: kind === 'regression' ? new Float32Array(rows) : new Int32Array(rows),
    batch_size: rows,
    seq_length,
    examples: chosen.length,
  }
  chosen.forEach((one, row) => {
    batch.input_ids.set(one.input_ids, row * seq_length)
    batch.input_mask.set(one.input_mask, row * seq_length)
    batch.segment_ids.set(one.segment_ids, row * seq_length)
    batch.label_ids[row] = one.label_id
  })
  return batch
}
