// Weights and a batch in, the answers and the losses of its examples out; no dropout.
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { albert, lookUp } from '../model/albert.ts'
import { noDropout } from '../model/dropout.ts'
import { headOf, logitsOf } from '../model/heads.ts'
import type { Params } from '../model/params.ts'
import type { AlbertConfig } from '../spec/albert-config.ts'
import type { TaskSpec } from '../spec/task-spec.ts'
import type { BatchTensors } from './batch-tensors.ts'

export type EvalStep = (
  params: Params,
  batch: BatchTensors,
) => {
  logits: Tensor2D // [B, outputs]
  probabilities: Tensor2D // [B, outputs]
  predictions: Tensor1D // [B], int32 label ids or float32 numbers
  per_example_loss: Tensor1D // [B]
}

/** The step of evaluation and prediction, a pure function over tensors. */
export function evalStepOf({
  task,
  config,
}: {
  task: Pick<TaskSpec, 'kind' | 'labels'>
  config: AlbertConfig
}): EvalStep {
  const head = headOf(task)
  return (params, batch) => {
    const { pooled_output } = albert(params, lookUp(params, batch), batch.input_mask, config, noDropout)
    const logits = logitsOf(params, pooled_output, noDropout)
    return {
      logits,
      probabilities: head.probabilities(logits),
      predictions: head.predictions(logits),
      per_example_loss: head.perExampleLoss(logits, batch.label_ids),
    }
  }
}
