// A trace in, the same with each computation done once out: equal ops on equal inputs are one op.
import { formText } from '../print.ts'
import { rewrite, type Constant, type Op, type Traced, type Value } from '../traced.ts'

/** Random ops included: they hang on their key alone. Ops of different regions stay apart, for each region is a function. */
export function shareCommon(traced: Traced): Traced {
  const numbers = new Map<Value, number>()
  const numberOf = (value: Value): number => {
    const found = numbers.get(value)
    if (found !== undefined) return found
    numbers.set(value, numbers.size)
    return numbers.size - 1
  }
  const seen = new Map<string, readonly Value[]>()
  return rewrite(traced, (op, inputs, emit) => {
    const key = [
      op.name,
      op.region?.number ?? '',
      JSON.stringify(op.attrs),
      inputs.map(numberOf).join(),
      op.constant === null ? '' : constantKey(op.constant, op),
    ].join('|')
    const found = seen.get(key)
    if (found !== undefined) return found
    const { outputs } = emit({ ...op, inputs, forms: op.outputs })
    seen.set(key, outputs)
    return outputs
  })
}

function constantKey(constant: Constant, { outputs }: Op): string {
  const form = outputs.map(formText).join()
  if ('uniform' in constant) return `${form} ${Object.is(constant.uniform, -0) ? '-0' : constant.uniform}`
  const { buffer, byteOffset, byteLength } = constant.values
  return `${form} ${Buffer.from(buffer, byteOffset, byteLength).toString('base64')}`
}
