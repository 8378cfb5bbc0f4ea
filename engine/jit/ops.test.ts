// Every op that a step may have, eager and compiled: the same numbers, dtype and shape.
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nativeVerbs } from '../testing/native-verbs.ts'
import { compilerOn, eager, type Compiler } from './jit.ts'

let compiler: Compiler = eager
beforeAll(async () => {
  compiler = compilerOn(await nativeVerbs())
})
afterAll(() => compiler.close())

type Inputs = {
  /** [2, 3], of both signs. */
  x: tf.Tensor2D
  /** [2, 3], above 0. */
  p: tf.Tensor2D
  /** [3] */
  row: tf.Tensor1D
  /** [3, 4] */
  wide: tf.Tensor2D
  /** [2, 2, 3] */
  cube: tf.Tensor3D
  /** int32 [4], rows of `wide`. */
  ids: tf.Tensor1D
  /** int32 [2] */
  key: tf.Tensor1D
}

const inputs = (): Inputs => ({
  x: tf.tensor2d([1.5, -2, 0, 0.25, -0.5, 3], [2, 3]),
  p: tf.tensor2d([1.5, 2, 1, 0.25, 0.5, 3], [2, 3]),
  row: tf.tensor1d([0.5, -1, 2]),
  wide: tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [3, 4]),
  cube: tf.tensor3d([1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6], [2, 2, 3]),
  ids: tf.tensor1d([2, 0, 2, 1], 'int32'),
  key: tf.tensor1d([3, 4], 'int32'),
})

const draw = (kernel: string, seed: tf.Tensor): tf.Tensor =>
  tf.engine().runKernel<tf.Tensor>(kernel, { seed }, { shape: [2, 2] })

const OPS: Record<string, (inputs: Inputs) => tf.Tensor | tf.Tensor[]> = {
  abs: ({ x }) => tf.abs(x),
  'add with a row': ({ x, row }) => tf.add(x, row),
  addN: ({ x, p }) => tf.addN([x, p, x]),
  argMax: ({ x }) => tf.argMax(x, -1),
  'batched product': ({ cube }) => tf.matMul(cube, cube, false, true),
  'batched product of turned': ({ cube }) => tf.matMul(cube, cube, true, false),
  'bits of words': ({ ids, key }) =>
    ['BitwiseAnd', 'BitwiseXor', 'RightShift'].map((kernel) => {
      const word = tf.sub(draw('StatelessRandomUniformFullInt', key), tf.scalar(1, 'int32'))
      return tf.engine().runKernel<tf.Tensor>(kernel, { a: word, b: tf.slice(ids, [0], [2]) })
    }),
  cast: ({ x }) => [tf.cast(x, 'int32'), tf.cast(x, 'bool'), tf.cast(tf.cast(x, 'int32'), 'float32')],
  concat: ({ x, p }) => [tf.concat([x, p], 0), tf.concat([x, p], -1)],
  comparisons: ({ x, row }) => [
    tf.greater(x, row),
    tf.greaterEqual(x, row),
    tf.less(x, row),
    tf.lessEqual(x, row),
    tf.equal(x, row),
    tf.notEqual(x, row),
  ],
  div: ({ x, p }) => tf.div(x, p),
  'division of whole numbers': ({ ids, key }) => tf.floorDiv(tf.slice(ids, [2], [2]), key),
  exp: ({ x }) => [tf.exp(x), tf.expm1(x)],
  fill: ({ x }) => tf.add(x, tf.fill([2, 3], 2)),
  'finite or not': ({ x }) => [tf.isFinite(tf.div(1, x)), tf.isInf(tf.div(1, x)), tf.isNaN(tf.log(x))],
  gather: ({ wide, ids }) => tf.gather(wide, ids),
  logic: ({ x, row }) => [
    tf.logicalAnd(tf.greater(x, 0), tf.greater(row, 0)),
    tf.logicalOr(tf.greater(x, 0), tf.greater(row, 0)),
    tf.logicalNot(tf.greater(x, 0)),
  ],
  log: ({ p }) => [tf.log(p), tf.log1p(p)],
  logSoftmax: ({ x }) => tf.logSoftmax(x),
  product: ({ x, wide }) => tf.matMul(x, wide),
  'product of turned': ({ x, p }) => [tf.matMul(x, p, true, false), tf.matMul(x, p, false, true)],
  'maximum and minimum': ({ x, row }) => [tf.maximum(x, row), tf.minimum(x, row)],
  'mul, sub, neg': ({ x, row }) => [tf.mul(x, row), tf.sub(x, row), tf.neg(x)],
  oneHot: ({ ids }) => tf.oneHot(ids, 3, 1, 0, 'float32'),
  'ones and zeros alike': ({ x }) => [tf.onesLike(x), tf.zerosLike(x)],
  pad: ({ x }) =>
    tf.pad(x, [
      [1, 0],
      [0, 2],
    ]),
  pow: ({ p }) => tf.pow(p, 1.5),
  'random numbers of a key': ({ key }) => [draw('StatelessRandomUniformFullInt', key)],
  relu: ({ x }) => tf.relu(x),
  reshape: ({ x }) => [tf.reshape(x, [3, 2]), tf.reshape(x, [-1])],
  roots: ({ p }) => [tf.sqrt(p), tf.rsqrt(p), tf.reciprocal(p)],
  sigmoid: ({ x }) => tf.sigmoid(x),
  'sign and step': ({ x }) => [tf.sign(x), tf.step(x)],
  slice: ({ x }) => [tf.slice(x, [0, 1], [2, 2]), tf.slice(x, 1, 1)],
  softmax: ({ x }) => tf.softmax(x),
  split: ({ wide }) => tf.split(wide, [1, 3], 1),
  square: ({ x, row }) => [tf.square(x), tf.squaredDifference(x, row)],
  stack: ({ x, p }) => tf.stack([x, p]),
  'sums, means and extremes': ({ x }) => [
    tf.sum(x),
    tf.sum(x, 0),
    tf.sum(x, -1, true),
    tf.mean(x, -1, true),
    tf.max(x, -1),
    tf.min(x, 0),
  ],
  tanh: ({ x }) => tf.tanh(x),
  tile: ({ x }) => tf.tile(x, [2, 1]),
  topk: ({ x }) => {
    const { values, indices } = tf.topk(x, 2)
    return [values, indices]
  },
  transpose: ({ cube }) => tf.transpose(cube, [2, 0, 1]),
  unsortedSegmentSum: ({ wide }) => tf.unsortedSegmentSum(wide, tf.tensor1d([1, 0, 1], 'int32'), 3),
  where: ({ x, p }) => [tf.where(tf.greater(x, 0), x, p), tf.where(tf.greater(x, 0), x, tf.onesLike(x))],
}

test('all ops as one graph are the ops one by one', () => {
  const all = ({ of }: { of: Inputs }): Record<string, tf.Tensor> =>
    Object.fromEntries(
      Object.entries(OPS).flatMap(([name, op]) =>
        [op(of)].flat().map((tensor, index): [string, tf.Tensor] => [`${name} ${index}`, tensor]),
      ),
    )
  const of = inputs()
  const plain = all({ of })
  const compiled = compiler.jit(all, { donate: false })({ of })
  expect(Object.keys(compiled)).toEqual(Object.keys(plain))
  for (const [name, tensor] of Object.entries(plain)) {
    const found = compiled[name]
    expect(found?.dtype, name).toBe(tensor.dtype)
    expect(found?.shape, name).toEqual(tensor.shape)
    const [want, have] = [tensor.dataSync(), found?.dataSync() ?? []]
    expect(have.length).toBe(want.length)
    want.forEach((value, at) => {
      if (Number.isFinite(value))
        expect(Math.abs(value - (have[at] ?? NaN)), name).toBeLessThan(1e-6 * Math.max(1, Math.abs(value)))
      else expect(have[at], name).toBe(value)
    })
  }
})

test('an op without a rule is told by its name', () => {
  const step = compiler.jit(({ x }: { x: tf.Tensor2D }) => ({ y: tf.cos(x) }), { donate: false })
  expect(() => step({ x: tf.tensor2d([[1]]) })).toThrow(/no rule for the op Cos/)
})
