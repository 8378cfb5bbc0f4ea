// The lengths of a split's examples in, how the batches of its training lie in rows out: few shapes, known before the first step.
import type { Hyperparameters } from '../spec/hyperparameters.ts'
import { ownRows, packRows, type Layout } from './pack-rows.ts'
import { cheapestFor, chooseShapes, costOf, rowLengths, type RowShape } from './row-shapes.ts'
import { trainSampler } from './train-order.ts'

/**
 * `packed`: examples lie side by side. `own-row`: each has a row, of the shortest length that holds the batch.
 * `full-row`: each has a row of `max_seq_length`, as in the original.
 */
export type RowUse = 'packed' | 'own-row' | 'full-row'

/** What is laid out: examples, each of one or more items of some tokens. */
export type Planned = {
  use: RowUse
  max_seq_length: number
  /** Tokens of each item, example after example. */
  lengths: Int32Array
  /** How many items an example has: the choices of a question, else 1. */
  items: number
  /** Computed tokens that one more shape has to save: see `shapeCost`. */
  shape_cost: number
}

export type TrainingPlan = {
  shapes: RowShape[]
  /** Places computed for each token, over the batches that were looked at. */
  places_per_token: number
  /** Places computed in a step, over the same. */
  places_per_step: number
  layoutOf(indexes: ArrayLike<number>): Layout
}

/** Consecutive parts of a batch, as many as asked for and as even as can be: their sizes differ by one at most. */
export function piecesOf<Items extends Uint32Array>(batch: Items, pieces: number): Items[] {
  const bound = (piece: number): number => Math.floor((piece * batch.length) / pieces)
  return Array.from({ length: pieces }, (_, piece) => batch.subarray(bound(piece), bound(piece + 1)) as Items)
}

/** Batches that are looked at to choose the shapes. A rare one behind them may need a shape of its own. */
const MOST_BATCHES = 20_000

/**
 * The same plan for the same examples and knobs, so that a run that is gone on with computes the same.
 * @param pieces in which a batch is taken; each is laid out by itself
 */
export function trainingPlan(
  planned: Planned,
  { train_batch_size, train_step, seed }: Pick<Hyperparameters, 'train_batch_size' | 'train_step' | 'seed'>,
  pieces = 1,
): TrainingPlan {
  const sample = trainSampler(planned.lengths.length / planned.items, train_batch_size, seed)
  const row_lengths = rowLengthsFor(planned)
  const steps = Math.min(train_step, Math.ceil(MOST_BATCHES / pieces))
  const batches = Array.from({ length: steps }, (_, step) => piecesOf(sample(step), pieces))
    .flat()
    .map((indexes) => {
      const lengths = lengthsOf(planned, indexes)
      return { lengths, needs: row_lengths.map((row_length) => rowsNeeded(planned.use, lengths, row_length)) }
    })
  const shapes = chooseShapes(
    batches.map(({ needs }) => needs),
    row_lengths,
    planned.shape_cost,
  )
  const layoutOf = (lengths: Int32Array): Layout => {
    const needs = row_lengths.map((row_length) => rowsNeeded(planned.use, lengths, row_length))
    return laidOut(planned.use, lengths, shapeFor(shapes, row_lengths, needs))
  }
  const tokens = batches.reduce((sum, { lengths }) => sum + sumOf(lengths), 0)
  const places = batches.reduce((sum, { needs }) => {
    const { rows, row_length } = shapeFor(shapes, row_lengths, needs)
    return sum + rows * row_length
  }, 0)
  return {
    shapes,
    places_per_token: places / tokens,
    places_per_step: places / steps,
    layoutOf: (indexes) => layoutOf(lengthsOf(planned, indexes)),
  }
}

/** The planned shape that holds the batch at the least cost; without any, one of its own. */
export function shapeFor(
  shapes: readonly RowShape[],
  row_lengths: readonly number[],
  needs: readonly number[],
): RowShape {
  const planned = cheapestFor(shapes, (row_length) => needs[row_lengths.indexOf(row_length)] ?? Infinity)
  if (planned !== undefined) return planned
  const own = row_lengths.map((row_length, at) => ({ row_length, rows: needs[at] ?? Infinity }))
  return own.reduce((best, shape) => (costOf(shape) < costOf(best) ? shape : best))
}

export function rowLengthsFor({ use, lengths, max_seq_length }: Planned): number[] {
  if (use === 'full-row') return [max_seq_length]
  const fitting = rowLengths(
    lengths.reduce((most, length) => Math.max(most, length), 0),
    max_seq_length,
  )
  // A row of its own needs none that is longer than the longest example may be.
  return use === 'packed' ? fitting : fitting.filter((row_length) => row_length <= max_seq_length)
}

/** Tokens of the items of some examples. @throws RangeError when one is not there */
export function lengthsOf({ lengths, items }: Planned, indexes: ArrayLike<number>): Int32Array {
  return Int32Array.from({ length: indexes.length * items }, (_, item) => {
    const index = indexes[Math.floor(item / items)] ?? -1
    const length = lengths[index * items + (item % items)]
    if (length === undefined)
      throw new RangeError(`There is no example ${index}; there are ${lengths.length / items}.`)
    return length
  })
}

export function sumOf(lengths: Int32Array): number {
  return lengths.reduce((sum, length) => sum + length, 0)
}

/** Infinity where one of them is longer than the row. */
function rowsNeeded(use: RowUse, lengths: Int32Array, row_length: number): number {
  if (lengths.some((length) => length > row_length)) return Infinity
  return use === 'packed' ? packRows(lengths, row_length).rows : lengths.length
}

/** Rows that are not needed stay empty. */
export function laidOut(use: RowUse, lengths: Int32Array, { rows, row_length }: RowShape): Layout {
  const layout = use === 'packed' ? packRows(lengths, row_length) : ownRows(lengths.length, row_length)
  return { ...layout, rows: Math.max(rows, layout.rows) }
}
