// Rows in, normalised rows out; the gradient is written by hand, because autodiff rebuilds both means by division.
import {
  add,
  customGrad,
  mean,
  mul,
  rsqrt,
  square,
  sub,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core'
import { columnSums, param } from './dense.ts'
import type { Params } from './params.ts'

/** The original's, in float32; the stock layer's 1e-3 gives other numbers. */
const EPSILON = 1e-12

/** Normalises x [n, width] over the last axis with the biased variance, then scales and shifts it. */
export function layerNorm(params: Params, scope: string, x: Tensor): Tensor2D {
  return normalise(x as Tensor2D, param(params, `${scope}/gamma`), param(params, `${scope}/beta`))
}

const normalise = customGrad((...args: unknown[]) => {
  const [x, gamma, beta, save] = args as [Tensor2D, Tensor, Tensor, (tensors: Tensor[]) => void]
  const centred = sub(x, mean(x, -1, true))
  const inverse = rsqrt(add(mean(square(centred), -1, true), EPSILON)) // [n, 1]
  const normalised = mul(centred, inverse) // [n, width]
  save([normalised, inverse, gamma])
  const gradFunc = (dy: Tensor, saved: Tensor[]) => {
    const [normalised, inverse, gamma] = saved as [Tensor2D, Tensor2D, Tensor]
    const scaled = mul(dy, gamma)
    const along = mean(mul(scaled, normalised), -1, true)
    const dx = mul(inverse, sub(sub(scaled, mean(scaled, -1, true)), mul(normalised, along)))
    return [dx, columnSums(mul(dy, normalised)), columnSums(dy as Tensor2D)]
  }
  return { value: add(mul(normalised, gamma), beta), gradFunc }
}) as (x: Tensor2D, gamma: Tensor, beta: Tensor) => Tensor2D
