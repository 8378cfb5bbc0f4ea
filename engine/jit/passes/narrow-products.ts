// A trace in, the same with its matrix products in a narrow type out. Sums, statistics, weights, moments and the loss stay float32.
import type { NarrowType, OpAttrs } from '../../backends/graph-verbs.ts'
import { PRODUCTS } from '../ops.ts'
import {
  isNarrow,
  only,
  rewrite,
  type Emit,
  type Op,
  type Region,
  type Traced,
  type Value,
} from '../traced.ts'

/**
 * Narrowest product that is worth it, in rows, columns and length of the sums: below it lie the logits of the heads, which cost
 * nothing and stay exact. A single row is a sum over columns, which counts by its other two sides.
 */
const NARROWEST = 16

type Narrow = Value & { readonly dtype: NarrowType }

/**
 * A pass: each product gets operands that are rounded and gives a result that is, as a unit for the narrow type does it: summed in
 * float32 inside. A rounded operand is made once, however many products use it: a weight of a shared layer once in a step.
 */
export function narrowProducts(narrow: NarrowType): (traced: Traced) => Traced {
  return (traced) => narrowed(traced, narrow)
}

function narrowed(traced: Traced, narrow: NarrowType): Traced {
  const rounded = new Map<Value, Value>()
  return rewrite(traced, (op, inputs, emit) => {
    const [a, b] = inputs
    if (!PRODUCTS.has(op.name) || a === undefined || b === undefined || a.dtype !== 'float32') return null
    if (!isWide(a, b, op.attrs)) return null
    const round = (value: Value): Value => {
      const found = rounded.get(value)
      if (found !== undefined) return found
      const made = isMove(value.op)
        ? moved(value.op, narrow, round, emit)
        : (asGiven(value) ?? cast(emit, value, narrow))
      rounded.set(value, made)
      return made
    }
    const forms = op.outputs.map(({ shape }) => ({ dtype: narrow, shape }))
    const attrs: OpAttrs = { ...op.attrs, T: { type: narrow } }
    const product = only(emit({ name: op.name, attrs, inputs: [round(a), round(b)], forms }))
    const exact = cast(emit, product, 'float32', op.noted)
    return [exact]
  })
}

const MOVES: ReadonlySet<string> = new Set(['Reshape', 'Transpose', 'Slice', 'ConcatV2'])

/** Ops that only put numbers elsewhere: a rounding before one is the rounding behind it, on half the bytes. */
function isMove({ name, region }: Op): boolean {
  return region === null && MOVES.has(name)
}

/** The numbers that an op moves; its other inputs say where to. */
function movedBy(op: Op): Value[] {
  return op.inputs.filter(({ dtype }) => dtype === 'float32')
}

/** The same move of numbers that are rounded. */
function moved(op: Op, narrow: NarrowType, round: (value: Value) => Value, emit: Emit): Narrow {
  const inputs = op.inputs.map((input) => (input.dtype === 'float32' ? round(input) : input))
  const forms = op.outputs.map(({ shape }) => ({ dtype: narrow, shape }))
  const attrs: OpAttrs = { ...op.attrs, T: { type: narrow } }
  return only(emit({ name: op.name, attrs, inputs, forms })) as Narrow
}

/** The narrow value that this one is the exact form of; null when it is not. */
function asGiven({ op }: Value): Narrow | null {
  const [source] = op.inputs
  const isExact = op.name === 'Cast' && op.region === null && op.outputs[0]?.dtype === 'float32'
  return isExact && source !== undefined && isNarrowValue(source) ? source : null
}

function isNarrowValue(value: Value): value is Narrow {
  return isNarrow(value.dtype)
}

function cast(
  emit: Emit,
  value: Value,
  to: NarrowType | 'float32',
  noted: number | null = null,
  region: Region | null = null,
): Value {
  const attrs: OpAttrs = { SrcT: { type: value.dtype }, DstT: { type: to }, Truncate: { bool: false } }
  const forms = [{ dtype: to, shape: value.shape }]
  return only(emit({ name: 'Cast', attrs, inputs: [value], forms, noted, region }))
}

function isWide(a: Value, b: Value, attrs: OpAttrs): boolean {
  const isSet = (name: string): boolean => {
    const attr = attrs[name]
    return attr !== undefined && 'bool' in attr && attr.bool
  }
  const turned = isSet('transpose_a') || isSet('adj_x')
  const rows = a.shape.at(turned ? -1 : -2) ?? 0
  const inner = a.shape.at(turned ? -2 : -1) ?? 0
  const columns = b.shape.at(isSet('transpose_b') || isSet('adj_y') ? -2 : -1) ?? 0
  return Math.min(rows === 1 ? NARROWEST : rows, inner, columns) >= NARROWEST
}

/**
 * Roundings and their undoing go into the regions beside them, so that what lies in memory between a product and a region is
 * narrow: half the bytes. A region then reads what the product gave and gives what the next product takes.
 */
export function castsIntoRegions(traced: Traced): Traced {
  const copies = new Map<string, Value>()
  const numbers = new Map<Value, number>()
  const numberOf = (value: Value): number => {
    const found = numbers.get(value) ?? numbers.size
    numbers.set(value, found)
    return found
  }
  const rounded = new Map<Value, Narrow | null>()
  /** The narrow value that this one is the exact form of, behind the moves between them. */
  const origin = (value: Value, emit: Emit): Narrow | null => {
    const found = rounded.get(value)
    if (found !== undefined) return found
    const made = isMove(value.op) ? movedOrigin(value.op, emit) : asGiven(value)
    rounded.set(value, made)
    return made
  }
  const movedOrigin = (op: Op, emit: Emit): Narrow | null => {
    const before = movedBy(op).map((input) => origin(input, emit))
    const [first] = before
    if (first === null || first === undefined || before.includes(null)) return null
    return moved(op, first.dtype, (input) => origin(input, emit) ?? input, emit)
  }
  const into = (region: Region, input: Value, emit: Emit): Value => {
    const key = `${region.number} ${numberOf(input)}`
    const found = copies.get(key)
    if (found !== undefined) return found
    const source = origin(input, emit)
    if (source === null) return input
    const made = cast(emit, source, 'float32', null, region)
    copies.set(key, made)
    return made
  }
  return rewrite(traced, (op, inputs, emit) => {
    const { region } = op
    if (region !== null) {
      const nearer = inputs.map((input) => into(region, input, emit))
      return emit({ ...op, inputs: nearer, forms: op.outputs }).outputs
    }
    const [source] = inputs
    const isRounding = op.name === 'Cast' && op.outputs.some(isNarrowValue)
    if (isRounding && source !== undefined && source.op.region !== null)
      return emit({ ...op, inputs, forms: op.outputs, region: source.op.region }).outputs
    return null
  })
}
