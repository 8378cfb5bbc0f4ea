// All gradients in, the same scaled to a bounded global norm out.
import { addN, div, isFinite, minimum, mul, scalar, sqrt, where, type Scalar } from '@tensorflow/tfjs-core'
import { region } from '../model/region.ts'
import { squaresOf, valuesOf, withValues, type Gradients } from './gradient.ts'

/** The original's only value. */
export const CLIP_NORM = 1

/**
 * Scales all gradients by min(clip_norm / norm, 1). The norm of a table's gradient is taken over its rows as they are, one for
 * each token, before rows of the same id are added up: what TensorFlow 1 does with the gradient of a lookup.
 * An infinite norm makes every gradient NaN, as there; the caller looks at the norm and stops.
 */
export function clipByGlobalNorm(
  gradients: Gradients,
  clip_norm = CLIP_NORM,
): { clipped: Gradients; global_norm: Scalar } {
  const squares = Object.values(gradients).map(squaresOf)
  const { global_norm, scale } = region('clip_scale', () => {
    const global_norm = sqrt<Scalar>(addN(squares))
    const finite_scale = mul(clip_norm, minimum(div(1, global_norm), 1 / clip_norm))
    return { global_norm, scale: where(isFinite(global_norm), finite_scale, scalar(NaN)) }
  })()
  const clipped = Object.fromEntries(
    Object.entries(gradients).map(([name, gradient]) => [
      name,
      withValues(gradient, mul(valuesOf(gradient), scale)),
    ]),
  )
  return { clipped, global_norm }
}
