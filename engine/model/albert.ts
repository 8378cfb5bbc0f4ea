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
import { attentionAt, blockMaskAt, firstPlaces, type Places } from './attention-at.ts'
import {
  attentionMask,
  attentionWeights,
  blockMask,
  selfAttention,
  throughDense,
  type AttentionWeights,
  type Extent,
} from './attention.ts'
import { dense, param } from './dense.ts'
import { dropAt, dropped, type Drop, type Dropout } from './dropout.ts'
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

/** What a head asks of the encoder, once; what it does not ask for is not computed. */
export type Encoder = {
  outputs(): AlbertOutputs
  /** `pooled_output` alone: the last block is computed where examples begin, and nowhere else. */
  pooled(): Tensor2D
}

type EncoderInputs = Omit<ModelInputs, 'input_ids' | 'segment_ids'>

/** The encoder on one batch. Its dropout probabilities are the config's; `noDropout` turns all of them off, as outside training. */
export function encoderOn(
  params: Params,
  rows: EmbeddingRows,
  inputs: EncoderInputs,
  config: AlbertConfig,
  dropout: Dropout,
): Encoder {
  return {
    outputs: () => albert(params, rows, inputs, config, dropout),
    pooled: () => {
      const begun = embed(params, rows, inputs, config, dropout)
      const { pass } = begun
      const scopes = blockScopes(config)
      const last = scopes.pop()
      const before = scopes.reduce((x, scope) => block(begun, scope, x), begun.states)
      return pool(pass, last === undefined ? rowsAt(before, pass.first.index) : blockAt(pass, last, before))
    },
  }
}

/** The whole encoder. */
export function albert(
  params: Params,
  rows: EmbeddingRows,
  inputs: EncoderInputs,
  config: AlbertConfig,
  dropout: Dropout,
): AlbertOutputs {
  const begun = embed(params, rows, inputs, config, dropout)
  const { pass, embedded } = begun
  const { batch, length } = pass.extent
  let x = begun.states
  const all_encoder_layers: Tensor[] = []
  for (const scope of blockScopes(config)) {
    x = block(begun, scope, x)
    all_encoder_layers.push(reshape(x, [batch, length, config.hidden_size]))
  }
  return {
    embedding_output: reshape(embedded, [batch, length, config.embedding_size]),
    all_encoder_layers,
    sequence_output: reshape(x, [batch, length, config.hidden_size]),
    pooled_output: pool(pass, rowsAt(x, pass.first.index)),
  }
}

/** How many masks one forward pass of the encoder draws. */
export function dropoutPlaces({ num_hidden_layers, inner_group_num }: AlbertConfig): number {
  return 1 + 3 * num_hidden_layers * inner_group_num
}

/** What every block of one pass is given. */
type Pass = {
  params: Params
  config: AlbertConfig
  dropout: Dropout
  extent: Extent
  input_mask: Tensor
  mask: Tensor // [B, 1, 1 or S, S]
  /** Where examples begin. */
  first: Places
  /** Of a block that is in use: made once and not once a layer. */
  attention: (scope: string) => AttentionWeights
}

/** What the first block begins with; `states` is `embedded` where nothing lies between them. */
type Begun = { pass: Pass; embedded: Tensor; states: Tensor }

const MAPPING_IN = 'bert/encoder/embedding_hidden_mapping_in'

/** Embeddings as rows [B·S, E], and the states [B·S, H] that the blocks begin with: rows they stay until the end. */
function embed(
  params: Params,
  rows: EmbeddingRows,
  { input_mask, position_ids, first_places }: EncoderInputs,
  config: AlbertConfig,
  dropout: Dropout,
): Begun {
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
  const embedded = dropped(normalised, dropout(summed.shape, config.hidden_dropout_prob)) // [B·S, E]
  const states = embedding_size === config.hidden_size ? embedded : dense(params, MAPPING_IN, embedded) // [B·S, H]
  const mask = (first_places === undefined ? attentionMask : blockMask)(input_mask, extent)
  const first = firstPlaces(first_places, extent)
  const attention = sharedWeights(params)
  return {
    pass: { params, config, dropout, extent, input_mask, mask, first, attention },
    embedded,
    states,
  }
}

/** Where each block's variables live, in the order in which the blocks are run: L × inner_group_num of them. */
function blockScopes({ num_hidden_layers, num_hidden_groups, inner_group_num }: AlbertConfig): string[] {
  return Array.from({ length: num_hidden_layers * inner_group_num }, (_, at) => {
    const layer = Math.floor(at / inner_group_num)
    // Division first, in doubles: the original's formula, which for some shapes is not the exact one.
    const group = Math.trunc((layer / num_hidden_layers) * num_hidden_groups)
    return blockScope(group, at % inner_group_num)
  })
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

/** One block everywhere: [B·S, H] → [B·S, H]. The first one is the one that is given what all begin with. */
function block({ pass, embedded, states }: Begun, scope: string, x: Tensor): Tensor {
  const { params, attention, mask, extent, config, dropout } = pass
  const weights = attention(scope)
  const gathered =
    x === states && isCheaperNarrow(pass)
      ? selfAttention(throughDense(weights, params, MAPPING_IN), embedded, mask, extent, config, dropout)
      : selfAttention(weights, x, mask, extent, config, dropout)
  return afterAttention(pass, scope, gathered, x, (drop) => drop)
}

/** Whether the weights of both products are sooner multiplied with each other than the rows with each of them. */
function isCheaperNarrow({ config: { embedding_size, hidden_size }, extent }: Pass): boolean {
  const rows = extent.batch * extent.length
  return embedding_size * (rows + hidden_size) < rows * hidden_size
}

/** One block where examples begin: [B·S, H] → [B, H]. */
function blockAt(pass: Pass, scope: string, x: Tensor): Tensor {
  const { params, first, input_mask, extent, config, dropout } = pass
  const mask = first.is_packed ? blockMaskAt(input_mask, first, extent) : pass.mask
  const gathered = attentionAt(params, `${scope}/attention_1/self`, x, first, mask, extent, config, dropout)
  return afterAttention(pass, scope, gathered, rowsAt(x, first.index), (drop) => dropAt(drop, first.index))
}

/** A block from what attention gathered: the output's product, then the feed-forward network, each with its residual and LayerNorm after it. */
function afterAttention(
  { params, config, dropout, extent }: Pass,
  scope: string,
  gathered: Tensor2D,
  x: Tensor,
  rowsOf: (drop: Drop | null) => Drop | null,
): Tensor {
  const hiddenDrop = () =>
    rowsOf(dropout([extent.batch, extent.length, config.hidden_size], config.hidden_dropout_prob))
  const output = `${scope}/attention_1/output/dense`
  const attended = matMul(gathered, param(params, `${output}/kernel`) as Tensor2D)
  const middle = addNorm(
    params,
    { bias: `${output}/bias`, norm: `${scope}/LayerNorm` },
    attended,
    x,
    hiddenDrop(),
  )
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

/** @param first the states where examples begin [B, H] */
function pool({ params }: Pass, first: Tensor): Tensor2D {
  return tanh(dense(params, 'bert/pooler/dense', first))
}
