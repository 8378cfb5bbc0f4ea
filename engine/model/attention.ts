// Rows of hidden states in, what each position gathers from the others out.
import {
  add,
  cast,
  customGrad,
  matMul,
  mul,
  notEqual,
  reshape,
  softmax,
  sub,
  sum,
  transpose,
  type Tensor,
} from '@tensorflow/tfjs-core'
import type { AlbertConfig } from '../spec/albert-config.ts'
import { dense } from './dense.ts'
import type { Dropout } from './dropout.ts'
import type { Params } from './params.ts'

/** Batch and sequence length, which rows [B·S, H] no longer show. */
export type Extent = { batch: number; length: number }

/** What a masked key's score is shifted by: not −∞, so that a row without any key still attends as if unmasked. */
const MASKED = -10000

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

/** Self-attention of x [B·S, H] under `scope`, before the output projection → [B·S, H]. */
export function selfAttention(
  params: Params,
  scope: string,
  x: Tensor,
  mask: Tensor,
  extent: Extent,
  config: AlbertConfig,
  dropout: Dropout,
): Tensor {
  const value = heads(dense(params, `${scope}/value`, x), extent, config) // [B, N, S, D]
  const probs = dropout(
    attentionProbs(params, scope, x, mask, extent, config),
    config.attention_probs_dropout_prob,
  )
  const context = transpose(matMul(probs, value), [0, 2, 1, 3]) // [B, S, N, D]
  return reshape(context, [extent.batch * extent.length, config.hidden_size])
}

/** How much each query looks at each key: [B, N, S, S], rows summing to 1. */
export function attentionProbs(
  params: Params,
  scope: string,
  x: Tensor,
  mask: Tensor,
  extent: Extent,
  config: AlbertConfig,
): Tensor {
  const query = heads(dense(params, `${scope}/query`, x), extent, config) // [B, N, S, D]
  const key = heads(dense(params, `${scope}/key`, x), extent, config) // [B, N, S, D]
  const scores = matMul(query, key, false, true) // [B, N, S, S]
  return scaledSoftmax(scores, mask, 1 / Math.sqrt(config.hidden_size / config.num_attention_heads))
}

/** [B·S, N·D] → [B, N, S, D]. */
function heads(
  x: Tensor,
  { batch, length }: Extent,
  { num_attention_heads, hidden_size }: AlbertConfig,
): Tensor {
  const split = reshape(x, [batch, length, num_attention_heads, hidden_size / num_attention_heads])
  return transpose(split, [0, 2, 1, 3])
}

/** softmax(scores · scale + mask) over the last axis. The scale comes after the product, as in the original. */
export function scaledSoftmax(scores: Tensor, mask: Tensor, scale: number): Tensor {
  const run = customGrad<Tensor>((...args: unknown[]) => {
    const [scores, save] = args as [Tensor, (tensors: Tensor[]) => void]
    const probs = softmax(add(mul(scores, scale), mask))
    save([probs])
    const gradFunc = (dy: Tensor, saved: Tensor[]) => {
      const [probs] = saved as [Tensor]
      const weighted = mul(dy, probs)
      return mul(sub(weighted, mul(sum(weighted, -1, true), probs)), scale)
    }
    return { value: probs, gradFunc }
  })
  return run(scores)
}
