// The two forms of a gradient: a whole tensor, or rows of a table with the places they belong to.
import { unsortedSegmentSum, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core'

/** Rows [n, E] of a table's gradient and the table row of each, [n]; rows of the same place add up. */
export type IndexedSlices = { values: Tensor2D; indices: Tensor1D; rows: number }

export type Gradient = Tensor | IndexedSlices
export type Gradients = Record<string, Gradient>

/** The numbers a gradient is made of, before rows of the same place are added up. */
export function valuesOf(gradient: Gradient): Tensor {
  return 'indices' in gradient ? gradient.values : gradient
}

/** The same numbers in another tensor of the same shape. */
export function withValues(gradient: Gradient, values: Tensor): Gradient {
  return 'indices' in gradient ? { ...gradient, values: values as Tensor2D } : values
}

/** The gradient in the shape of its variable. */
export function densified(gradient: Gradient): Tensor {
  if (!('indices' in gradient)) return gradient
  return unsortedSegmentSum(gradient.values, gradient.indices, gradient.rows)
}
