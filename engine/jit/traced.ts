// A step as data: its ops in the order in which they were noted, each with the form of what it gives. No numbers but constants.
import type { TypedArray } from '@tensorflow/tfjs-core'
import type { DType, NarrowType, OpAttrs, TensorForm } from '../backends/graph-verbs.ts'

export type Value = TensorForm & { readonly op: Op; readonly index: number }

/** One stretch of `region(name, …)`, told apart from others of its name by its number. */
export type Region = { readonly name: string; readonly number: number }

/** The numbers of a `Const`; `uniform` where all are the same, however many there are. */
export type Constant = { uniform: number } | { values: TypedArray }

export type Op = {
  /** TensorFlow's; `Argument` and `Const` are ours and TensorFlow's at once. */
  readonly name: string
  readonly attrs: OpAttrs
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
  readonly region: Region | null
  readonly constant: Constant | null
  /** Which op of the eager step this is, counted from 0; null for what a pass made, and for arguments and constants. */
  readonly noted: number | null
}

/** What tracing gives, and what a pass takes and gives. Every op comes after those it reads. */
export type Traced = {
  readonly args: readonly Value[]
  readonly ops: readonly Op[]
  readonly results: readonly Value[]
}

export type NewOp = {
  name: string
  attrs?: OpAttrs
  inputs?: readonly Value[]
  forms: readonly TensorForm[]
  region?: Region | null
  constant?: Constant | null
  noted?: number | null
}

export function makeOp({
  name,
  attrs = {},
  inputs = [],
  forms,
  region = null,
  constant = null,
  noted = null,
}: NewOp): Op {
  const outputs: Value[] = []
  const op: Op = { name, attrs, inputs, outputs, region, constant, noted }
  forms.forEach(({ dtype, shape }, index) => outputs.push({ op, index, dtype, shape }))
  return op
}

/** The one output of an op that has one. */
export function only(op: Op): Value {
  const [value] = op.outputs
  if (value === undefined || op.outputs.length !== 1)
    throw new Error(`${op.name} has ${op.outputs.length} outputs.`)
  return value
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

const BYTES: Record<DType, number> = { float32: 4, int32: 4, bool: 1, bfloat16: 2, half: 2 }

export function bytesOf({ dtype, shape }: TensorForm): number {
  return BYTES[dtype] * sizeOf(shape)
}

export function isNarrow(dtype: DType): dtype is NarrowType {
  return dtype === 'bfloat16' || dtype === 'half'
}

/** The value whose bytes this one is: a reshape is another view of the same. Inside a region there are no bytes to view. */
export function viewedBy(value: Value): Value {
  const [source] = value.op.inputs
  const isView = value.op.region === null && (value.op.name === 'Reshape' || value.op.name === 'Identity')
  return isView && source !== undefined ? viewedBy(source) : value
}

/** The numbers of a constant, one for each place. @throws Error when the value is not one */
export function numbersOf(value: Value): number[] {
  const { constant } = value.op
  if (constant === null) throw new Error(`${value.op.name} is no constant, and its numbers are asked for.`)
  return 'uniform' in constant
    ? new Array<number>(sizeOf(value.shape)).fill(constant.uniform)
    : Array.from(constant.values)
}

/** Makes ops while a pass goes over a trace. */
export type Emit = (op: NewOp) => Op

/**
 * A trace op by op in a new form. Arguments are kept.
 * @param visit gives what stands for the outputs of an op, whose inputs are given as they are by now; null keeps it
 */
export function rewrite(
  traced: Traced,
  visit: (op: Op, inputs: readonly Value[], emit: Emit) => readonly Value[] | null,
): Traced {
  const now = new Map<Value, Value>()
  const ops: Op[] = []
  const emit: Emit = (op) => {
    const made = makeOp(op)
    ops.push(made)
    return made
  }
  const current = (value: Value): Value => {
    const found = now.get(value)
    if (found === undefined) throw new Error(`${value.op.name} is used before it is made.`)
    return found
  }
  for (const op of traced.ops) {
    if (op.name === 'Argument') {
      ops.push(op)
      op.outputs.forEach((value) => now.set(value, value))
      continue
    }
    const inputs = op.inputs.map(current)
    const outputs = visit(op, inputs, emit) ?? emit({ ...op, inputs, forms: op.outputs }).outputs
    op.outputs.forEach((value, index) => now.set(value, outputs[index] ?? value))
  }
  return { args: traced.args, ops, results: traced.results.map(current) }
}
