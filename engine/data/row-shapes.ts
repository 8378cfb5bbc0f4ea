// What batches need in; the few shapes of rows that hold them all at the least cost out. A compiler makes a step for each shape.
import type { AlbertConfig } from '../spec/albert-config.ts'

export type RowShape = { rows: number; row_length: number }

/** Lengths that rows can have; the longest of them is 512, or the run's `max_seq_length`. */
const ROW_LENGTHS = [16, 32, 48, 64, 96, 128, 192, 256, 384, 512] as const

/** Row length at which attention costs a token as much again as all the rest of the model. */
const ATTENTION_DOUBLES_AT = 2000

/**
 * What one more shape has to save, in multiplications and additions: about what compiling it takes, two seconds of two cores. The
 * same on every machine, so that a run has the same shapes wherever it is gone on with.
 */
const SHAPE_FLOPS = 1e12

const MOST_SHAPES = 4

/** How many computed tokens one more shape has to save, in a model of this size: an update takes six flops for each weight and token. */
export function shapeCost({
  hidden_size,
  intermediate_size,
  num_hidden_layers,
  inner_group_num,
}: AlbertConfig): number {
  const block = 4 * hidden_size ** 2 + 2 * hidden_size * intermediate_size
  return SHAPE_FLOPS / (6 * block * num_hidden_layers * inner_group_num)
}

/** Row lengths worth trying for examples of up to `longest` tokens: all shorter ones, the first that holds it, and two more. */
export function rowLengths(longest: number, max_seq_length: number): number[] {
  const all = [...ROW_LENGTHS.filter((length) => length > longest || length < max_seq_length), max_seq_length]
  const lengths = [...new Set(all)].sort((a, b) => a - b)
  return lengths.slice(0, lengths.findIndex((length) => length >= longest) + 3)
}

/** In computed tokens of a short row. */
export function costOf({ rows, row_length }: RowShape): number {
  return rows * row_length * (1 + row_length / ATTENTION_DOUBLES_AT)
}

/** The cheapest of the shapes that holds a batch. @param rowsNeeded of a length; Infinity where none is enough */
export function cheapestFor(
  shapes: readonly RowShape[],
  rowsNeeded: (row_length: number) => number,
): RowShape | undefined {
  return [...shapes]
    .sort((a, b) => costOf(a) - costOf(b))
    .find(({ rows, row_length }) => rowsNeeded(row_length) <= rows)
}

/**
 * Begins with the cheapest shape that holds every batch and adds one at a time, as long as it saves more than it costs.
 * @param needs for every batch, how many rows of each of `row_lengths` hold it; Infinity where none are enough
 * @param shape_cost in computed tokens
 */
export function chooseShapes(
  needs: readonly (readonly number[])[],
  row_lengths: readonly number[],
  shape_cost: number,
): RowShape[] {
  const counted = countEqual(needs)
  const candidates = row_lengths.flatMap((row_length, at) => {
    const rows = [...new Set(counted.map(({ need }) => need[at] ?? Infinity))]
    return rows
      .filter(Number.isFinite)
      .map((rows) => ({ rows, row_length, at, cost: costOf({ rows, row_length }) }))
  })
  const holds = ({ rows, at }: { rows: number; at: number }, need: readonly number[]): boolean =>
    (need[at] ?? Infinity) <= rows
  const chosen: RowShape[] = []
  let costs = counted.map(() => Infinity)
  for (;;) {
    let best: { shape: RowShape; costs: number[]; total: number } | null = null
    for (const candidate of candidates) {
      const now = counted.map(({ need }, batch) =>
        Math.min(costs[batch] ?? Infinity, holds(candidate, need) ? candidate.cost : Infinity),
      )
      const total = now.reduce((sum, cost, batch) => sum + cost * (counted[batch]?.times ?? 0), 0)
      const { rows, row_length } = candidate
      if (Number.isFinite(total) && total < (best?.total ?? Infinity))
        best = { shape: { rows, row_length }, costs: now, total }
    }
    const before = costs.reduce((sum, cost, batch) => sum + cost * (counted[batch]?.times ?? 0), 0)
    if (best === null || before - best.total < shape_cost || chosen.length === MOST_SHAPES) return chosen
    chosen.push(best.shape)
    costs = best.costs
  }
}

function countEqual(needs: readonly (readonly number[])[]): { need: readonly number[]; times: number }[] {
  const counted = new Map<string, { need: readonly number[]; times: number }>()
  for (const need of needs) {
    const key = need.join()
    const known = counted.get(key)
    if (known === undefined) counted.set(key, { need, times: 1 })
    else known.times++
  }
  return [...counted.values()]
}
