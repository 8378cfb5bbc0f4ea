// A step to run both ways in, the first op whose numbers differ told by an error.
import type { Tensor, TypedArray } from '@tensorflow/tfjs-core'
import type { GraphVerbs } from '../backends/graph-verbs.ts'
import type { Compiled } from './compile.ts'
import type { Program } from './program.ts'
import { formText } from './print.ts'
import { isNarrow, type Op, type Value } from './traced.ts'

export type Check = {
  /** Largest difference that is none, as a share of the largest number of a tensor. */
  tolerance: number
  /** Whether the compiled program computes in a type that large numbers exceed: a step in which one did is not compared, for its update is not made. */
  overflows?: boolean
  /** The variable, a scalar, that a stretch of the step is larger by: from where it comes in to where it is divided by. */
  scaled_by?: string
}

/** What a tensor's largest number is taken for at least: below it lie gradients of rounding alone, which no two ways agree on. */
const LEAST_LARGEST = 0.01
/** Likewise for quotients: Adam's makes numbers of such a gradient. */
const LEAST_QUOTIENT = 1
/** Likewise for results: where a region holds the whole update, a weight that nothing hangs on moves by such a quotient. */
const LEAST_RESULT = 1
const DIVISIONS: ReadonlySet<string> = new Set(['RealDiv', 'Div'])
const QUOTIENTS: ReadonlySet<string> = new Set([...DIVISIONS, 'Rsqrt', 'Reciprocal'])

/**
 * Runs `step` op by op and compares each with the compiled program's, as far as it is one of its own there; the program writes
 * nothing meanwhile. An op that was compared goes on with the program's numbers: each is judged on the same inputs, and roundings
 * do not add up, which a quotient of two roundings would blow up. @throws Error that names the first op that differs
 * @returns what `step` returned
 */
export function checkOps<Result>(
  verbs: GraphVerbs,
  { tolerance, overflows = false, scaled_by }: Check,
  compiled: Compiled,
  program: Program,
  feeds: readonly Tensor[],
  step: () => Result,
): Result {
  const seen = new Map<number, { op: Op; values: TypedArray }>()
  const scaled = scaledValues(program, scaled_by)
  const wanted = [...scaled.by, ...opsOf(program)]
  let scale = 1
  compiled.within(program, feeds, wanted).forEach((tensor, index) => {
    const values = tensor.dataSync()
    const op = wanted[index]?.op
    if (op?.noted != null) seen.set(op.noted, { op, values })
    else scale = values[0] ?? scale
    tensor.dispose()
  })
  if (overflows && [...seen.values()].some(({ values }) => !values.every(Number.isFinite))) return step()
  let count = 0
  return verbs.tap(({ op, outputs }) => {
    const at = count++
    const found = seen.get(at)
    const [first] = outputs
    if (found === undefined || first === undefined) return null
    const what = `op ${at}, ${op} ${formText(first.form)}`
    const least = QUOTIENTS.has(op) ? LEAST_QUOTIENT : LEAST_LARGEST
    const larger = found.op.outputs.some((value) => scaled.all.has(value)) ? scale : 1
    compare(what, first.read(), found.values, tolerance, least * larger)
    return found.values
  }, step)
}

/** @throws Error when a result differs */
export function checkResults(
  { tolerance, overflows = false }: Check,
  eager: readonly Tensor[],
  compiled: readonly Tensor[],
  names: readonly string[],
): void {
  if (overflows && compiled.some((tensor) => !tensor.dataSync().every(Number.isFinite))) return
  eager.forEach((tensor, index) => {
    const other = compiled[index]
    if (other !== undefined)
      compare(
        `the result ${names[index] ?? index}`,
        tensor.dataSync(),
        other.dataSync(),
        tolerance,
        LEAST_RESULT,
      )
  })
}

/** Those that stand by themselves in the graph, in the form in which the eager step makes them. */
function opsOf({ traced }: Program): Value[] {
  return traced.ops.flatMap((op): Value[] => {
    const [value] = op.outputs
    const isThere = op.noted !== null && op.region === null && value !== undefined && !isNarrow(value.dtype)
    return isThere ? [value] : []
  })
}

/** The scale, and what hangs on it until it is divided by it. */
function scaledValues(
  { traced, reads }: Program,
  name: string | undefined,
): { by: Value[]; all: Set<Value> } {
  const by = traced.args.filter((_, at) => name !== undefined && reads[at]?.name === name)
  const all = new Set(by)
  for (const { name: op, inputs, outputs } of traced.ops) {
    const isTakenOut = DIVISIONS.has(op) && inputs.slice(1).some((value) => by.includes(value))
    if (!isTakenOut && inputs.some((value) => all.has(value))) outputs.forEach((value) => all.add(value))
  }
  return { by, all }
}

function compare(
  what: string,
  eager: TypedArray,
  compiled: TypedArray,
  tolerance: number,
  least: number,
): void {
  let largest = 0
  for (const value of eager) if (Math.abs(value) > largest) largest = Math.abs(value)
  for (let at = 0; at < eager.length; at++) {
    const [one, other] = [eager[at] ?? NaN, compiled[at] ?? NaN]
    const isSame = Object.is(one, other) || Math.abs(one - other) <= tolerance * Math.max(largest, least)
    if (!isSame)
      throw new Error(
        `The compiled step differs from the eager one first at ${what}: place ${at} is ${other} compiled, and ${one} eagerly.`,
      )
  }
}
