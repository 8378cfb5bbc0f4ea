// A batch of typed arrays in, the same as tensors out.
import { tensor1d, tensor2d, type Tensor1D } from '@tensorflow/tfjs-core'
import type { Batch } from '../data/batches.ts'
import type { ModelInputs } from '../model/albert.ts'

/** Inputs int32 [B, S]; labels [B], int32 ids or float32 targets. */
export type BatchTensors = ModelInputs & { label_ids: Tensor1D }

/** Copies a batch into tensors; the caller disposes them. */
export function toTensors(batch: Batch): BatchTensors {
  const shape: [number, number] = [batch.batch_size, batch.seq_length]
  return {
    input_ids: tensor2d(batch.input_ids, shape, 'int32'),
    input_mask: tensor2d(batch.input_mask, shape, 'int32'),
    segment_ids: tensor2d(batch.segment_ids, shape, 'int32'),
    label_ids: tensor1d(batch.label_ids, batch.label_ids instanceof Int32Array ? 'int32' : 'float32'),
  }
}
