// Logits and what was right in, losses out; the gradients are written by hand, since autodiff's sums upload arrays of ones.
import {
  abs,
  add,
  div,
  exp,
  log1p,
  logSoftmax,
  mean,
  mul,
  neg,
  oneHot,
  relu,
  reshape,
  sigmoid,
  sub,
  sum,
  tidy,
  tile,
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core'
import { handGradient } from './hand-gradient.ts'
import { region } from './region.ts'

/** What keeps the mean of no words at all from being 0 / 0. */
const FEWEST = 1e-5

type Save = (tensors: Tensor[]) => void

/** −log softmax(logits)[label] of each row. @param logits [n, m] @param labels int32 [n] */
export function crossEntropy(logits: Tensor2D, labels: Tensor1D): Tensor1D {
  const [rows, classes] = logits.shape
  const run = handGradient((...args: unknown[]) => {
    const [logits, save] = args as [Tensor2D, Save]
    const { value, log_probs } = region('cross_entropy', () => {
      const log_probs = logSoftmax(logits)
      return { value: negativeAt(log_probs, labels), log_probs }
    })()
    save([log_probs, labels])
    const gradFunc = (dy: Tensor, saved: Tensor[]) =>
      tidy(() => {
        const [log_probs, labels] = saved as [Tensor2D, Tensor1D]
        return region('cross_entropy_grad', () => {
          const expected = oneHot(labels, classes, 1, 0, 'float32')
          return mul(sub(exp(log_probs), expected), reshape(dy, [rows, 1]))
        })()
      })
    return { value, gradFunc }
  })
  return run(logits)
}

/** −log p of the right one of each row. @param log_probs [n, m] @param labels int32 [n] */
function negativeAt(log_probs: Tensor2D, labels: Tensor1D): Tensor1D {
  return neg(sum(mul(log_probs, oneHot(labels, log_probs.shape[1], 1, 0, 'float32')), -1))
}

/** Cross entropy of the sigmoid, in the form that overflows nowhere. @param expected 0 or 1, [n]; it gets no gradient */
export function sigmoidCrossEntropy(logits: Tensor1D, expected: Tensor1D): Tensor1D {
  const run = handGradient((...args: unknown[]) => {
    const [logits, save] = args as [Tensor1D, Save]
    save([logits, expected])
    const value = region('sigmoid_cross_entropy', () =>
      add(sub(relu(logits), mul(logits, expected)), log1p(exp(neg(abs(logits))))),
    )()
    const gradFunc = (dy: Tensor, saved: Tensor[]) =>
      tidy(() => {
        const [logits, expected] = saved as [Tensor1D, Tensor1D]
        return region('sigmoid_cross_entropy_grad', () => mul(dy, sub(sigmoid(logits), expected)))()
      })
    return { value, gradFunc }
  })
  return run(logits) as Tensor1D
}

/** The mean of losses [n]. */
export function meanOf(losses: Tensor1D): Scalar {
  const count = losses.size
  return handGradient((...args: unknown[]) => {
    const [losses] = args as [Tensor1D]
    const gradFunc = (dy: Tensor) => tidy(() => tile(reshape(div(dy, count), [1]), [count]))
    return { value: mean(losses), gradFunc }
  })(losses) as Scalar
}

/** The mean of losses [n]; of a piece of a larger batch, what it adds to the mean of the whole: Σ weightᵢ·lossᵢ. @param weights [n] */
export function batchLoss(losses: Tensor1D, weights: Tensor1D | undefined): Scalar {
  if (weights === undefined) return meanOf(losses)
  const run = handGradient((...args: unknown[]) => {
    const [losses, save] = args as [Tensor1D, Save]
    save([weights])
    const gradFunc = (dy: Tensor, saved: Tensor[]) => tidy(() => mul(saved[0] as Tensor1D, dy))
    return { value: sum(mul(losses, weights)), gradFunc }
  })
  return run(losses) as Scalar
}

/** Σ weightᵢ·lossᵢ / (Σ weightᵢ + 1e-5), as the original's for masked words. @param weights [n]; they get no gradient */
export function weightedMean(losses: Tensor1D, weights: Tensor1D): Scalar {
  const run = handGradient((...args: unknown[]) => {
    const [losses, save] = args as [Tensor1D, Save]
    save([weights])
    const gradFunc = (dy: Tensor, saved: Tensor[]) =>
      tidy(() => {
        const [weights] = saved as [Tensor1D]
        return mul(weights, div(dy, add(sum(weights), FEWEST)))
      })
    return { value: div(sum(mul(weights, losses)), add(sum(weights), FEWEST)), gradFunc }
  })
  return run(losses) as Scalar
}
