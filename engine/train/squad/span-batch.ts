// Windows over contexts in, one batch of tensors for a question answering head out.
import { tensor1d, tensor2d } from '@tensorflow/tfjs-core'
import type { SquadFeatures } from '../../data/squad/squad-features.ts'
import { tokenRows } from '../../data/token-rows.ts'
import type { SpanBatch } from '../../model/span-head.ts'
import { inputTensors } from '../batch-tensors.ts'

/** What a batch needs of a window. */
export type SpanRow = Pick<
  SquadFeatures,
  'input_ids' | 'segment_ids' | 'p_mask' | 'start_position' | 'end_position' | 'is_impossible'
>

/** Padding is a place where no answer can be. The caller disposes the tensors. */
export function spanBatch(rows: readonly SpanRow[], seq_length: number): SpanBatch {
  const p_mask = new Int32Array(rows.length * seq_length).fill(1)
  rows.forEach((row, index) => p_mask.set(row.p_mask, index * seq_length))
  return {
    ...inputTensors(tokenRows(rows, seq_length)),
    p_mask: tensor2d(p_mask, [rows.length, seq_length], 'int32'),
    start_positions: tensor1d(
      Int32Array.from(rows, (row) => row.start_position ?? 0),
      'int32',
    ),
    end_positions: tensor1d(
      Int32Array.from(rows, (row) => row.end_position ?? 0),
      'int32',
    ),
    is_impossible: tensor1d(
      Float32Array.from(rows, (row) => Number(row.is_impossible)),
      'float32',
    ),
  }
}
