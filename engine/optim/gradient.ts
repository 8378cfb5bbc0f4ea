// The forms of a gradient: a whole tensor, rows of a table with the places they belong to, or what such rows add up to.
import {
  square,
  sum,
  unsortedSegmentSum,
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core'
import { region } from '../model/region.ts'

/** Rows [n, E] of a table's gradient and the table row of each, [n]; rows of the same place add up. */
export type IndexedSlices = { values: Tensor2D; indices: Tensor1D; rows: number }

/** What the rows of several pieces of a batch add up to, and the sum of squares of the rows as they were. */
export type SummedRows = { total: Tensor; squares: Scalar }

export type Gradient = Tensor | IndexedSlices | SummedRows
export type Gradients = Record<string, Gradient>

/** The numbers a gradient is made of, as far as they are kept apart. */
export function valuesOf(gradient: Gradient): Tensor {
  if ('indices' in gradient) return gradient.values
  return 'total' in gradient ? gradient.total : gradient
}

/** The sum of squares of all numbers, before rows of the same place are added up. */
export function squaresOf(gradient: Gradient): Scalar {
  if ('total' in gradient) return gradient.squares
  return region('sum_of_squares', () => sum<Scalar>(square(valuesOf(gradient))))()
}

/** The same numbers in another tensor of the same shape. */
export function withValues(gradient: Gradient, values: Tensor): Gradient {
  if ('indices' in gradient) return { ...gradient, values: values as Tensor2D }
  return 'total' in gradient ? { ...gradient, total: values } : values
}

/** The gradient in the shape of its variable. */
export function densified(gradient: Gradient): Tensor {
  if (!('indices' in gradient)) return valuesOf(gradient)
  return unsortedSegmentSum(gradient.values, gradient.indices, gradient.rows)
}
