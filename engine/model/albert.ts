// Ids, mask and segments in, hidden states out: ALBERT from top to bottom (Lan et al. 2020), as the original computes it.
import {
  add,
  gather,
  matMul,
  reshape,
  slice,
  tanh,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core'
import type { AlbertConfig } from '../spec/albert-config.ts'
import { activationRule } from './activations.ts'
import {
  attentionMask,
  attentionWeights,
  blockMask,
  selfAttention,
  type AttentionWeights,
  type Extent,
} from './attention.ts'
import { dense, param } from './dense.ts'
import { dropped, type Dropout } from './dropout.ts'
import { feedForward } from './feed-forward.ts'
import { addNorm, layerNorm } from './layer-norm.ts'
import { blockScope, type Params } from './params.ts'
import { rowsAt } from './rows-at.ts'

/** Rows of tokens, all int32. B examples lie in as many rows, or, packed, in R rows of which each holds several. */
export type ModelInputs = {
  input_ids: Tensor2D // [R, S]
  /** 1 for a token and 0 for padding; packed, the number of the token's example in its row, from 1: [R, S]. */
  input_mask: Tensor2D
  segment_ids: Tensor2D // [R, S]
  /** Given where rows are packed: each token's place in its example [R, S]. */
  position_ids?: Tensor2D
  /** Given where rows are packed: where among the R·S places each example begins [B]. */
  first_places?: Tensor1D
}

/** The table rows of a batch, [B, S, E] each. A step takes its gradient with respect to these, not to the tables. */
export type EmbeddingRows = { word: Tensor3D; token_type: Tensor3D }

export type AlbertOutputs = {
  /** Sum of the three embeddings, normalised: [B, S, E]. */
  embedding_output: Tensor
  /** After each block, L × inner_group_num of them: [B, S, H]. */
  all_encoder_layers: Tensor[]
  /** The last of them: [B, S, H]. */
  sequence_output: Tensor
  /** tanh of a dense layer on the first token of each example: [B, H]. */
  pooled_output: Tensor2D
}

/** Fetches the rows of the word and segment tables that a batch uses. */
export function lookUp(
  params: Params,
  { input_ids, segment_ids }: Pick<ModelInputs, 'input_ids' | 'segment_ids'>,
) {
  return {
    word: gather(param(params, 'bert/embeddings/word_embeddings'), input_ids) as Tensor3D, // [B, S, E]
    token_type: gather(param(params, 'bert/embeddings/token_type_embeddings'), segment_ids) as Tensor3D, // [B, S, E]
  } satisfies EmbeddingRows
}

/**
 * The whole encoder. Its dropout probabilities are the config's; `noDropout` turns all of them off, as outside training.
 * Between the layers the states are kept as rows [B·S, width].
 */
export function albert(
  params: Params,
  rows: EmbeddingRows,
  { input_mask, position_ids, first_places }: Omit<ModelInputs, 'input_ids' | 'segment_ids'>,
  config: AlbertConfig,
  dropout: Dropout,
): AlbertOutputs {
  const [batch, length, embedding_size] = rows.word.shape
  const extent: Extent = { batch, length }
  const table = param(params, 'bert/embeddings/position_embeddings')
  const positions = position_ids === undefined ? slice(table, 0, length) : rowsAt(table, position_ids) // [S, E] or [B, S, E]
  const summed = add(add(rows.word, rows.token_type), positions) // [B, S, E]
  const normalised = layerNorm(
    params,
    'bert/embeddings/LayerNorm',
    reshape(summed, [batch * length, embedding_size]),
  )
  const embedded = reshape(
    dropped(reshape(normalised, summed.shape), dropout(summed.shape, config.hidden_dropout_prob)),
    normalised.shape,
  ) // [B·S, E]

  let states: Tensor =
    embedding_size === config.hidden_size
      ? embedded
      : dense(params, 'bert/encoder/embedding_hidden_mapping_in', embedded) // [B·S, H]
  const mask = (first_places === undefined ? attentionMask : blockMask)(input_mask, extent) // [B, 1, 1 or S, S]
  const attention = sharedWeights(params)
  const all_encoder_layers: Tensor[] = []
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    // Division first, in doubles: the original's formula, which for some shapes is not the exact one.
    const group = Math.trunc((layer / config.num_hidden_layers) * config.num_hidden_groups)
    for (let inner = 0; inner < config.inner_group_num; inner++) {
      const scope = blockScope(group, inner)
      states = block(params, scope, attention(scope), states, mask, extent, config, dropout)
      all_encoder_layers.push(reshape(states, [batch, length, config.hidden_size]))
    }
  }

  const sequence_output = reshape(states, [batch, length, config.hidden_size])
  return {
    embedding_output: reshape(embedded, [batch, length, embedding_size]),
    all_encoder_layers,
    sequence_output,
    pooled_output: pool(params, sequence_output, config, first_places),
  }
}

/** How many masks one forward pass of the encoder draws. */
export function dropoutPlaces({ num_hidden_layers, inner_group_num }: AlbertConfig): number {
  return 1 + 3 * num_hidden_layers * inner_group_num
}

/** The projections of each block that is in use, put side by side once and not once a layer. */
function sharedWeights(params: Params): (scope: string) => AttentionWeights {
  const made = new Map<string, AttentionWeights>()
  return (scope) => {
    const weights = made.get(scope) ?? attentionWeights(params, `${scope}/attention_1/self`)
    made.set(scope, weights)
    return weights
  }
}

/** Attention, then the feed-forward network, each with its residual and LayerNorm after it: [B·S, H] → [B·S, H]. */
function block(
  params: Params,
  scope: string,
  attention: AttentionWeights,
  x: Tensor,
  mask: Tensor,
  extent: Extent,
  config: AlbertConfig,
  dropout: Dropout,
): Tensor {
  const hiddenDrop = () =>
    dropout([extent.batch, extent.length, config.hidden_size], config.hidden_dropout_prob)
  const gathered: Tensor2D = selfAttention(attention, x, mask, extent, config, dropout)
  const output = `${scope}/attention_1/output/dense`
  const attended = matMul(gathered, param(params, `${output}/kernel`) as Tensor2D)
  const middle = addNorm(
    params,
    { bias: `${output}/bias`, norm: `${scope}/LayerNorm` },
    attended,
    x,
    hiddenDrop(),
  ) // [B·S, H]

  const ffn = `${scope}/ffn_1/intermediate`
  const narrow = feedForward(params, ffn, middle, activationRule(config.hidden_act))
  return addNorm(
    params,
    { bias: `${ffn}/output/dense/bias`, norm: `${scope}/LayerNorm_1` },
    narrow,
    middle,
    hiddenDrop(),
  )
}

function pool(
  params: Params,
  sequence_output: Tensor,
  { hidden_size }: AlbertConfig,
  first_places: Tensor1D | undefined,
): Tensor2D {
  const [batch, length] = sequence_output.shape as [number, number]
  const first =
    first_places === undefined
      ? reshape(slice(sequence_output, [0, 0, 0], [batch, 1, hidden_size]), [batch, hidden_size])
      : rowsAt(reshape(sequence_output, [batch * length, hidden_size]), first_places)
  return tanh(dense(params, 'bert/pooler/dense', first))
}
