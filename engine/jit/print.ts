// A trace in, one line for each op out: `%7 = MatMul(%3, %5) : f32[32,768]`.
import type { DType, OpAttr, TensorForm } from '../backends/graph-verbs.ts'
import type { Op, Traced, Value } from './traced.ts'

const SHORT: Record<DType, string> = {
  float32: 'f32',
  int32: 'i32',
  bool: 'bool',
  bfloat16: 'bf16',
  half: 'f16',
}
/** What is told of the form anyway. */
const SILENT = new Set(['T', 'Tidx', 'Tshape', 'Tperm', 'Index', 'SrcT', 'DstT', 'Truncate', 'N'])

/** `f32[32,128]` */
export function formText({ dtype, shape }: TensorForm): string {
  return `${SHORT[dtype]}[${shape.join(',')}]`
}

/** The whole of it, for reading and for comparing in tests. */
export function printTraced({ ops, results }: Traced): string {
  const names = new Map<Value, string>()
  const nameOf = (value: Value): string => names.get(value) ?? '%?'
  const lines = ops.map((op) => {
    op.outputs.forEach((value) => names.set(value, `%${names.size}`))
    const outputs = op.outputs.map(nameOf).join(', ')
    const where = op.region === null ? '' : ` in ${op.region.name}#${op.region.number}`
    return `${outputs} = ${op.name}(${argumentsOf(op, nameOf)}) : ${op.outputs.map(formText).join(', ')}${where}`
  })
  return [...lines, `return ${results.map(nameOf).join(', ')}`].join('\n')
}

function argumentsOf({ inputs, attrs, constant }: Op, nameOf: (value: Value) => string): string {
  if (constant !== null) {
    return 'uniform' in constant
      ? String(constant.uniform)
      : Array.from(constant.values).slice(0, 8).join(' ')
  }
  const told = Object.entries(attrs)
    .filter(([name, attr]) => !SILENT.has(name) && !('bool' in attr && !attr.bool))
    .map(([name, attr]) => `${name}=${attrText(attr)}`)
  return [...inputs.map(nameOf), ...told].join(', ')
}

function attrText(attr: OpAttr): string {
  if ('type' in attr) return SHORT[attr.type]
  return String(Object.values(attr)[0])
}
