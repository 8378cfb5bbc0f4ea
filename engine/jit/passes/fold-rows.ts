// A trace in, the same with what regions take of long rows (sums, means, softmax) cut into parts out: XLA takes a row one number after the other.
import type { OpAttrs, TensorForm } from '../../backends/graph-verbs.ts'
import { numbersOf, only, rewrite, type Emit, type Op, type Traced, type Value } from '../traced.ts'

/** Parts of a row that are folded onto each other, many numbers at a time, before the rest is taken one by one. */
const PARTS = 8

/** Numbers of a row from which that is worth it. */
const LEAST_WIDTH = 64

/**
 * A pass: the sum of a row of 8·m numbers becomes that of m sums of eight, and so does its largest. A compiler may not reorder
 * floating point by itself, so that each step of a plain sum waits for the one before. The result is as near to the exact one.
 */
export function foldRows(traced: Traced): Traced {
  return rewrite(traced, (op, inputs, emit) => {
    const [x, axes] = inputs
    if (x === undefined || !isLong(x) || op.region === null) return null
    if (op.name === 'Softmax') return [softmaxOf(x, op, emit)]
    if (axes === undefined || !isAlongRows(op)) return null
    if (op.name === 'Sum')
      return emit({ ...op, inputs: [fold(x, 'AddV2', op, emit), axes], forms: op.outputs }).outputs
    return op.name === 'Mean' ? [meanOf(x, axes, op, emit)] : null
  })
}

const FLOAT: OpAttrs = { T: { type: 'float32' } }

function isLong({ dtype, shape }: Value): boolean {
  const width = shape.at(-1) ?? 0
  return dtype === 'float32' && width >= LEAST_WIDTH && width % PARTS === 0
}

function isAlongRows({ name, inputs: [x, axes] }: Op): boolean {
  if (x === undefined || axes === undefined || (name !== 'Sum' && name !== 'Mean')) return false
  const [axis, ...more] = numbersOf(axes)
  return more.length === 0 && (axis === -1 || axis === x.shape.length - 1)
}

function meanOf(x: Value, axes: Value, { attrs, outputs: forms, region, noted }: Op, emit: Emit): Value {
  const folded = fold(x, 'AddV2', { region }, emit)
  const mean = only(emit({ name: 'Mean', attrs, inputs: [folded, axes], forms, region }))
  const eighth = constant('float32', Float32Array.of(1 / PARTS), emit) // exact
  return only(emit({ name: 'Mul', attrs: FLOAT, inputs: [mean, eighth], forms, region, noted }))
}

/** exp(x − the row's largest), and that divided by its sum. */
function softmaxOf(x: Value, { outputs: forms, region, noted }: Op, emit: Emit): Value {
  const last = constant('int32', Int32Array.of(x.shape.length - 1), emit)
  const along = { T: { type: 'float32' }, Tidx: { type: 'int32' }, keep_dims: { bool: true } } as const
  const one = { dtype: 'float32', shape: [...x.shape.slice(0, -1), 1] } as const
  const taken = (name: 'Max' | 'Sum', by: Folding, of: Value): Value =>
    only(emit({ name, attrs: along, inputs: [fold(of, by, { region }, emit), last], forms: [one], region }))
  const pointwise = (name: string, inputs: Value[], at: number | null = null): Value =>
    only(emit({ name, attrs: FLOAT, inputs, forms, region, noted: at }))
  const raised = pointwise('Exp', [pointwise('Sub', [x, taken('Max', 'Maximum', x)])])
  return pointwise('RealDiv', [raised, taken('Sum', 'AddV2', raised)], noted)
}

type Folding = 'AddV2' | 'Maximum'

/** [..., 8·m] → [..., m]: the parts of the rows folded onto each other, in pairs. */
function fold(x: Value, name: Folding, { region }: Pick<Op, 'region'>, emit: Emit): Value {
  const width = (x.shape.at(-1) ?? 0) / PARTS
  const form: TensorForm = { dtype: 'float32', shape: [...x.shape.slice(0, -1), width] }
  const sizes = constant('int32', new Int32Array(PARTS).fill(width), emit, [PARTS])
  const { outputs } = emit({
    name: 'SplitV',
    attrs: { ...FLOAT, Tlen: { type: 'int32' }, num_split: { int: PARTS } },
    inputs: [x, sizes, constant('int32', Int32Array.of(x.shape.length - 1), emit)],
    forms: new Array<TensorForm>(PARTS).fill(form),
    region,
  })
  const folded = (parts: readonly Value[]): Value => {
    const [first, second] = parts
    if (first === undefined || second === undefined) return first ?? x
    const inputs = [folded(parts.slice(0, parts.length / 2)), folded(parts.slice(parts.length / 2))]
    return only(emit({ name, attrs: FLOAT, inputs, forms: [form], region }))
  }
  return folded(outputs)
}

function constant(
  dtype: 'float32' | 'int32',
  values: Float32Array | Int32Array,
  emit: Emit,
  shape: number[] = [],
): Value {
  return only(emit({ name: 'Const', forms: [{ dtype, shape }], constant: { values } }))
}
