// Hidden states in, where an answer begins and where it ends out: the head of SQuAD 1.1, two logits at every position.
import {
  add,
  matMul,
  mul,
  reshape,
  slice,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core'
import type { ModelInputs } from './albert.ts'
import { addBias, param } from './dense.ts'
import type { Head, PieceOfBatch } from './head.ts'
import { batchLoss, crossEntropy } from './losses.ts'
import type { Params } from './params.ts'

/** Fixed, whatever the config's initializer_range is. */
const STDDEV = 0.02

/** What every question answering head reads of a batch. */
export type SpanBatch = ModelInputs &
  PieceOfBatch & {
    /** int32 [B, S]; 1 where no answer can be. */
    p_mask: Tensor2D
    /** int32 [B], in the row of the window; 0 (`[CLS]`) where the window has no answer. Read in training only. */
    start_positions: Tensor1D
    end_positions: Tensor1D
    /** float32 [B]; 1 where the window has no answer. Read in training only. */
    is_impossible: Tensor1D
  }

/** Raw scores, although the original's files call them log probabilities; no position is masked. */
export type SpanLogits = { start_logits: Tensor2D; end_logits: Tensor2D } // [B, S] each

export const spanHead: Head<SpanBatch, SpanLogits> = {
  params: ({ hidden_size }) => [
    { name: 'cls/squad/output_weights', shape: [2, hidden_size], initial: { stddev: STDDEV } },
    { name: 'cls/squad/output_bias', shape: [2], initial: { value: 0 } },
  ],
  loss: (params, encoder, { start_positions, end_positions, loss_weights }) => {
    const { start_logits, end_logits } = logitsOf(params, encoder.outputs().sequence_output)
    return mul(
      add(
        batchLoss(crossEntropy(start_logits, start_positions), loss_weights),
        batchLoss(crossEntropy(end_logits, end_positions), loss_weights),
      ),
      0.5,
    )
  },
  answers: (params, encoder) => logitsOf(params, encoder.outputs().sequence_output),
}

function logitsOf(params: Params, sequence_output: Tensor): SpanLogits {
  const [batch, length, width] = sequence_output.shape as [number, number, number]
  const weights = param(params, 'cls/squad/output_weights') as Tensor2D // stored [2, H]
  const rows: Tensor2D = reshape(sequence_output, [batch * length, width])
  const logits = addBias(matMul(rows, weights, false, true), param(params, 'cls/squad/output_bias')) // [B·S, 2]
  const channel = (at: number): Tensor2D =>
    reshape(slice(logits, [0, at], [batch * length, 1]), [batch, length])
  return { start_logits: channel(0), end_logits: channel(1) }
}
