// In which order a compiled step adds up several tensors: always the same one, whatever memory TensorFlow could write the sum over.
import { add, addN, mul, tensor1d, type Tensor } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { GraphVerbs } from '../backends/graph-verbs.ts'
import { nativeVerbs } from '../testing/native-verbs.ts'
import { compilerOn, type Compiler } from './jit.ts'

let verbs: GraphVerbs
let compiler: Compiler
beforeAll(async () => {
  verbs = await nativeVerbs()
  compiler = compilerOn(verbs)
})
afterAll(() => compiler.close())

/** Above it float32 has no odd numbers: what is added to it by one is lost. */
const EVEN_ONLY = 2 ** 24

type Four = { a: Tensor; b: Tensor; c: Tensor; d: Tensor }

const WAYS: Record<string, (terms: [Tensor, Tensor, Tensor, Tensor]) => Tensor> = {
  'one after the other': ([a, b, c, d]) => add(add(add(a, b), c), d),
  'in one op': (terms) => addN(terms),
}

/** c is made in the step, so that a sum may be written over it; a and b come from outside and may not be written over. */
const stepOf =
  (sum: (typeof WAYS)[string]) =>
  ({ a, b, c, d }: Four): { total: Tensor } => ({ total: sum([a, b, mul(c, 2), mul(d, 2)]) })

test.each(Object.entries(WAYS))('four tensors, added %s', (_, sum) => {
  const length = 5000
  const filled = (value: number): Tensor => tensor1d(new Float32Array(length).fill(value))
  const terms = { a: filled(EVEN_ONLY), b: filled(1), c: filled(-EVEN_ONLY / 2), d: filled(1.5) }
  // (2²⁴ + 1) + (-2²⁴ + 3), where the 1 is lost; TensorFlow would begin with c, over which it may write: (-2²⁴ + 1) + 2²⁴ + 3.
  const { total } = compiler.jit(stepOf(sum), { donate: false })(terms)
  expect(new Set(total.dataSync())).toEqual(new Set([3]))
})
