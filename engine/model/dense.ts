// Rows in, x·W + b out, with a gradient that keeps to three matrix products.
import { add, customGrad, fill, matMul, reshape, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core'
import type { Params } from './params.ts'

/** x [n, in] · `<scope>/kernel` [in, out] + `<scope>/bias` [out] → [n, out]. */
export function dense(params: Params, scope: string, x: Tensor): Tensor2D {
  return affine(x as Tensor2D, param(params, `${scope}/kernel`), param(params, `${scope}/bias`))
}

/** A weight by name. @throws Error when the model has none of this name: a fault of the code, not of the input */
export function param(params: Params, name: string): Tensor {
  const found = params[name]
  if (found === undefined) throw new Error(`The model has no variable ${name}.`)
  return found
}

const affine = customGrad((...args: unknown[]) => {
  const [x, kernel, bias, save] = args as [Tensor2D, Tensor2D, Tensor, (tensors: Tensor[]) => void]
  save([x, kernel])
  const gradFunc = (dy: Tensor, saved: Tensor[]) => {
    const [x, kernel] = saved as [Tensor2D, Tensor2D]
    const dy2d = dy as Tensor2D
    return [
      matMul(dy2d, kernel, false, true), // [n, in]
      matMul(x, dy2d, true, false), // [in, out]
      columnSums(dy2d), // [out]
    ]
  }
  return { value: add(matMul(x, kernel), bias), gradFunc }
}) as (x: Tensor2D, kernel: Tensor, bias: Tensor) => Tensor2D

/** x [n, m] → [m]. A product with a row of ones: TensorFlow's sum over the first axis runs on one core. */
export function columnSums(x: Tensor2D): Tensor {
  return reshape(matMul(fill([1, x.shape[0]], 1), x), [x.shape[1]])
}
