// A block of typed arrays in, the same as tensors out.
import { tensor1d, tensor2d, type Tensor1D } from '@tensorflow/tfjs-core'
import type { TokenRows } from '../data/token-rows.ts'
import type { ModelInputs } from '../model/albert.ts'

/** Inputs int32 [R, S]; the caller disposes them. */
export function inputTensors(block: TokenRows): ModelInputs {
  const shape: [number, number] = [block.rows, block.row_length]
  const inputs = {
    input_ids: tensor2d(block.input_ids, shape, 'int32'),
    input_mask: tensor2d(block.input_mask, shape, 'int32'),
    segment_ids: tensor2d(block.segment_ids, shape, 'int32'),
  }
  if (block.packing === null) return inputs
  const { position_ids, first_places } = block.packing
  return {
    ...inputs,
    position_ids: tensor2d(position_ids, shape, 'int32'),
    first_places: tensor1d(first_places, 'int32'),
  }
}

/** Labels, int32 ids or float32 targets, of `answers` examples: those behind the last one are 0. */
export function labelTensor(
  labels: readonly number[],
  dtype: 'int32' | 'float32',
  answers: number,
): Tensor1D {
  const padded = new (dtype === 'int32' ? Int32Array : Float32Array)(answers)
  padded.set(labels)
  return tensor1d(padded, dtype)
}

/** What each answer of a piece counts in the mean over `whole` examples; the places behind its own count nothing. */
export function lossWeights(examples: number, answers: number, whole: number): Tensor1D {
  return tensor1d(new Float32Array(answers).fill(1 / whole, 0, examples))
}

/** Ids that say nothing, one array for each length. They share their memory. */
export function imaginedIds(lengths: Int32Array): Int32Array[] {
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0)
  const nothing = new Int32Array(longest)
  return Array.from(lengths, (length) => nothing.subarray(0, length))
}
