// Hidden states in, the words under the masks and the order of two segments out: the heads that ALBERT is pretrained with.
import {
  add,
  logSoftmax,
  matMul,
  oneHot,
  reshape,
  type Scalar,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core'
import type { AlbertConfig } from '../spec/albert-config.ts'
import { activation } from './activations.ts'
import type { Encoder, ModelInputs } from './albert.ts'
import { addBias, dense, param } from './dense.ts'
import type { Head } from './head.ts'
import { layerNorm } from './layer-norm.ts'
import { crossEntropy, meanOf, weightedMean } from './losses.ts'
import type { Params } from './params.ts'

export type PretrainingBatch = ModelInputs & {
  masked_lm_positions: Tensor2D // int32 [B, P]
  masked_lm_ids: Tensor2D // int32 [B, P]
  /** 0 where a row has fewer masks than P. */
  masked_lm_weights: Tensor2D // float32 [B, P]
  /** 0 in order, 1 swapped. */
  next_sentence_labels: Tensor1D // int32 [B]
}

export type PretrainingAnswers = {
  masked_lm_log_probs: Tensor2D // [B·P, V]
  masked_lm_example_loss: Tensor1D // [B·P]
  sentence_order_log_probs: Tensor2D // [B, 2]
  sentence_order_example_loss: Tensor1D // [B]
  /** Of the batch, both parts together. */
  loss: Scalar
}

/** The word table is the output layer as well, so it has a gradient from both ends. */
export const pretrainingHead: Head<PretrainingBatch, PretrainingAnswers> = {
  params: ({ vocab_size, hidden_size, embedding_size, initializer_range }) => {
    const random = { stddev: initializer_range }
    const zeros = { value: 0 } as const
    return [
      {
        name: 'cls/predictions/transform/dense/kernel',
        shape: [hidden_size, embedding_size],
        initial: random,
      },
      { name: 'cls/predictions/transform/dense/bias', shape: [embedding_size], initial: zeros },
      { name: 'cls/predictions/transform/LayerNorm/beta', shape: [embedding_size], initial: zeros },
      { name: 'cls/predictions/transform/LayerNorm/gamma', shape: [embedding_size], initial: { value: 1 } },
      { name: 'cls/predictions/output_bias', shape: [vocab_size], initial: zeros },
      { name: 'cls/seq_relationship/output_weights', shape: [2, hidden_size], initial: random },
      { name: 'cls/seq_relationship/output_bias', shape: [2], initial: zeros },
    ]
  },
  loss: (params, encoder, batch, config) => {
    const { word_logits, order_logits } = logitsOf(params, encoder, batch, config)
    return lossesOf(word_logits, order_logits, batch).loss
  },
  answers: (params, encoder, batch, config) => {
    const { word_logits, order_logits } = logitsOf(params, encoder, batch, config)
    return {
      masked_lm_log_probs: logSoftmax(word_logits),
      sentence_order_log_probs: logSoftmax(order_logits),
      ...lossesOf(word_logits, order_logits, batch),
    }
  },
}

function lossesOf(word_logits: Tensor2D, order_logits: Tensor2D, batch: PretrainingBatch) {
  const masked_lm_example_loss = crossEntropy(word_logits, reshape(batch.masked_lm_ids, [-1]))
  const sentence_order_example_loss = crossEntropy(order_logits, batch.next_sentence_labels)
  const masked_lm = weightedMean(masked_lm_example_loss, reshape(batch.masked_lm_weights, [-1]))
  return {
    masked_lm_example_loss,
    sentence_order_example_loss,
    loss: add<Scalar>(masked_lm, meanOf(sentence_order_example_loss)),
  }
}

function logitsOf(params: Params, encoder: Encoder, batch: PretrainingBatch, config: AlbertConfig) {
  const { sequence_output, pooled_output } = encoder.outputs()
  const order = param(params, 'cls/seq_relationship/output_weights') as Tensor2D // stored [2, H]
  const order_bias = param(params, 'cls/seq_relationship/output_bias')
  return {
    word_logits: wordLogits(params, sequence_output as Tensor3D, batch, config), // [B·P, V]
    order_logits: addBias(matMul(pooled_output, order, false, true), order_bias), // [B, 2]
  }
}

/** One row for each masked position → [B·P, V]. */
export function wordLogits(
  params: Params,
  h: Tensor3D,
  { masked_lm_positions }: Pick<PretrainingBatch, 'masked_lm_positions'>,
  { hidden_act }: AlbertConfig,
): Tensor2D {
  // A product with one-hot rows picks the very values, and its gradient is a product too.
  const picked = matMul(oneHot(masked_lm_positions, h.shape[1], 1, 0, 'float32') as Tensor3D, h) // [B, P, H]
  const rows = reshape(picked, [-1, h.shape[2]])
  const scope = 'cls/predictions/transform'
  const words = layerNorm(
    params,
    `${scope}/LayerNorm`,
    activation(hidden_act)(dense(params, `${scope}/dense`, rows)),
  )
  const table = param(params, 'bert/embeddings/word_embeddings') as Tensor2D // [V, E]
  return addBias(matMul(words, table, false, true), param(params, 'cls/predictions/output_bias'))
}
