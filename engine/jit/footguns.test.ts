// What tracing does to plain-looking code: each surprise, and the way round it.
import {
  add,
  dispose,
  matMul,
  memory,
  mul,
  ones,
  randomUniform,
  reshape,
  scalar,
  square,
  sub,
  sum,
  tensor1d,
  tensor2d,
  tidy,
  type Rank,
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, expect, test } from 'vitest'
import type { GraphVerbs } from '../backends/graph-verbs.ts'
import { dropped, keyedDropout } from '../model/dropout.ts'
import { region } from '../model/region.ts'
import { nativeVerbs } from '../testing/native-verbs.ts'
import { compilerOn, type Compiler } from './jit.ts'

let verbs: GraphVerbs
let compiler: Compiler
beforeAll(async () => {
  verbs = await nativeVerbs()
  compiler = compilerOn(verbs)
})
afterEach(() => compiler.close())

const numbers = (tensor: Tensor): number[] => [...tensor.dataSync()]
/** A step on one vector, which is a variable of the graph. */
const on = <Result extends { [name: string]: Tensor }>(step: (x: Tensor1D) => Result) =>
  compiler.jit(({ x }: { x: Tensor1D }) => step(x), { donate: false })

test('a read inside a step is an error that names the op', () => {
  const step = on((x) => ({ y: mul(x, numbers(square(x))[0] ?? 0) }))
  expect(() => step({ x: tensor1d([1, 2]) })).toThrow(/value of Square \[2\] was read inside a step/)
  // The way round: stay in tensors.
  const whole = on((x) => ({ y: mul(x, square(x)) }))
  expect(numbers(whole({ x: tensor1d([1, 2]) }).y)).toEqual([1, 8])
})

test('a JavaScript number is a constant of the graph', () => {
  let rate = 2
  const step = on((x) => ({ y: mul(x, rate) }))
  expect(numbers(step({ x: tensor1d([1]) }).y)).toEqual([2])
  rate = 3
  expect(numbers(step({ x: tensor1d([1]) }).y)).toEqual([2])
  // The way round: an argument.
  const asked = compiler.jit(({ x }: { x: Tensor1D }, factor: Scalar) => ({ y: mul(x, factor) }), {
    donate: false,
  })
  const x = tensor1d([1])
  expect([2, 3].flatMap((factor) => numbers(asked({ x }, scalar(factor)).y))).toEqual([2, 3])
})

test('random numbers drawn in JavaScript are constants; those of a key are drawn anew', () => {
  const frozen = on((x) => ({ y: add<Tensor>(mul(x, 0), randomUniform([4])) }))
  const x = tensor1d([0, 0, 0, 0])
  expect(numbers(frozen({ x }).y)).toEqual(numbers(frozen({ x }).y))
  const keyed = compiler.jit(
    ({ x: ones }: { x: Tensor1D }, key: Tensor1D) => ({
      y: dropped(ones, keyedDropout(key, 1)(ones.shape, 0.5)),
    }),
    { donate: false },
  )
  const ones = tensor1d(new Array<number>(64).fill(1))
  const drawn = (step: number): number[] => numbers(keyed({ x: ones }, tensor1d([7, step], 'int32')).y)
  expect(drawn(1)).toEqual(drawn(1))
  expect(drawn(1)).not.toEqual(drawn(2))
})

test('a tensor from outside is an error, for it would be a constant', () => {
  const outside = tensor1d([5])
  const step = on((x) => ({ y: add(x, outside) }))
  expect(() => step({ x: tensor1d([1]) })).toThrow(/made outside of the step/)
  expect(numbers(outside)).toEqual([5]) // untouched
})

test('a new state is returned, not assigned: assigning moves a pointer, which no op tells of', () => {
  const step = compiler.jit(({ x }: { x: Tensor1D }) => ({ state: { x: mul<Tensor1D>(x, 2) }, y: sum(x) }), {
    donate: true,
  })
  const first = step({ x: tensor1d([1]) })
  const second = step(first.state)
  expect(numbers(second.state.x)).toEqual([4])
})

test('the state that was handed in is void once it was donated', () => {
  const step = compiler.jit(({ x }: { x: Tensor1D }) => ({ state: { x: mul<Tensor1D>(x, 2) }, y: sum(x) }), {
    donate: true,
  })
  const x = tensor1d([1, 2])
  const { state } = step({ x })
  expect(() => x.dataSync()).toThrow(/x was handed to a compiled step/)
  expect(numbers(state.x)).toEqual([2, 4])
})

test('an op that no result hangs on is not run, and each shape is traced once', () => {
  let traced = 0
  const step = compiler.jit(
    ({ x }: { x: Tensor1D }, y: Tensor1D) => {
      traced += 1
      matMul(reshape(y, [1, -1]), reshape(y, [-1, 1]))
      return { y: add(x, y) }
    },
    { donate: false },
  )
  const x = tensor1d([1])
  for (const length of [1, 3, 1, 3])
    expect(step({ x }, tensor1d(new Array<number>(length).fill(1))).y.shape).toEqual([length])
  expect(traced).toBe(2)
})

test('a matrix product inside a region is an error that names both', () => {
  const step = on((x) => ({ y: region('wrong', () => matMul(reshape(x, [1, -1]), reshape(x, [-1, 1])))() }))
  expect(() => step({ x: tensor1d([1, 2]) })).toThrow(/region wrong holds a \w*MatMul/)
})

test('hundreds of steps leave no handle and no tensor behind', () => {
  const step = compiler.jit(
    ({ w }: { w: Tensor2D }, x: Tensor2D) => {
      const y = matMul(x, w)
      return { state: { w: sub<Tensor2D>(w, mul(matMul(x, y, true), 0.01)) }, loss: sum(square(y)) }
    },
    { donate: true },
  )
  let state = { w: tensor2d([0.5, 0.1, 0.2, 0.3], [2, 2]) }
  const once = (): void => {
    const x = tensor2d([1, 0, 0, 1], [2, 2])
    const { state: next, loss } = tidy(() => step(state, x))
    loss.dataSync()
    dispose([state.w, x, loss])
    state = next
  }
  once()
  once()
  const before = { handles: verbs.handles(), tensors: memory().numTensors }
  for (let count = 0; count < 300; count++) once()
  expect({ handles: verbs.handles(), tensors: memory().numTensors }).toEqual(before)
})

test('two states can take turns in one step', () => {
  const step = compiler.jit(({ x }: { x: Tensor1D }) => ({ state: { x: add<Tensor1D>(x, 1) }, y: sum(x) }), {
    donate: true,
  })
  let [one, other] = [{ x: tensor1d([0]) }, { x: tensor1d([10]) }]
  for (let turn = 0; turn < 3; turn++) {
    one = step(one).state
    other = step(other).state
  }
  expect([numbers(one.x), numbers(other.x)]).toEqual([[3], [13]])
})

test('a product of two numbers of dimensions is an error: TensorFlow 2.21 writes beyond its memory there, and the process may die', () => {
  const [x, w] = [ones<Rank.R4>([13, 1, 3, 4]), ones<Rank.R2>([4, 16])]
  const plain = compiler.jit(({ w }: { w: Tensor }, x: Tensor) => ({ y: matMul(x, w) }), { donate: false })
  expect(() => plain({ w }, x)).toThrow(/product of \[13, 1, 3, 4\] and \[4, 16\]/)
  // The way round: rows of one matrix.
  const rows = compiler.jit(
    ({ w }: { w: Tensor2D }, x: Tensor) => ({
      y: reshape(matMul(reshape<Rank.R2>(x, [-1, 4]), w), [13, 1, 3, 16]),
    }),
    { donate: false },
  )
  expect(new Set(numbers(rows({ w }, x).y))).toEqual(new Set([4]))
})
