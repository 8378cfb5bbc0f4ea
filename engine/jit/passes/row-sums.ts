// A trace in, the same with the long sums along rows in regions cut into parts out: XLA adds a row up one number after the other.
import { numbersOf, only, rewrite, type Emit, type Op, type Traced, type Value } from '../traced.ts'

/** Parts of a row that are added to each other, many numbers at a time, before what is left is added up. */
const PARTS = 8

/** Numbers of a row from which that is worth it. */
const LEAST_WIDTH = 64

/**
 * A pass: the sum of a row of 8·m numbers becomes that of m sums of eight. A compiler may not reorder floating point by itself, so
 * that each addition of a plain sum waits for the one before. The result is as near to the exact sum, and nearer for long rows.
 */
export function rowSums(traced: Traced): Traced {
  return rewrite(traced, (op, inputs, emit) => {
    const [x, axes] = inputs
    if (x === undefined || axes === undefined || !isLongRowSum(op)) return null
    const { attrs, outputs: forms, region, noted } = op
    const folded = fold(x, op, emit)
    if (op.name === 'Sum') return emit({ ...op, inputs: [folded, axes], forms }).outputs
    const eighth = only(emit({ name: 'Const', forms: [scalar], constant: { uniform: 1 / PARTS } })) // exact
    const mean = only(emit({ name: 'Mean', attrs, inputs: [folded, axes], forms, region }))
    return emit({ name: 'Mul', attrs: FLOAT, inputs: [mean, eighth], forms, region, noted }).outputs
  })
}

const FLOAT = { T: { type: 'float32' } } as const
const scalar = { dtype: 'float32', shape: [] } as const

function isLongRowSum({ name, inputs, region }: Op): boolean {
  const [x, axes] = inputs
  if (region === null || x?.dtype !== 'float32' || axes === undefined) return false
  if (name !== 'Sum' && name !== 'Mean') return false
  const width = x.shape.at(-1) ?? 0
  const [axis, ...more] = numbersOf(axes)
  const isLast = more.length === 0 && (axis === -1 || axis === x.shape.length - 1)
  return isLast && width >= LEAST_WIDTH && width % PARTS === 0
}

/** [..., 8·m] → [..., m]: the parts of the rows added up, in pairs. */
function fold(x: Value, { region }: Op, emit: Emit): Value {
  const width = (x.shape.at(-1) ?? 0) / PARTS
  const form = { dtype: 'float32', shape: [...x.shape.slice(0, -1), width] } as const
  const whole = (values: number[]): Value => {
    const forms = [{ dtype: 'int32', shape: values.length === 1 ? [] : [values.length] }] as const
    return only(emit({ name: 'Const', forms, constant: { values: Int32Array.from(values) } }))
  }
  const sizes = whole(new Array<number>(PARTS).fill(width))
  const { outputs } = emit({
    name: 'SplitV',
    attrs: { ...FLOAT, Tlen: { type: 'int32' }, num_split: { int: PARTS } },
    inputs: [x, sizes, whole([x.shape.length - 1])],
    forms: new Array<typeof form>(PARTS).fill(form),
    region,
  })
  const added = (parts: readonly Value[]): Value => {
    const [first, second] = parts
    if (first === undefined || second === undefined) return first ?? x
    const half = parts.length / 2
    const inputs = [added(parts.slice(0, half)), added(parts.slice(half))]
    return only(emit({ name: 'AddV2', attrs: FLOAT, inputs, forms: [form], region }))
  }
  return added(outputs)
}
