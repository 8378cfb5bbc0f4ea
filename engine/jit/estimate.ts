// A program in, the memory that one call of it takes out, before it runs: what is alive at the worst moment, and the variables.
import type { Program } from './lower.ts'
import { bytesOf, viewedBy, type Op, type Traced, type Value } from './traced.ts'

/** In bytes. */
export type Memory = {
  /** Weights, moments and the step count, as long as the graph lives; a donated step holds the new ones beside the old for a moment. */
  variables: number
  /** What lies between the ops at the worst moment of a call. */
  peak: number
}

export function memoryOf({ traced, reads }: Pick<Program, 'traced' | 'reads'>): Memory {
  const variables = traced.args.reduce(
    (sum, value, index) => sum + (reads[index] == null ? 0 : bytesOf(value)),
    0,
  )
  return { variables, peak: peakOf(traced) }
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
