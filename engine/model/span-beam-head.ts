// Hidden states in, the best starts, the best ends to each of them, and how sure it is that there is no answer out: SQuAD 2.0's head.
import {
  add,
  cast,
  concat,
  logSoftmax,
  matMul,
  mul,
  oneHot,
  reshape,
  slice,
  softmax,
  sub,
  tanh,
  topk,
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core'
import { addBias, dense, param } from './dense.ts'
import { dropped, noDropout, type Dropout } from './dropout.ts'
import type { Head } from './head.ts'
import { layerNorm } from './layer-norm.ts'
import { batchLoss, crossEntropy, sigmoidCrossEntropy } from './losses.ts'
import type { ParamSpec, Params } from './params.ts'
import type { SpanBatch } from './span-head.ts'

export type SpanBeamSettings = {
  /** How many starts are followed, and how many ends of each. */
  start_n_top: number
  end_n_top: number
  /** Of the question whether there is an answer; nothing else of this head drops. */
  dropout_prob: number
}

/** Among equal values the lower position comes first. */
export type SpanBeams = {
  start_top_log_probs: Tensor2D // [B, start_n_top]
  start_top_index: Tensor2D // int32
  /** The ends of the first start, then those of the second, and so on. */
  end_top_log_probs: Tensor2D // [B, start_n_top · end_n_top]
  end_top_index: Tensor2D // int32
  /** Positive means that there is no answer. */
  cls_logits: Tensor1D // [B]
}

/** What masked positions get; in float32 it swallows the logit, so they are all equal. */
const NEVER = 1e30

export function spanBeamHead({
  start_n_top,
  end_n_top,
  dropout_prob,
}: SpanBeamSettings): Head<SpanBatch, SpanBeams> {
  return {
    params: ({ hidden_size, initializer_range }) => headParams(hidden_size, { stddev: initializer_range }),
    loss: (
      params,
      encoder,
      { p_mask, start_positions, end_positions, is_impossible, loss_weights },
      _config,
      dropout,
    ) => {
      const h = encoder.outputs().sequence_output as Tensor3D
      const start = masked(startLogits(params, h), p_mask)
      const followed = oneHot(reshape(start_positions, [-1, 1]), h.shape[1], 1, 0, 'float32') as Tensor3D // [B, 1, S]
      const end: Tensor2D = reshape(endLogits(params, h, followed, p_mask), [h.shape[0], h.shape[1]])
      const spans = add<Scalar>(
        batchLoss(crossEntropy(start, start_positions), loss_weights),
        batchLoss(crossEntropy(end, end_positions), loss_weights),
      )
      const cls_logits = unanswerable(params, h, start, dropout, dropout_prob)
      return mul(
        0.5,
        add<Scalar>(spans, batchLoss(sigmoidCrossEntropy(cls_logits, is_impossible), loss_weights)),
      )
    },
    answers: (params, encoder, { p_mask }) => {
      const h = encoder.outputs().sequence_output as Tensor3D
      const [batch, length] = h.shape
      const start = masked(startLogits(params, h), p_mask)
      const starts = topk<Tensor2D>(logSoftmax(start), Math.min(start_n_top, length))
      const followed = oneHot(starts.indices, length, 1, 0, 'float32') as Tensor3D // [B, K, S]
      const ends = topk<Tensor3D>(
        logSoftmax(endLogits(params, h, followed, p_mask)),
        Math.min(end_n_top, length),
      )
      return {
        start_top_log_probs: starts.values,
        start_top_index: starts.indices,
        end_top_log_probs: reshape(ends.values, [batch, -1]),
        end_top_index: reshape(ends.indices, [batch, -1]),
        cls_logits: unanswerable(params, h, start, noDropout, dropout_prob),
      }
    },
  }
}

function headParams(hidden_size: number, random: ParamSpec['initial']): ParamSpec[] {
  const zeros = { value: 0 } as const
  return [
    { name: 'start_logits/dense/kernel', shape: [hidden_size, 1], initial: random },
    { name: 'start_logits/dense/bias', shape: [1], initial: zeros },
    { name: 'end_logits/dense_0/kernel', shape: [2 * hidden_size, hidden_size], initial: random },
    { name: 'end_logits/dense_0/bias', shape: [hidden_size], initial: zeros },
    { name: 'end_logits/LayerNorm/beta', shape: [hidden_size], initial: zeros },
    { name: 'end_logits/LayerNorm/gamma', shape: [hidden_size], initial: { value: 1 } },
    { name: 'end_logits/dense_1/kernel', shape: [hidden_size, 1], initial: random },
    { name: 'end_logits/dense_1/bias', shape: [1], initial: zeros },
    { name: 'answer_class/dense_0/kernel', shape: [2 * hidden_size, hidden_size], initial: random },
    { name: 'answer_class/dense_0/bias', shape: [hidden_size], initial: zeros },
    { name: 'answer_class/dense_1/kernel', shape: [hidden_size, 1], initial: random },
  ]
}

/** h [B, S, H] → [B, S]. */
function startLogits(params: Params, h: Tensor3D): Tensor2D {
  const [batch, length, width] = h.shape
  return reshape(dense(params, 'start_logits/dense', reshape(h, [batch * length, width])), [batch, length])
}

/**
 * From every position and the hidden vector of each start, side by side. The kernel's two halves are applied apart and what they
 * give is added up: the pairs, [B, K, S, 2H], are never made, and the half over all positions is done once for all starts.
 * @param followed one-hot starts [B, K, S]
 * @returns [B, K, S]
 */
function endLogits(params: Params, h: Tensor3D, followed: Tensor3D, p_mask: Tensor2D): Tensor3D {
  const [batch, length, width] = h.shape
  const starts = followed.shape[1]
  const kernel = param(params, 'end_logits/dense_0/kernel') as Tensor2D // [2H, H]
  const half = (at: number): Tensor2D => slice(kernel, [at * width, 0], [width, width])
  const position = matMul(reshape(h, [batch * length, width]), half(0)) // [B·S, H]
  const start = matMul(reshape(matMul(followed, h), [batch * starts, width]), half(1)) // [B·K, H]
  const pairs = add(reshape(position, [batch, 1, length, width]), reshape(start, [batch, starts, 1, width])) // [B, K, S, H]
  const rows: Tensor2D = reshape(pairs, [batch * starts * length, width])
  const wide = tanh(addBias(rows, param(params, 'end_logits/dense_0/bias')))
  const middle = layerNorm(params, 'end_logits/LayerNorm', wide)
  const logits: Tensor3D = reshape(dense(params, 'end_logits/dense_1', middle), [batch, starts, length])
  return masked(logits, reshape(p_mask, [batch, 1, length]))
}

/** From the start that is expected and `[CLS]` → [B]. @param start the masked start logits [B, S] */
function unanswerable(
  params: Params,
  h: Tensor3D,
  start: Tensor2D,
  dropout: Dropout,
  dropout_prob: number,
): Tensor1D {
  const [batch, length, width] = h.shape
  const weights: Tensor3D = reshape(softmax(start), [batch, 1, length])
  const expected: Tensor2D = reshape(matMul(weights, h), [batch, width])
  const first: Tensor2D = reshape(slice(h, [0, 0, 0], [batch, 1, width]), [batch, width])
  const both = tanh(dense(params, 'answer_class/dense_0', concat([expected, first], -1)))
  const middle = dropped(both, dropout(both.shape, dropout_prob)) as Tensor2D
  return reshape(matMul(middle, param(params, 'answer_class/dense_1/kernel') as Tensor2D), [batch])
}

function masked<T extends Tensor>(logits: T, p_mask: Tensor): T {
  const mask = cast(p_mask, 'float32')
  return sub(mul(logits, sub(1, mask)), mul(NEVER, mask))
}
