// Windows over contexts in, one batch of tensors for a question answering head out.
import { tensor2d } from '@tensorflow/tfjs-core'
import type { Layout } from '../../data/pack-rows.ts'
import type { SquadFeatures } from '../../data/squad/squad-features.ts'
import { tokenRows } from '../../data/token-rows.ts'
import type { SpanBatch } from '../../model/span-head.ts'
import { inputTensors, labelTensor } from '../batch-tensors.ts'

/** What a batch needs of a window. */
export type SpanRow = Pick<
  SquadFeatures,
  'input_ids' | 'segment_ids' | 'p_mask' | 'start_position' | 'end_position' | 'is_impossible'
>

/** Padding is a place where no answer can be, and so is a row without a window. The caller disposes the tensors. */
export function spanBatch(windows: readonly SpanRow[], layout: Layout): SpanBatch {
  const { rows, row_length } = layout
  const p_mask = new Int32Array(rows * row_length).fill(1)
  windows.forEach((window, row) => p_mask.set(window.p_mask, row * row_length))
  const positions = (of: (window: SpanRow) => number | null) =>
    labelTensor(
      windows.map((window) => of(window) ?? 0),
      'int32',
      rows,
    )
  return {
    ...inputTensors(tokenRows(windows, layout)),
    p_mask: tensor2d(p_mask, [rows, row_length], 'int32'),
    start_positions: positions((window) => window.start_position),
    end_positions: positions((window) => window.end_position),
    is_impossible: labelTensor(
      windows.map((window) => Number(window.is_impossible)),
      'float32',
      rows,
    ),
  }
}
