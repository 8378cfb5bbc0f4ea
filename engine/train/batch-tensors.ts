// A batch of typed arrays in, the same as tensors out.
import { tensor1d, tensor2d } from '@tensorflow/tfjs-core'
import type { Batch } from '../data/batches.ts'
import type { TokenRows } from '../data/token-rows.ts'
import type { ModelInputs } from '../model/albert.ts'
import type { LabelBatch } from '../model/heads.ts'

/** Inputs int32 [B, S]; labels [B], int32 ids or float32 targets. The caller disposes them. */
export function toTensors(batch: Batch): LabelBatch {
  return {
    ...inputTensors(batch),
    label_ids: tensor1d(batch.label_ids, batch.label_ids instanceof Int32Array ? 'int32' : 'float32'),
  }
}

/** Inputs int32 [B, S]; the caller disposes them. */
export function inputTensors({
  input_ids,
  input_mask,
  segment_ids,
  batch_size,
  seq_length,
}: TokenRows): ModelInputs {
  const shape: [number, number] = [batch_size, seq_length]
  return {
    input_ids: tensor2d(input_ids, shape, 'int32'),
    input_mask: tensor2d(input_mask, shape, 'int32'),
    segment_ids: tensor2d(segment_ids, shape, 'int32'),
  }
}
