// The TensorFlow ops that a step may have: what each gives, by the forms of what it takes. One line for an op.
import type { DType, OpAttrs, TensorForm } from '../backends/graph-verbs.ts'
import { numbersOf, type Value } from './traced.ts'

type Infer = (inputs: readonly Value[], attrs: OpAttrs) => TensorForm[]
type OpRule = {
  infer: Infer
  /** What TensorFlow calls its output: needed where the op stands in a function. */
  output: string
}

/** @throws Error that names the op when there is no rule for it */
export function ruleOf(name: string): OpRule {
  const rule = OPS[name]
  if (rule === undefined)
    throw new Error(
      `A compiled step has no rule for the op ${name}; add it to engine/jit/ops.ts, or use another op.`,
    )
  return rule
}

/** Products stay outside of regions, and are what a narrow type is for. */
export const PRODUCTS: ReadonlySet<string> = new Set(['MatMul', 'BatchMatMulV2'])

const same: Infer = ([x]) => [form(x)]
const pointwise: Infer = ([a, b]) => [
  { dtype: form(a).dtype, shape: broadcast(form(a).shape, form(b).shape) },
]
const compared: Infer = ([a, b]) => [{ dtype: 'bool', shape: broadcast(form(a).shape, form(b).shape) }]
const asked: Infer = ([x]) => [{ dtype: 'bool', shape: form(x).shape }]

const unary = (output: string): OpRule => ({ infer: same, output })
const binary: OpRule = { infer: pointwise, output: 'z' }
const comparison: OpRule = { infer: compared, output: 'z' }
const reduction: OpRule = { infer: reduced, output: 'output' }

const OPS: Readonly<Record<string, OpRule>> = {
  Abs: unary('y'),
  Add: binary,
  AddN: { infer: same, output: 'sum' },
  AddV2: binary,
  ArgMax: {
    infer: ([x, axis], attrs) => [
      { dtype: dtypeAttr(attrs, 'output_type'), shape: without(form(x).shape, axesOf(x, axis)) },
    ],
    output: 'output',
  },
  BatchMatMulV2: { infer: batchProduct, output: 'output' },
  BitwiseAnd: binary,
  BitwiseXor: binary,
  BroadcastTo: { infer: ([x, shape]) => [{ dtype: form(x).dtype, shape: numbers(shape) }], output: 'output' },
  Cast: { infer: ([x], attrs) => [{ dtype: dtypeAttr(attrs, 'DstT'), shape: form(x).shape }], output: 'y' },
  ConcatV2: { infer: concatenated, output: 'output' },
  Const: { infer: () => [], output: 'output' },
  Cumsum: unary('out'),
  Div: binary,
  DivNoNan: binary,
  Equal: comparison,
  Erf: unary('y'),
  Exp: unary('y'),
  Expm1: unary('y'),
  Fill: {
    infer: ([shape, value]) => [{ dtype: form(value).dtype, shape: numbers(shape) }],
    output: 'output',
  },
  FloorDiv: binary,
  GatherV2: { infer: gathered, output: 'output' },
  Greater: comparison,
  GreaterEqual: comparison,
  Identity: unary('output'),
  IsFinite: { infer: asked, output: 'y' },
  IsInf: { infer: asked, output: 'y' },
  IsNan: { infer: asked, output: 'y' },
  Less: comparison,
  LessEqual: comparison,
  Log: unary('y'),
  Log1p: unary('y'),
  LogSoftmax: unary('logsoftmax'),
  LogicalAnd: comparison,
  LogicalNot: unary('y'),
  LogicalOr: comparison,
  MatMul: { infer: product, output: 'product' },
  Max: reduction,
  Maximum: binary,
  Mean: reduction,
  Min: reduction,
  Minimum: binary,
  Mul: binary,
  Neg: unary('y'),
  NotEqual: comparison,
  OneHot: {
    infer: ([indices, depth], attrs) => [
      { dtype: dtypeAttr(attrs, 'T'), shape: [...form(indices).shape, ...numbers(depth)] },
    ],
    output: 'output',
  },
  OnesLike: unary('y'),
  Pack: { infer: packed, output: 'output' },
  PadV2: {
    infer: ([x, paddings]) => {
      const around = numbers(paddings)
      return [
        {
          dtype: form(x).dtype,
          shape: form(x).shape.map(
            (size, axis) => size + (around[2 * axis] ?? 0) + (around[2 * axis + 1] ?? 0),
          ),
        },
      ]
    },
    output: 'output',
  },
  Pow: binary,
  Prod: reduction,
  RealDiv: binary,
  Reciprocal: unary('y'),
  Relu: unary('activations'),
  Reshape: { infer: reshaped, output: 'output' },
  RightShift: binary,
  Rsqrt: unary('y'),
  Select: { infer: ([, t]) => [form(t)], output: 'output' },
  SelectV2: {
    infer: ([condition, t, e]) => [
      {
        dtype: form(t).dtype,
        shape: broadcast(form(condition).shape, broadcast(form(t).shape, form(e).shape)),
      },
    ],
    output: 'output',
  },
  Sigmoid: unary('y'),
  Sign: unary('y'),
  Slice: { infer: sliced, output: 'output' },
  Softmax: unary('softmax'),
  Softplus: unary('activations'),
  SplitV: {
    infer: ([x, sizes, axis]) => {
      const [at] = axesOf(x, axis)
      return numbers(sizes).map((length) => ({
        dtype: form(x).dtype,
        shape: form(x).shape.map((size, index) => (index === at ? length : size)),
      }))
    },
    output: 'output',
  },
  Sqrt: unary('y'),
  Square: unary('y'),
  SquaredDifference: binary,
  StatelessRandomUniform: { infer: drawn, output: 'output' },
  StatelessRandomUniformFullInt: { infer: drawn, output: 'output' },
  Sub: binary,
  Sum: reduction,
  Tanh: unary('y'),
  Tile: {
    infer: ([x, multiples]) => {
      const times = numbers(multiples)
      return [{ dtype: form(x).dtype, shape: form(x).shape.map((size, axis) => size * (times[axis] ?? 1)) }]
    },
    output: 'output',
  },
  TopKV2: {
    infer: ([x, k]) => {
      const shape = [...form(x).shape.slice(0, -1), ...numbers(k)]
      return [
        { dtype: form(x).dtype, shape },
        { dtype: 'int32', shape },
      ]
    },
    output: 'values',
  },
  Transpose: {
    infer: ([x, perm]) => [
      { dtype: form(x).dtype, shape: numbers(perm).map((axis) => form(x).shape[axis] ?? 0) },
    ],
    output: 'y',
  },
  UnsortedSegmentSum: {
    infer: ([data, ids, rows]) => [
      {
        dtype: form(data).dtype,
        shape: [...numbers(rows), ...form(data).shape.slice(form(ids).shape.length)],
      },
    ],
    output: 'output',
  },
  ZerosLike: unary('y'),
}

function form(value: Value | undefined): TensorForm {
  if (value === undefined) throw new Error('An op was noted with too few inputs.')
  return { dtype: value.dtype, shape: value.shape }
}

function numbers(value: Value | undefined): number[] {
  if (value === undefined) throw new Error('An op was noted with too few inputs.')
  return numbersOf(value)
}

function dtypeAttr(attrs: OpAttrs, name: string): DType {
  const attr = attrs[name]
  if (attr === undefined || !('type' in attr))
    throw new Error(`An op was noted without its attribute ${name}.`)
  return attr.type
}

function flag(attrs: OpAttrs, name: string): boolean {
  const attr = attrs[name]
  return attr !== undefined && 'bool' in attr && attr.bool
}

function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, at) => {
    const left = a[at - rank + a.length] ?? 1
    const right = b[at - rank + b.length] ?? 1
    if (left !== right && left !== 1 && right !== 1)
      throw new Error(`Shapes [${a.join(', ')}] and [${b.join(', ')}] do not go together.`)
    return left === 1 ? right : left
  })
}

function axesOf(x: Value | undefined, axis: Value | undefined): number[] {
  const rank = form(x).shape.length
  return numbers(axis).map((at) => (at < 0 ? at + rank : at))
}

function without(shape: readonly number[], axes: readonly number[]): number[] {
  return shape.filter((_, at) => !axes.includes(at))
}

function reduced([x, axis]: readonly Value[], attrs: OpAttrs): TensorForm[] {
  const { dtype, shape } = form(x)
  const axes = axesOf(x, axis)
  const kept = flag(attrs, 'keep_dims')
    ? shape.map((size, at) => (axes.includes(at) ? 1 : size))
    : without(shape, axes)
  return [{ dtype, shape: kept }]
}

function product([a, b]: readonly Value[], attrs: OpAttrs): TensorForm[] {
  return [{ dtype: form(a).dtype, shape: inner(form(a), form(b), attrs, 'transpose_a', 'transpose_b') }]
}

/** @throws Error where the two have different numbers of dimensions: with four dimensions oneDNN in TensorFlow 2.21 writes beyond its memory */
function batchProduct([a, b]: readonly Value[], attrs: OpAttrs): TensorForm[] {
  if (form(a).shape.length !== form(b).shape.length)
    throw new Error(
      `A product of [${form(a).shape.join(', ')}] and [${form(b).shape.join(', ')}]: TensorFlow may write beyond its memory there; reshape them to the same number of dimensions, or the first to a matrix.`,
    )
  const batch = broadcast(form(a).shape.slice(0, -2), form(b).shape.slice(0, -2))
  return [{ dtype: form(a).dtype, shape: [...batch, ...inner(form(a), form(b), attrs, 'adj_x', 'adj_y')] }]
}

function inner(a: TensorForm, b: TensorForm, attrs: OpAttrs, turnsA: string, turnsB: string): number[] {
  const rows = a.shape.at(flag(attrs, turnsA) ? -1 : -2) ?? 0
  const columns = b.shape.at(flag(attrs, turnsB) ? -2 : -1) ?? 0
  return [rows, columns]
}

function concatenated(inputs: readonly Value[]): TensorForm[] {
  const parts = inputs.slice(0, -1)
  const first = form(parts[0])
  const [axis = 0] = axesOf(parts[0], inputs.at(-1))
  const total = parts.reduce((sum, part) => sum + (part.shape[axis] ?? 0), 0)
  return [{ dtype: first.dtype, shape: first.shape.map((size, at) => (at === axis ? total : size)) }]
}

function packed(inputs: readonly Value[], attrs: OpAttrs): TensorForm[] {
  const { dtype, shape } = form(inputs[0])
  const attr = attrs['axis']
  const axis = attr !== undefined && 'int' in attr ? attr.int : 0
  const at = axis < 0 ? axis + shape.length + 1 : axis
  return [{ dtype, shape: [...shape.slice(0, at), inputs.length, ...shape.slice(at)] }]
}

function reshaped([x, wanted]: readonly Value[]): TensorForm[] {
  const { dtype, shape } = form(x)
  const sizes = numbers(wanted)
  const rest = sizes.reduce((product_, size) => (size === -1 ? product_ : product_ * size), 1)
  const total = shape.reduce((product_, size) => product_ * size, 1)
  return [{ dtype, shape: sizes.map((size) => (size === -1 ? total / rest : size)) }]
}

function sliced([x, begin, size]: readonly Value[]): TensorForm[] {
  const { dtype, shape } = form(x)
  const from = numbers(begin)
  return [
    {
      dtype,
      shape: numbers(size).map((length, at) => (length === -1 ? (shape[at] ?? 0) - (from[at] ?? 0) : length)),
    },
  ]
}

function gathered([x, indices, axis]: readonly Value[], attrs: OpAttrs): TensorForm[] {
  const { dtype, shape } = form(x)
  const [at = 0] = axesOf(x, axis)
  const attr = attrs['batch_dims']
  const batch = attr !== undefined && 'int' in attr ? attr.int : 0
  return [
    { dtype, shape: [...shape.slice(0, at), ...form(indices).shape.slice(batch), ...shape.slice(at + 1)] },
  ]
}

function drawn([shape]: readonly Value[], attrs: OpAttrs): TensorForm[] {
  return [{ dtype: dtypeAttr(attrs, 'dtype'), shape: numbers(shape) }]
}
