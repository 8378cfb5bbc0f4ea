// Rows of hidden states and some of their places in, what these places alone gather from their rows out.
import {
  add,
  cast,
  fill,
  floorDiv,
  gather,
  matMul,
  mul,
  notEqual,
  reshape,
  scalar,
  sub,
  sum,
  tensor2d,
  tidy,
  transpose,
  zerosLike,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core'
import { droppedSoftmax, droppedSoftmaxGrad, MASKED, scaleOf, type Extent, type Sizes } from './attention.ts'
import { dense, param } from './dense.ts'
import { dropAt, type Drop, type Dropout } from './dropout.ts'
import { handGradient } from './hand-gradient.ts'
import type { Params } from './params.ts'
import { rowsAt } from './rows-at.ts'

/** One of the R·S places of rows [R, S] for each example: int32. */
export type Places = {
  index: Tensor1D // [B], among the R·S
  /** index = row · S + column. */
  row: Tensor2D // [B, 1]
  column: Tensor2D // [B, 1]
  /** Whether a row may have several of them; else row b is example b's. */
  is_packed: boolean
}

/** Where each example begins. @param first_places given where rows are packed */
export function firstPlaces(first_places: Tensor1D | undefined, { batch, length }: Extent): Places {
  const width = scalar(length, 'int32')
  if (first_places === undefined) {
    const row = upTo(batch, [batch, 1])
    return { index: reshape(mul(row, width), [batch]), row, column: zerosLike(row), is_packed: false }
  }
  const index: Tensor2D = reshape(first_places, [first_places.size, 1])
  const row: Tensor2D = floorDiv(index, width)
  return { index: first_places, row, column: sub(index, mul(row, width)), is_packed: true }
}

/** The rows of `blockMask` that belong to the places: [B, 1, 1, S]. @param input_mask int32 [R, S] */
export function blockMaskAt(input_mask: Tensor, { index, row }: Places, { batch, length }: Extent): Tensor {
  const example = gather(reshape(input_mask, [batch * length]), index)
  const others = gather(input_mask, reshape(row, [index.size]))
  const apart_from = notEqual(reshape(example, [index.size, 1]), others)
  return reshape(mul(cast(apart_from, 'float32'), MASKED), [index.size, 1, 1, length])
}

/**
 * Self-attention as `selfAttention` gives it at the places [B, H], from x [R·S, H]. No keys and values are made: with one query of
 * each example it is cheaper to bring the query to the rows, q·(x·K)ᵀ = (q·Kᵀ)·xᵀ, and to take what it gathers of them
 * through the values' kernel, p·(x·V) = (p·x)·V.
 * @param mask added to the scores, [B, 1, 1, S]; it gets no gradient
 */
export function attentionAt(
  params: Params,
  scope: string,
  x: Tensor,
  places: Places,
  mask: Tensor,
  extent: Extent,
  config: Sizes,
  dropout: Dropout,
): Tensor2D {
  const { hidden_size, num_attention_heads: heads } = config
  const { batch, length } = extent
  const wanted = places.index.size
  const drop = dropAt(
    dropout([batch, heads, length, length], config.attention_probs_dropout_prob),
    rowsOfScores(places, heads, length),
  )
  const rows = reshape(
    places.is_packed ? rowsAt(reshape(x, [batch, length * hidden_size]), reshape(places.row, [wanted])) : x,
    [wanted, length, hidden_size],
  )
  const query = byHead(dense(params, `${scope}/query`, rowsAt(x, places.index)), heads) // [N, B, D]
  const kernelOf = (part: 'key' | 'value'): Tensor => byHead(param(params, `${scope}/${part}/kernel`), heads) // [N, H, D]
  const biasOf = (part: 'key' | 'value'): Tensor =>
    reshape(param(params, `${scope}/${part}/bias`), [heads, 1, -1]) // [N, 1, D]

  const brought = transpose(matMul(query, kernelOf('key'), false, true), [1, 0, 2]) // [B, N, H]
  const shift = transpose(matMul(query, biasOf('key'), false, true), [1, 0, 2]) // [B, N, 1]
  const scores = reshape(add(matMul(brought, rows, false, true), shift), [wanted, heads, 1, length])
  const weights = reshape(attentionSoftmax(scores, mask, scaleOf(config), drop), [wanted, heads, length])
  const seen = transpose(matMul(weights, rows), [1, 0, 2]) // [N, B, H]
  const total = transpose(matMul(weights, fill([wanted, length, 1], 1)), [1, 0, 2]) // [N, B, 1]: not 1 where weights are dropped
  const context = add(matMul(seen, kernelOf('value')), mul(total, biasOf('value'))) // [N, B, D]
  return reshape(transpose(context, [1, 0, 2]), [wanted, hidden_size])
}

/** [n, N·D] → [N, n, D]. */
function byHead(x: Tensor, heads: number): Tensor {
  return transpose(reshape(x, [x.shape[0], heads, -1]), [1, 0, 2])
}

/** Which of the B·N·S rows of scores [B, N, S, S] belong to the places: int32 [B·N]. */
function rowsOfScores({ row, column }: Places, heads: number, length: number): Tensor1D {
  const head = add(mul(row, scalar(heads, 'int32')), upTo(heads, [1, heads])) // [B, N]
  return reshape(add(mul(head, scalar(length, 'int32')), column), [-1])
}

function attentionSoftmax(scores: Tensor, mask: Tensor, scale: number, drop: Drop | null): Tensor {
  const run = handGradient((...args: unknown[]) => {
    const [scores, save] = args as [Tensor, (tensors: Tensor[]) => void]
    const seeds = drop?.seeds ?? []
    const { probs, weights } = droppedSoftmax(scores, mask, scale, drop, seeds)
    save([probs, weights, ...seeds])
    const gradFunc = (dy: Tensor, saved: Tensor[]) =>
      tidy(() => {
        const [probs, weights, ...seeds] = saved as [Tensor, Tensor, ...Tensor[]]
        const along = sum(mul(dy, weights), -1, true)
        return droppedSoftmaxGrad(dy, probs, along, scale, drop, seeds).dscores
      })
    return { value: weights, gradFunc }
  })
  return run(scores)
}

/** 0, 1, … below `end`. */
function upTo(end: number, shape: [number, number]): Tensor2D {
  const numbers = Int32Array.from({ length: end }, (_, index) => index)
  return tensor2d(numbers, shape, 'int32')
}
