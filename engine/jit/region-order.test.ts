// Where a region's call stands among the ops around it: after all it uses, before all that use it, whatever a pass has put into it.
import { add, matMul, mul, tensor2d, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { graphVerbs, startNative } from '../backends/native.ts'
import { region } from '../model/region.ts'
import { Runtime } from '../spec/runtime.ts'
import { compilerOn, type Compiler, type Pass } from './jit.ts'
import { castsIntoRegions, narrowProducts } from './passes/narrow-products.ts'

let compilers: Compiler[] = []
beforeAll(async () => {
  await startNative(Runtime.parse({}))
})
afterEach(() => {
  for (const compiler of compilers) compiler.close()
  compilers = []
})

function compiled(step: (x: Tensor) => Tensor, passes: Pass[]): (x: Tensor) => Tensor {
  const verbs = graphVerbs()
  if (verbs === null) throw new Error('There is no native backend.')
  const compiler = compilerOn(verbs, { passes })
  compilers.push(compiler)
  return compiler.jit(step, { donate: false })
}

/** A matrix of halves, which bfloat16 holds exactly. */
const halves = (size: number): Tensor2D =>
  tensor2d(
    Float32Array.from({ length: size * size }, (_, at) => (((at * 7919) % 9) - 4) / 2),
    [size, size],
  )

test('two results of a region, rounded for one product after the other', () => {
  const step = (x: Tensor): Tensor => {
    const { twice, more } = region('two', () => ({ twice: mul(x, 2), more: add(x, 1) }))()
    const first = matMul(twice as Tensor2D, x as Tensor2D) // is rounded and used before the other result is rounded
    return matMul(more as Tensor2D, first)
  }
  const x = halves(32)
  const wanted = step(x).dataSync()
  const largest = Math.max(...wanted.map(Math.abs))
  const got = compiled(step, [narrowProducts('bfloat16'), castsIntoRegions])(x).dataSync()
  got.forEach((value, at) => {
    expect(Math.abs(value - (wanted[at] ?? NaN)) / largest).toBeLessThan(2 ** -7) // what a rounding to 8 bits may take
  })
})

test('a region that needs what others make of its own values is refused by name', () => {
  const step = (x: Tensor): Tensor =>
    region('round_trip', () => {
      const inside = mul(x, 2)
      return add(inside, mul(inside, 3))
    })()
  const split: Pass = (traced) => {
    const [, middle] = traced.ops.filter(({ region: at }) => at !== null)
    const ops = traced.ops.map((op) => (op === middle ? Object.assign(op, { region: null }) : op))
    return { ...traced, ops }
  }
  expect(() => compiled(step, [split])(halves(4))).toThrow(/round_trip/)
})
