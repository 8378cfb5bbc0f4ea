// What a node is to do in, the node as a GraphDef has it out.
import type { DType, TensorForm } from '../backends/graph-verbs.ts'
import type { GraphNode } from './graph-def.ts'
import type { Constant, Op, Value } from './traced.ts'

/** An op of a trace. @param nameOf where the values that it reads come from */
export function nodeOf(op: Op, name: string, nameOf: (value: Value) => string): GraphNode {
  if (op.constant !== null) {
    const [value] = op.outputs
    const { dtype, shape } = value ?? { dtype: 'float32', shape: [] }
    return constant(name, { dtype, shape, constant: op.constant })
  }
  const attrs = ADDITIONS.has(op.name) ? { ...op.attrs, [SUMMED]: { bool: true } } : op.attrs
  return { name, op: op.name, inputs: op.inputs.map(nameOf), attrs }
}

const ADDITIONS: ReadonlySet<string> = new Set(['Add', 'AddV2'])
/** What TensorFlow marks an addition with that it has put into a sum: it leaves it as `passes/sums-in-order.ts` made it. */
const SUMMED = '_grappler_ArithmeticOptimizer_AddOpsRewriteStage'

/** @param after what it waits for, as `^node` */
export function constant(
  name: string,
  tensor: TensorForm & { constant: Constant },
  after: readonly string[] = [],
): GraphNode {
  return { name, op: 'Const', inputs: after, attrs: { dtype: { type: tensor.dtype }, value: { tensor } } }
}

export function placeholder(name: string, { dtype, shape }: TensorForm): GraphNode {
  return { name, op: 'Placeholder', inputs: [], attrs: { dtype: { type: dtype }, shape: { shape } } }
}

/** @param after what it waits for, as `^node` */
export function reading(
  name: string,
  handle: string,
  dtype: DType,
  after: readonly string[] = [],
): GraphNode {
  return { name, op: 'ReadVariableOp', inputs: [handle, ...after], attrs: { dtype: { type: dtype } } }
}

export function assignment(
  name: string,
  handle: string,
  value: string,
  dtype: DType,
  after: readonly string[] = [],
): GraphNode {
  return {
    name,
    op: 'AssignVariableOp',
    inputs: [handle, value, ...after],
    attrs: { dtype: { type: dtype } },
  }
}

export function identity(
  name: string,
  value: string,
  dtype: DType,
  after: readonly string[] = [],
): GraphNode {
  return { name, op: 'Identity', inputs: [value, ...after], attrs: { T: { type: dtype } } }
}

/** A constant that can be fetched when all of `after` have run. */
export function done(name: string, after: readonly string[]): GraphNode {
  const one = { dtype: 'int32', shape: [], constant: { uniform: 1 } } as const
  const waits = after.map((node) => `^${node}`)
  return constant(name, one, waits)
}

export type FunctionCall = { name: string; inputs: readonly Value[]; outputs: readonly Value[] }

/** What calls a function that XLA compiles. */
export function callAttrs({ name, inputs, outputs }: FunctionCall): GraphNode['attrs'] {
  return {
    Tin: { types: inputs.map(({ dtype }) => dtype) },
    Tout: { types: outputs.map(({ dtype }) => dtype) },
    f: { function: name },
    _XlaMustCompile: { bool: true },
  }
}
