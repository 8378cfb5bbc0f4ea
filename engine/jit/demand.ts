// A program in, what one call of it demands out, before it runs: the memory at the worst moment, the variables, the arithmetic.
import type { Program } from './program.ts'
import { PRODUCTS } from './ops.ts'
import { bytesOf, sizeOf, viewedBy, type Op, type Traced, type Value } from './traced.ts'

/** Memory is in bytes. */
export type Demand = {
  /** Weights, moments and the step count, as long as the graph lives; a donated step holds the new ones beside the old for a moment. */
  variables: number
  /** What lies between the ops at the worst moment of a call. */
  peak: number
  /** The largest tensor among that. */
  widest: number
  /** Multiplications and additions of the matrix products. */
  flops: number
}

export function demandOf({ traced, reads }: Pick<Program, 'traced' | 'reads'>): Demand {
  const variables = traced.args.reduce(
    (sum, value, index) => sum + (reads[index] == null ? 0 : bytesOf(value)),
    0,
  )
  return { variables, peak: peakOf(traced), widest: widestOf(traced), flops: flopsOf(traced) }
}

/** Of calls that follow each other: what the largest of them needs. */
export function largest(demands: readonly Demand[]): Demand {
  return {
    variables: Math.max(0, ...demands.map(({ variables }) => variables)),
    peak: Math.max(0, ...demands.map(({ peak }) => peak)),
    widest: Math.max(0, ...demands.map(({ widest }) => widest)),
    flops: Math.max(0, ...demands.map(({ flops }) => flops)),
  }
}

function widestOf({ ops }: Traced): number {
  const made = ops.filter(({ name, constant }) => name !== 'Argument' && constant === null)
  return made.reduce((most, { outputs }) => Math.max(most, ...outputs.map(bytesOf)), 0)
}

function flopsOf({ ops }: Traced): number {
  return ops.reduce((sum, { name, inputs: [a], outputs: [product], attrs }) => {
    if (!PRODUCTS.has(name) || a === undefined || product === undefined) return sum
    const turned = attrs['transpose_a'] ?? attrs['adj_x']
    const isTurned = turned !== undefined && 'bool' in turned && turned.bool
    return sum + 2 * sizeOf(product.shape) * (a.shape.at(isTurned ? -2 : -1) ?? 0)
  }, 0)
}

/** Ops in their order; a tensor lives from the op that makes it to the last that reads it, and a result to the end. Inside a region nothing does. */
function peakOf({ ops, results }: Traced): number {
  const places = placesOf(ops)
  const last = new Map<Value, number>()
  ops.forEach((op, at) => {
    for (const input of op.inputs) {
      const root = viewedBy(input)
      last.set(root, Math.max(last.get(root) ?? 0, places[at] ?? at))
    }
  })
  for (const result of results) last.set(viewedBy(result), ops.length)
  const freed = new Map<number, number>()
  let alive = 0
  let peak = 0
  ops.forEach((op, at) => {
    if (op.name !== 'Argument' && op.constant === null) {
      for (const value of op.outputs) {
        const until = last.get(value)
        const staysInside = op.region !== null && until !== undefined && until === places[at]
        if (until === undefined || staysInside || viewedBy(value) !== value) continue
        alive += bytesOf(value)
        freed.set(until, (freed.get(until) ?? 0) + bytesOf(value))
      }
    }
    peak = Math.max(peak, alive)
    alive -= freed.get(at) ?? 0
  })
  return peak
}

/** The place of each op; those of a region all have that of its last. */
function placesOf(ops: readonly Op[]): number[] {
  const ends = new Map<number, number>()
  ops.forEach(({ region }, at) => {
    if (region !== null) ends.set(region.number, at)
  })
  return ops.map(({ region }, at) => (region === null ? at : (ends.get(region.number) ?? at)))
}
