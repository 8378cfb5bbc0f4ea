// A pooled vector in, a label, a number or the choice among several texts out: the heads that answer once for an example.
import {
  argMax,
  matMul,
  reshape,
  softmax,
  square,
  sub,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core'
import type { ModelInputs } from './albert.ts'
import { addBias, param } from './dense.ts'
import { dropped, noDropout, type Dropout } from './dropout.ts'
import type { Head, PieceOfBatch } from './head.ts'
import { batchLoss, crossEntropy } from './losses.ts'
import type { Params } from './params.ts'

/** The default of every script, and fixed where labels or numbers are asked for, whatever the config's own probabilities are. */
const HEAD_DROPOUT = 0.1
/** Likewise fixed: these heads do not use the config's initializer_range. */
const HEAD_STDDEV = 0.02

/** `label_ids` [B]: int32 ids, or float32 targets. */
export type LabelBatch = ModelInputs & PieceOfBatch & { label_ids: Tensor1D }

export type LabelAnswers = {
  logits: Tensor2D // [B, outputs]
  /** One probability for each label, or the number itself. */
  probabilities: Tensor2D // [B, outputs]
  /** The most probable label's id (the first of equals), or the number itself. */
  predictions: Tensor1D // [B]
  per_example_loss: Tensor1D // [B]
}

export type LabelHead = Head<LabelBatch, LabelAnswers>

/** One logit for each label of a text or pair. */
export function classificationHead(labels: number): LabelHead {
  return labelHead(labels, HEAD_DROPOUT, ONE_OF, (scores) => scores)
}

/** One number for a text or pair; it is not clipped to the range of the targets. */
export function regressionHead(): LabelHead {
  return labelHead(1, HEAD_DROPOUT, NUMBER, (scores) => scores)
}

/** One logit for each of `choices` rows that follow each other, and the question is which of them is the right one. */
export function choiceHead(choices: number, dropout_prob: number): LabelHead {
  const together = (scores: Tensor2D): Tensor2D => reshape(scores, [scores.shape[0] / choices, choices])
  return labelHead(1, dropout_prob, ONE_OF, together)
}

/** What the logits [B, n] of an example mean. */
type Meaning = {
  perExampleLoss(logits: Tensor2D, label_ids: Tensor1D): Tensor1D
  predictions(logits: Tensor2D): Tensor1D
  probabilities(logits: Tensor2D): Tensor2D
}

function labelHead(
  outputs: number,
  dropout_prob: number,
  meaning: Meaning,
  arrange: (scores: Tensor2D) => Tensor2D,
): LabelHead {
  const logitsOf = (params: Params, pooled_output: Tensor2D, dropout: Dropout): Tensor2D => {
    const kept = dropped(pooled_output, dropout(pooled_output.shape, dropout_prob)) as Tensor2D
    const weights = param(params, 'output_weights') as Tensor2D // stored [outputs, H]
    return arrange(addBias(matMul(kept, weights, false, true), param(params, 'output_bias')))
  }
  return {
    params: ({ hidden_size }) => [
      { name: 'output_weights', shape: [outputs, hidden_size], initial: { stddev: HEAD_STDDEV } },
      { name: 'output_bias', shape: [outputs], initial: { value: 0 } },
    ],
    loss: (params, encoder, { label_ids, loss_weights }, _config, dropout) =>
      batchLoss(meaning.perExampleLoss(logitsOf(params, encoder.pooled(), dropout), label_ids), loss_weights),
    answers: (params, encoder, { label_ids }) => {
      const logits = logitsOf(params, encoder.pooled(), noDropout)
      return {
        logits,
        probabilities: meaning.probabilities(logits),
        predictions: meaning.predictions(logits),
        per_example_loss: meaning.perExampleLoss(logits, label_ids),
      }
    },
  }
}

const ONE_OF: Meaning = {
  perExampleLoss: crossEntropy,
  predictions: (logits) => argMax(logits, -1),
  probabilities: (logits) => softmax(logits),
}

const NUMBER: Meaning = {
  perExampleLoss: (logits, label_ids) => square(sub(column(logits), label_ids)),
  predictions: column,
  probabilities: (logits) => logits,
}

function column(logits: Tensor2D): Tensor1D {
  return reshape(logits, [logits.shape[0]])
}
