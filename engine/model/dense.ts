// Rows in, x·W + b out.
import { add, clone, fill, matMul, reshape, tidy, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core'
import { handGradient } from './hand-gradient.ts'
import type { Params } from './params.ts'
import { region } from './region.ts'

/** x [n, in] · `<scope>/kernel` [in, out] + `<scope>/bias` [out] → [n, out]. */
export function dense(params: Params, scope: string, x: Tensor): Tensor2D {
  const product: Tensor2D = matMul(x as Tensor2D, param(params, `${scope}/kernel`) as Tensor2D)
  return addBias(product, param(params, `${scope}/bias`))
}

/** A weight by name. @throws Error when the model has none of this name: a fault of the code, not of the input */
export function param(params: Params, name: string): Tensor {
  const found = params[name]
  if (found === undefined) throw new Error(`The model has no variable ${name}.`)
  return found
}

/** product [n, m] + bias [m]. A region, so that TensorFlow does not make one op of it with the product, which is slower. */
export const addBias = handGradient<Tensor>((...args: unknown[]) => {
  const [product, bias] = args as [Tensor, Tensor]
  // A copy for the product: each gradient is disposed by itself once it has been added to another.
  const gradFunc = (dy: Tensor) => tidy(() => [clone(dy), columnSums(dy as Tensor2D)])
  return { value: region('bias', () => add(product, bias))(), gradFunc }
}) as (product: Tensor2D, bias: Tensor) => Tensor2D

/** x [n, m] → [m]. A product with a row of ones: TensorFlow's sum over the first axis runs on one core. */
export function columnSums(x: Tensor2D): Tensor {
  return reshape(matMul(fill([1, x.shape[0]], 1), x), [x.shape[1]])
}
