// A pooled vector in, the answers of a task out. One head serves classification and regression; it differs in width and loss.
import {
  add,
  argMax,
  logSoftmax,
  matMul,
  mul,
  neg,
  oneHot,
  reshape,
  softmax,
  square,
  sub,
  sum,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core'
import type { AlbertConfig } from '../spec/albert-config.ts'
import type { TaskSpec } from '../spec/task-spec.ts'
import { param } from './dense.ts'
import type { Dropout } from './dropout.ts'
import type { ParamSpec, Params } from './params.ts'

/** Fixed in the original, whatever the config's own probabilities are. */
const HEAD_DROPOUT = 0.1
/** Likewise fixed: the head does not use the config's initializer_range. */
const HEAD_STDDEV = 0.02
/** Masks a head draws in one training step. */
export const HEAD_DROPOUT_PLACES = 1

/** What a kind of task makes of the logits [B, outputs]. */
export type Head = {
  outputs: number
  /** labels → [B], int32 ids or float32 targets. */
  perExampleLoss(logits: Tensor2D, label_ids: Tensor1D): Tensor1D
  /** The most probable label's id (the first of equals), or the number itself: [B]. */
  predictions(logits: Tensor2D): Tensor1D
  /** One probability for each label, or the number itself: [B, outputs]. */
  probabilities(logits: Tensor2D): Tensor2D
}

/** The head of a task. */
export function headOf({ kind, labels }: Pick<TaskSpec, 'kind' | 'labels'>): Head {
  switch (kind) {
    case 'classification':
      return classification(labels?.length ?? 0)
    case 'regression':
      return regression
  }
}

function classification(outputs: number): Head {
  return {
    outputs,
    perExampleLoss: (logits, label_ids) => {
      const expected = oneHot(label_ids, outputs, 1, 0, 'float32')
      return neg(sum(mul(expected, logSoftmax(logits)), -1))
    },
    predictions: (logits) => argMax(logits, -1),
    probabilities: (logits) => softmax(logits),
  }
}

const regression: Head = {
  outputs: 1,
  perExampleLoss: (logits, label_ids) => square(sub(column(logits), label_ids)),
  predictions: column,
  probabilities: (logits) => logits, // not clipped to the range of the labels
}

function column(logits: Tensor2D): Tensor1D {
  return reshape(logits, [logits.shape[0]])
}

/** The variables of the head, at the root of the checkpoint. */
export function headParams({ hidden_size }: AlbertConfig, { outputs }: Head): ParamSpec[] {
  return [
    { name: 'output_weights', shape: [outputs, hidden_size], initial: { stddev: HEAD_STDDEV } },
    { name: 'output_bias', shape: [outputs], initial: { value: 0 } },
  ]
}

/** pooled [B, H] → logits [B, outputs]; `output_weights` is stored [outputs, H]. */
export function logitsOf(params: Params, pooled_output: Tensor2D, dropout: Dropout): Tensor2D {
  const kept = dropout(pooled_output, HEAD_DROPOUT) as Tensor2D
  const weights = param(params, 'output_weights') as Tensor2D
  return add<Tensor2D>(matMul(kept, weights, false, true), param(params, 'output_bias'))
}
