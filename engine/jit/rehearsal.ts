// The functions of a program in, nodes out by which all of it is made ready before its first call: compiled, and nothing computed.
import type { DType, TensorForm } from '../backends/graph-verbs.ts'
import type { GraphNode } from './graph-def.ts'
import { callAttrs, constant, done, identity, placeholder, type FunctionCall } from './nodes.ts'
import { bytesOf } from './traced.ts'

/** Which of the two a call is: the program itself, or its rehearsal. */
export type Turn = {
  /** A boolean that is fed: true for the program. */
  feed: string
  /** Nodes that run in one of the two only. */
  plays: string
  rehearses: string
}

/** More than cores: those that compile soon make room for the next. */
const MOST_LANES = 16

/**
 * TensorFlow makes what a call needs when one with such feeds and fetches first comes. A rehearsal is that first call, with the
 * same feeds and fetches: what hangs on `plays` is dead in it, and so is all that reads it.
 */
export function turnOf(prefix: string): { turn: Turn; nodes: GraphNode[] } {
  const turn = { feed: `${prefix}/plays_fed`, plays: `${prefix}/plays`, rehearses: `${prefix}/rehearses` }
  const which = `${prefix}/turn`
  const nodes = [
    placeholder(turn.feed, { dtype: 'bool', shape: [] }),
    switched(which, `${turn.feed}:0`, 'bool', turn),
    identity(turn.rehearses, `${which}:0`, 'bool'),
    identity(turn.plays, `${which}:1`, 'bool'),
  ]
  return { turn, nodes }
}

/** Output 1 has the value where the program plays. */
export function switched(name: string, value: string, dtype: DType, { feed }: Turn): GraphNode {
  return { name, op: 'Switch', inputs: [value, `${feed}:0`], attrs: { T: { type: dtype } } }
}

/** What a result is: the program's, or where it is rehearsed, zeros in the same form. */
export function either(name: string, played: string, rehearsed: string, dtype: DType): GraphNode {
  return { name, op: 'Merge', inputs: [played, rehearsed], attrs: { T: { type: dtype }, N: { int: 2 } } }
}

/**
 * Calls each function once, on zeros, for XLA compiles it then, whoever calls it. They stand in lanes that run side by side, one call
 * after the other in each: so all cores compile, and there are never more tensors than a call of each lane has. They are no part of
 * the program's own graph: there they would change the order in which it runs, and with that its memory (measured: by 8 %).
 * @param limit bytes that those may take together; what the program takes is enough for one lane at least
 * @param feed a boolean that is fed false
 * @returns the nodes, and what to fetch
 */
export function rehearsal(
  prefix: string,
  calls: readonly FunctionCall[],
  limit: number,
  feed: string,
): { nodes: GraphNode[]; fetch: string } {
  const nodes: GraphNode[] = []
  const lanes = lanesWithin(calls, limit)
  const last: string[] = []
  calls.forEach((call, index) => {
    const lane = index % lanes
    const before = last[lane]
    const after = before === undefined ? [] : [`^${before}`]
    const name = `${prefix}/${index}`
    const inputs = call.inputs.map((value, at) => {
      nodes.push(...zeros(`${name}/arg${at}`, value, `${feed}:0`, after))
      return `${name}/arg${at}:0`
    })
    // As a stateful call it is neither left out because nobody reads it nor computed while the graph is optimised.
    const op = 'StatefulPartitionedCall'
    nodes.push({ name, op, inputs: [...inputs, ...after], attrs: callAttrs(call) })
    last[lane] = name
  })
  nodes.push(done(`${prefix}/done`, last))
  return { nodes, fetch: `${prefix}/done:0` }
}

/** @param nought a false that is no constant, else the zeros would be made one and lie in the graph @param after as `^node` */
export function zeros(
  name: string,
  { dtype, shape }: TensorForm,
  nought: string,
  after: readonly string[] = [],
): GraphNode[] {
  const sizes = {
    dtype: 'int32',
    shape: [shape.length],
    constant: { values: Int32Array.from(shape) },
  } as const
  return [
    constant(`${name}/shape`, sizes),
    {
      name: `${name}/zero`,
      op: 'Cast',
      inputs: [nought],
      attrs: { SrcT: { type: 'bool' }, DstT: { type: dtype } },
    },
    {
      name,
      op: 'Fill',
      inputs: [`${name}/shape:0`, `${name}/zero:0`, ...after],
      attrs: { T: { type: dtype }, index_type: { type: 'int32' } },
    },
  ]
}

/** As many lanes as keep the largest calls within the limit together. */
function lanesWithin(calls: readonly FunctionCall[], limit: number): number {
  const sizes = calls
    .map(({ inputs, outputs }) => [...inputs, ...outputs].reduce((sum, value) => sum + bytesOf(value), 0))
    .sort((a, b) => b - a)
  let bytes = 0
  const fitting = sizes.findIndex((size) => (bytes += size) > limit)
  return Math.min(MOST_LANES, Math.max(1, fitting < 0 ? sizes.length : fitting))
}
