// The lengths of a split's examples in, the batches in which each of them is asked once out: few shapes, little of them empty.
import { laidOut, lengthsOf, rowLengthsFor, shapeFor, sumOf, type Planned } from './batch-plan.ts'
import { packRows, type Layout } from './pack-rows.ts'
import { chooseShapes, costOf } from './row-shapes.ts'

export type EvaluationBatch = {
  indexes: number[]
  layout: Layout
  /** Answers that the batch gives, the same for all of its shape; those behind the last of `indexes` mean nothing. */
  answers: number
}

/** Places of a packed batch: enough for matrix products to be efficient, and little memory. */
const MOST_PLACES = 4096

/** Examples that are packed to choose a row length: packing takes the square of their number. */
const PACKED_TO_CHOOSE = 1000

/** Up to so many batches their rows are made equally many, so that the last one is not nearly empty. */
const FEW_BATCHES = 64

/**
 * Packed, a batch holds what fits into the places of `batch_size` examples of `max_seq_length`, for what an example is answered
 * hangs on no other; else it holds `batch_size` examples of like length.
 */
export function evaluationPlan(planned: Planned, batch_size: number): EvaluationBatch[] {
  return planned.use === 'packed' ? packedBatches(planned, batch_size) : rowBatches(planned, batch_size)
}

function packedBatches(planned: Planned, batch_size: number): EvaluationBatch[] {
  const places = Math.min(MOST_PLACES, batch_size * planned.max_seq_length)
  return cheapestSplit(planned).flatMap(({ row_length, indexes }) => {
    const rows = Math.max(planned.items, Math.floor(places / row_length))
    const first = filled(planned, indexes, row_length, rows)
    if (first.length > FEW_BATCHES) return first
    const tokens = sumOf(lengthsOf(planned, indexes))
    for (let fewer = Math.ceil(tokens / first.length / row_length); fewer < rows; fewer++) {
      const level = filled(planned, indexes, row_length, Math.max(planned.items, fewer))
      if (level.length <= first.length) return level
    }
    return first
  })
}

type Part = { row_length: number; indexes: number[] }

/** All in rows of one length, or the short ones apart from the long ones, whichever costs less. */
function cheapestSplit(planned: Planned): Part[] {
  const longest = longestItems(planned)
  const row_lengths = rowLengthsFor(planned)
  const most = longest.reduce((all, one) => Math.max(all, one), 0)
  const ways = row_lengths
    .filter((row_length) => row_length >= most)
    .flatMap((last) => [[last], ...row_lengths.filter((one) => one < last).map((one) => [one, last])])
    .map((way) => {
      const parts = way.map((row_length, at): Part => {
        const above = way[at - 1] ?? -1
        const here = (length: number) => length > above && length <= row_length
        return { row_length, indexes: [...longest.keys()].filter((index) => here(longest[index] ?? 0)) }
      })
      return parts.filter(({ indexes }) => indexes.length > 0)
    })
  const cost = (parts: Part[]): number =>
    parts.reduce((sum, { row_length, indexes }) => {
      const rows = rowsFor(planned, indexes, row_length)
      return sum + planned.shape_cost + costOf({ rows, row_length })
    }, 0)
  return ways.map((parts) => ({ parts, cost: cost(parts) })).reduce((a, b) => (b.cost < a.cost ? b : a)).parts
}

/** Rows that examples will about need; of many, some are packed. */
function rowsFor(planned: Planned, indexes: number[], row_length: number): number {
  const every = Math.ceil(indexes.length / PACKED_TO_CHOOSE)
  const some = indexes.filter((_, at) => at % every === 0)
  return packRows(lengthsOf(planned, some), row_length).rows * (indexes.length / some.length)
}

/** In their order, as many to a batch as its rows hold. */
function filled(planned: Planned, indexes: number[], row_length: number, rows: number): EvaluationBatch[] {
  const batches: EvaluationBatch[] = []
  for (let start = 0; start < indexes.length;) {
    let end = start
    for (let tokens = 0; end < indexes.length; end++) {
      tokens += sumOf(lengthsOf(planned, indexes.slice(end, end + 1)))
      if (tokens > rows * row_length) break
    }
    // What fits by its tokens needs a little more room in rows.
    const fits = (): boolean =>
      packRows(lengthsOf(planned, indexes.slice(start, end)), row_length).rows <= rows
    while (!fits() && end > start + 1) end -= Math.max(1, Math.floor((end - start) / 64))
    const chosen = indexes.slice(start, end)
    const layout = laidOut(planned.use, lengthsOf(planned, chosen), { rows, row_length })
    batches.push({ indexes: chosen, layout, answers: 0 })
    start = end
  }
  const answers = batches.reduce((most, batch) => Math.max(most, batch.indexes.length), 0)
  return batches.map((batch) => ({ ...batch, answers }))
}

function rowBatches(planned: Planned, batch_size: number): EvaluationBatch[] {
  const longest = longestItems(planned)
  const by_length = [...longest.keys()].sort((a, b) => (longest[a] ?? 0) - (longest[b] ?? 0) || a - b)
  const answers = Math.min(batch_size, by_length.length)
  const batches = Array.from({ length: Math.ceil(by_length.length / batch_size) }, (_, batch) =>
    by_length.slice(batch * batch_size, (batch + 1) * batch_size),
  )
  const row_lengths = rowLengthsFor(planned)
  const rows = answers * planned.items
  const needsOf = (indexes: number[]): number[] =>
    row_lengths.map((length) => ((longest[indexes.at(-1) ?? 0] ?? 0) <= length ? rows : Infinity))
  const shapes = chooseShapes(batches.map(needsOf), row_lengths, planned.shape_cost)
  return batches.map((indexes) => {
    const shape = shapeFor(shapes, row_lengths, needsOf(indexes))
    return { indexes, layout: laidOut(planned.use, lengthsOf(planned, indexes), shape), answers }
  })
}

/** Tokens of the longest item of each example. */
function longestItems({ lengths, items }: Planned): number[] {
  return Array.from({ length: lengths.length / items }, (_, index) =>
    lengths.subarray(index * items, (index + 1) * items).reduce((most, one) => Math.max(most, one), 0),
  )
}
