// Rows of hidden states in, what each position gathers from the others out, with the gradient of the whole written by hand.
import {
  add,
  cast,
  concat,
  matMul,
  mul,
  notEqual,
  reshape,
  slice,
  softmax,
  sub,
  sum,
  tidy,
  transpose,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core'
import type { AlbertConfig } from '../spec/albert-config.ts'
import { addBias, columnSums, param } from './dense.ts'
import { droppedBy, type Drop, type Dropout } from './dropout.ts'
import { handGradient } from './hand-gradient.ts'
import type { Params } from './params.ts'
import { region } from './region.ts'

/** Batch and sequence length, which rows [B·S, H] no longer show. */
export type Extent = { batch: number; length: number }

/** What a masked key's score is shifted by: not −∞, so that a row without any key still attends as if unmasked. */
export const MASKED = -10000

/** input_mask int32 [B, S] of 0 and 1 → what is added to the scores, [B, 1, 1, S]. */
export function attentionMask(input_mask: Tensor, { batch, length }: Extent): Tensor {
  return reshape(mul(sub(1, cast(input_mask, 'float32')), MASKED), [batch, 1, 1, length])
}

/** input_mask int32 [B, S], equal for the tokens of one example → what keeps each to its own, [B, 1, S, S]. */
export function blockMask(input_mask: Tensor, { batch, length }: Extent): Tensor {
  const apart = notEqual(
    reshape(input_mask, [batch, 1, length, 1]),
    reshape(input_mask, [batch, 1, 1, length]),
  )
  return mul(cast(apart, 'float32'), MASKED)
}

/** Query, key and value side by side: kernel [H, 3·H], bias [3·H]. */
export type AttentionWeights = { kernel: Tensor2D; bias: Tensor }

/**
 * One product instead of three. Made once a step and shared by the layers, so that their gradients are added up in this form and
 * taken apart once.
 */
export function attentionWeights(params: Params, scope: string): AttentionWeights {
  const of = (part: 'kernel' | 'bias') =>
    ['query', 'key', 'value'].map((name) => param(params, `${scope}/${name}/${part}`))
  return { kernel: concat(of('kernel') as Tensor2D[], 1), bias: concat(of('bias'), 0) }
}

/**
 * The same for rows that a dense layer is still to be applied to: (x·P + b)·W = x·(P·W) + b·W. ALBERT's embeddings are narrow, so
 * its first block costs a sixth of the products of any other.
 */
export function throughDense(
  { kernel, bias }: AttentionWeights,
  params: Params,
  scope: string,
): AttentionWeights {
  const before = param(params, `${scope}/bias`)
  return {
    kernel: matMul(param(params, `${scope}/kernel`) as Tensor2D, kernel), // [E, 3·H]
    bias: add(bias, reshape(matMul(reshape(before, [1, before.size]), kernel), [bias.size])),
  }
}

export type Sizes = Pick<AlbertConfig, 'hidden_size' | 'num_attention_heads' | 'attention_probs_dropout_prob'>

/**
 * Self-attention of x [B·S, H], or [B·S, E] with the weights of `throughDense`, before the output projection → [B·S, H].
 * @param mask added to the scores [B, N, S, S], so any shape that broadcasts to it; it gets no gradient
 */
export function selfAttention(
  { kernel, bias }: AttentionWeights,
  x: Tensor,
  mask: Tensor,
  extent: Extent,
  config: Sizes,
  dropout: Dropout,
): Tensor2D {
  const { batch, length } = extent
  const drop = dropout(
    [batch, config.num_attention_heads, length, length],
    config.attention_probs_dropout_prob,
  )
  const scale = scaleOf(config)
  const run = handGradient((...args: unknown[]) => {
    const [x, kernel, bias, save] = args as [Tensor2D, Tensor2D, Tensor, (tensors: Tensor[]) => void]
    const [query, key, value] = heads(addBias(matMul(x, kernel), bias), extent, config)
    const scores = matMul(query, key, false, true) // [B, N, S, S]
    const seeds = drop?.seeds ?? []
    const { probs, weights } = droppedSoftmax(scores, mask, scale, drop, seeds)
    const context = merged(matMul(weights, value), extent, config)
    save([x, kernel, query, key, value, probs, context, ...seeds])
    const gradFunc = (dy: Tensor, saved: Tensor[]) =>
      tidy(() => {
        const [x, kernel, query, key, value, probs, context, ...seeds] = saved as Saved
        const dcontext = apart(dy, extent, config) // [B, N, S, D]
        const dweights = matMul(dcontext, value, false, true)
        const along = alongContext(dy, context, extent, config)
        const { dscores, weights } = droppedSoftmaxGrad(dweights, probs, along, scale, drop, seeds)
        const dquery = matMul(dscores, key)
        const dkey = matMul(dscores, query, true, false)
        const dvalue = matMul(weights, dcontext, true, false)
        const dqkv = sideBySide([dquery, dkey, dvalue], extent, config) // [B·S, 3·H]
        return [matMul(dqkv, kernel, false, true), matMul(x, dqkv, true, false), columnSums(dqkv)]
      })
    return { value: context, gradFunc }
  })
  return run(x, kernel, bias)
}

type Saved = [
  x: Tensor2D,
  kernel: Tensor2D,
  query: Tensor,
  key: Tensor,
  value: Tensor,
  probs: Tensor,
  context: Tensor,
  ...seeds: Tensor[],
]

/** How much each query of x looks at each key: [B, N, S, S], rows summing to 1, before dropout. */
export function attentionProbs(
  { kernel, bias }: AttentionWeights,
  x: Tensor,
  mask: Tensor,
  extent: Extent,
  config: Sizes,
): Tensor {
  const [query, key] = heads(addBias(matMul(x as Tensor2D, kernel), bias), extent, config)
  return droppedSoftmax(matMul(query, key, false, true), mask, scaleOf(config), null, []).probs
}

export function scaleOf({ hidden_size, num_attention_heads }: Sizes): number {
  return 1 / Math.sqrt(hidden_size / num_attention_heads)
}

/** weights = dropout(softmax(scores · scale + mask)) over the last axis. The scale comes after the product, as in the original. */
export function droppedSoftmax(
  scores: Tensor,
  mask: Tensor,
  scale: number,
  drop: Drop | null,
  seeds: readonly Tensor[],
) {
  return region('attention_softmax', () => {
    const probs = softmax(add(mul(scores, scale), mask))
    return { probs, weights: droppedBy(drop, seeds, probs) }
  })()
}

/**
 * From the gradient of the weights to that of the scores; the weights once more, which are not kept.
 * @param along Σ weights·dweights of each row, [B, N, S, 1]
 */
export function droppedSoftmaxGrad(
  dweights: Tensor,
  probs: Tensor,
  along: Tensor,
  scale: number,
  drop: Drop | null,
  seeds: readonly Tensor[],
) {
  return region('attention_softmax_grad', () => {
    const dscores = mul(mul(sub(droppedBy(drop, seeds, dweights), along), probs), scale)
    return { dscores, weights: droppedBy(drop, seeds, probs) }
  })()
}

/**
 * Σⱼ weights·dweights of each query: [B, N, S, 1]. The context is weights·value, so that the same sum over its D numbers gives it
 * without going over the S of a row of weights once more (Dao et al. 2022, FlashAttention, the backward pass).
 */
function alongContext(dcontext: Tensor, context: Tensor, { batch, length }: Extent, config: Sizes): Tensor {
  return region('attention_along', () => {
    const count = config.num_attention_heads
    const products = reshape(mul(dcontext, context), [batch, length, count, -1])
    return reshape(transpose(sum(products, -1), [0, 2, 1]), [batch, count, length, 1])
  })()
}

/** [B·S, 3·N·D] → query, key and value, [B, N, S, D] each: one transposition, after which each is a run of memory. */
function heads(x: Tensor2D, { batch, length }: Extent, config: Sizes): [Tensor, Tensor, Tensor] {
  const count = config.num_attention_heads
  const depth = config.hidden_size / count
  const all = transpose(reshape(x, [batch, length, 3, count, depth]), [2, 0, 3, 1, 4]) // [3, B, N, S, D]
  const at = (index: number) =>
    reshape(slice(all, [index, 0, 0, 0, 0], [1, batch, count, length, depth]), [batch, count, length, depth])
  return [at(0), at(1), at(2)]
}

/** The way back of `heads`: three [B, N, S, D] → [B·S, 3·N·D]. */
function sideBySide(parts: [Tensor, Tensor, Tensor], { batch, length }: Extent, config: Sizes): Tensor2D {
  const count = config.num_attention_heads
  const depth = config.hidden_size / count
  const all = reshape(concat(parts, 0), [3, batch, count, length, depth])
  return reshape(transpose(all, [1, 3, 0, 2, 4]), [batch * length, 3 * config.hidden_size])
}

/** [B·S, N·D] → [B, N, S, D]. */
function apart(x: Tensor, { batch, length }: Extent, config: Sizes): Tensor {
  const count = config.num_attention_heads
  return transpose(reshape(x, [batch, length, count, config.hidden_size / count]), [0, 2, 1, 3])
}

/** The way back of `apart`. */
function merged(x: Tensor, { batch, length }: Extent, { hidden_size }: Sizes): Tensor2D {
  return reshape(transpose(x, [0, 2, 1, 3]), [batch * length, hidden_size])
}
