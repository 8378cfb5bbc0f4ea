// Rows in, normalised rows out; the gradients are written by hand, because autodiff rebuilds both means by division.
import {
  add,
  clone,
  mean,
  mul,
  rsqrt,
  square,
  sub,
  tidy,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core'
import { columnSums, param } from './dense.ts'
import { droppedBy, type Drop } from './dropout.ts'
import { handGradient } from './hand-gradient.ts'
import type { Params } from './params.ts'
import { region } from './region.ts'

/** The original's, in float32; the stock layer's 1e-3 gives other numbers. */
const EPSILON = 1e-12

/** Normalises x [n, width] over the last axis with the biased variance, then scales and shifts it. */
export function layerNorm(params: Params, scope: string, x: Tensor): Tensor2D {
  return normalise(x as Tensor2D, param(params, `${scope}/gamma`), param(params, `${scope}/beta`))
}

/**
 * What ends each half of a block: LayerNorm(residual + dropout(product + bias)), one pass over the rows forward, one backward.
 * @param product a matrix product [n, width] that still lacks its bias
 */
export function addNorm(
  params: Params,
  { bias, norm }: { bias: string; norm: string },
  product: Tensor,
  residual: Tensor,
  drop: Drop | null,
): Tensor2D {
  const run = handGradient((...args: unknown[]) => {
    const [product, bias, residual, gamma, beta, save] = args as AddNormInputs
    const seeds = drop?.seeds ?? []
    const { value, normalised, inverse } = region('add_norm', () => {
      const sum = add(droppedBy(drop, seeds, add(product, bias)), residual)
      return normalisedOf(sum, gamma, beta)
    })()
    save([normalised, inverse, gamma, ...seeds])
    const gradFunc = (dy: Tensor, saved: Tensor[]) =>
      tidy(() => {
        const [normalised, inverse, gamma, ...seeds] = saved as [Tensor, Tensor, Tensor, ...Tensor[]]
        const { dx, weighted, dproduct } = region('add_norm_grad', () => {
          const slopes = normalisedGrad(dy, normalised, inverse, gamma)
          return { ...slopes, dproduct: droppedBy(drop, seeds, slopes.dx) }
        })()
        return [
          dproduct,
          columnSums(dproduct as Tensor2D),
          clone(dx), // a tensor of its own: each gradient is disposed by itself once it has been added to another
          columnSums(weighted as Tensor2D),
          columnSums(dy as Tensor2D),
        ]
      })
    return { value, gradFunc }
  })
  return run(
    product,
    param(params, bias),
    residual,
    param(params, `${norm}/gamma`),
    param(params, `${norm}/beta`),
  ) as Tensor2D
}

type Save = (tensors: Tensor[]) => void
type AddNormInputs = [
  product: Tensor,
  bias: Tensor,
  residual: Tensor,
  gamma: Tensor,
  beta: Tensor,
  save: Save,
]

const normalise = handGradient((...args: unknown[]) => {
  const [x, gamma, beta, save] = args as [Tensor2D, Tensor, Tensor, Save]
  const { value, normalised, inverse } = region('layer_norm', normalisedOf)(x, gamma, beta)
  save([normalised, inverse, gamma])
  const gradFunc = (dy: Tensor, saved: Tensor[]) =>
    tidy(() => {
      const [normalised, inverse, gamma] = saved as [Tensor, Tensor, Tensor]
      const { dx, weighted } = region('layer_norm_grad', normalisedGrad)(dy, normalised, inverse, gamma)
      return [dx, columnSums(weighted as Tensor2D), columnSums(dy as Tensor2D)]
    })
  return { value, gradFunc }
}) as (x: Tensor2D, gamma: Tensor, beta: Tensor) => Tensor2D

/** value = normalised · gamma + beta [n, width]; `inverse` is one over the standard deviation, [n, 1]. */
function normalisedOf(x: Tensor, gamma: Tensor, beta: Tensor) {
  const centred = sub(x, mean(x, -1, true))
  const inverse = rsqrt(add(mean(square(centred), -1, true), EPSILON))
  const normalised = mul(centred, inverse)
  return { value: add(mul(normalised, gamma), beta), normalised, inverse }
}

/** The gradient of the rows, and what gamma's is the column sums of. */
function normalisedGrad(dy: Tensor, normalised: Tensor, inverse: Tensor, gamma: Tensor) {
  const scaled = mul(dy, gamma)
  const along = mean(mul(scaled, normalised), -1, true)
  const dx = mul(inverse, sub(sub(scaled, mean(scaled, -1, true)), mul(normalised, along)))
  return { dx, weighted: mul(dy, normalised) }
}
