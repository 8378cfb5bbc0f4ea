// A checkpoint in, the facts about each of its variables out: every value read once, against its checksum, and none kept.
import type { VariableFacts } from '../spec/model-report.ts'
import { badCheckpoint } from './bad-checkpoint.ts'
import { lookThrough, readTensor, type Bundle } from './bundle-reader.ts'
import type { TensorData } from './named-tensor.ts'
import { firstNotFinite } from './summarise.ts'

/** `onRead` hears of as much. */
const TOLD_BYTES = 16 * 1024 * 1024

/**
 * @returns in the order of the index
 * @throws EngineFailure 'bad-checkpoint', also for values that are no numbers, all of which are named
 */
export async function checkValues(
  bundle: Bundle,
  onRead: (done: number, total: number) => void,
): Promise<VariableFacts[]> {
  const variables = [...bundle.variables.values()]
  const total = variables.reduce((sum, { bytes }) => sum + bytes, 0)
  const squares = new Map(variables.map(({ name }) => [name, 0]))
  let done = 0
  let told = 0
  await lookThrough(bundle, (name, values) => {
    squares.set(name, (squares.get(name) ?? 0) + sumOfSquares(values))
    done += values.byteLength
    if (done - told < TOLD_BYTES && done < total) return
    told = done
    onRead(done, total)
  })
  const faults: string[] = []
  const facts = variables.map(({ name, dtype, shape, bytes }) => {
    return { name, dtype, shape: [...shape], bytes, l2_norm: Math.sqrt(squares.get(name) ?? 0) }
  })
  for (const { name, l2_norm } of facts)
    if (!Number.isFinite(l2_norm)) faults.push(await faultOf(bundle, name))
  if (faults.length === 0) return facts
  throw badCheckpoint(
    bundle.prefix,
    `it holds values that are no numbers: ${faults.join('; ')}. The run that made it diverged.`,
  )
}

async function faultOf(bundle: Bundle, name: string): Promise<string> {
  const read = await readTensor(bundle, name)
  const place = firstNotFinite(read) ?? 0
  return `${name} (value ${place} is ${String(read.data[place])})`
}

/** In double precision, by four sums at a time, which do not wait for each other. Not finite where a value is not. */
function sumOfSquares(values: TensorData): number {
  let [a, b, c, d] = [0, 0, 0, 0]
  if (!(values instanceof Float32Array)) {
    for (const value of values) a += Number(value) ** 2
    return a
  }
  const whole = values.length & ~3
  for (let at = 0; at < whole; at += 4) {
    a += values[at]! * values[at]!
    b += values[at + 1]! * values[at + 1]!
    c += values[at + 2]! * values[at + 2]!
    d += values[at + 3]! * values[at + 3]!
  }
  for (let at = whole; at < values.length; at++) a += values[at]! * values[at]!
  return a + b + c + d
}
