// Traces before and after each pass, as text; and what a compiled step in a narrow type gives.
import {
  add,
  addN,
  concat,
  matMul,
  mean,
  mul,
  relu,
  reshape,
  slice,
  softmax,
  sum,
  tensor2d,
  transpose,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import type { GraphVerbs, TensorForm } from '../../backends/graph-verbs.ts'
import { region } from '../../model/region.ts'
import { nativeVerbs } from '../../testing/native-verbs.ts'
import { demandOf } from '../demand.ts'
import { compilerOn } from '../jit.ts'
import { printTraced } from '../print.ts'
import { trace } from '../trace.ts'
import type { Traced } from '../traced.ts'
import { castsIntoRegions, narrowProducts } from './narrow-products.ts'
import { dropUnused } from './drop-unused.ts'
import { foldRows } from './fold-rows.ts'
import { plainProducts } from './plain-products.ts'
import { shareCommon } from './share-common.ts'
import { smallRegions } from './small-regions.ts'
import { sumsInOrder } from './sums-in-order.ts'

let verbs: GraphVerbs
beforeAll(async () => {
  verbs = await nativeVerbs()
})

const matrix = (...shape: number[]): TensorForm => ({ dtype: 'float32', shape })
const traced = (forms: TensorForm[], step: (args: Tensor[]) => Tensor[]): Traced => trace(verbs, forms, step)
const clean = (before: Traced): Traced => shareCommon(dropUnused(before))

test('a trace prints as one line for each op', () => {
  const one = traced([matrix(2, 3), matrix(3, 4)], ([a, b]) => [relu(matMul(a as never, b as never))])
  expect(printTraced(one)).toBe(
    [
      '%0 = Argument() : f32[2,3]',
      '%1 = Argument() : f32[3,4]',
      '%2 = BatchMatMulV2(%0, %1) : f32[2,4]',
      '%3 = Relu(%2) : f32[2,4]',
      'return %3',
    ].join('\n'),
  )
})

test('what no result needs is dropped, and what is the same is done once', () => {
  const one = traced([matrix(2, 2)], ([a]) => {
    relu(a as Tensor)
    return [add(mul(a as Tensor, 2), mul(a as Tensor, 2))]
  })
  expect(one.ops.map(({ name }) => name)).toEqual(['Argument', 'Relu', 'Const', 'Mul', 'Const', 'Mul', 'Add'])
  expect(clean(one).ops.map(({ name }) => name)).toEqual(['Argument', 'Const', 'Mul', 'Add'])
})

const FIVE = [matrix(2), matrix(2), matrix(2), matrix(2), matrix(2)]
/** Additions as text, each with what stands for its terms: `(01)` is the sum of the first two arguments. */
const sumsOf = (one: Traced): string[] => {
  const texts = new Map(one.args.map((value, at) => [value, String(at)]))
  return one.ops.flatMap(({ name, inputs, outputs: [sum] }) => {
    if (sum === undefined || !name.startsWith('Add')) return []
    const text = `(${inputs.map((value) => texts.get(value) ?? '?').join('')})`
    texts.set(sum, text)
    return [text]
  })
}
const chain = ([first, ...others]: Tensor[]): Tensor =>
  others.reduce((sum, next) => add(sum, next), first as Tensor)

const FIRST_FOUR = ['(01)', '(23)', '((01)(23))', '(((01)(23))4)']
test.each<[string, (terms: Tensor[]) => Tensor, string[]]>([
  ['one after the other', chain, FIRST_FOUR],
  ['in one op', (terms) => addN(terms), FIRST_FOUR],
  [
    'to the sum of the others',
    ([first, ...others]) => add(first as Tensor, chain(others)),
    ['(12)', '(34)', '((12)(34))', '(0((12)(34)))'],
  ],
])('terms that are added %s are added in pairs, each as soon as both are there', (_, sum, pairs) => {
  const before = traced(FIVE, (terms) => [sum(terms)])
  const after = clean(sumsInOrder(before))
  expect(sumsOf(after)).toEqual(pairs)
  const last = (one: Traced) => one.results[0]?.op.noted
  expect(last(after)).toBe(last(before)) // which op of the eager step it is compared with
})

test('a sum that is used elsewhere, is a result, is of another shape, or stands in a region stays as it is', () => {
  const one = traced([matrix(2, 3), matrix(2, 3), matrix(3)], (args) => {
    const [a, b, row] = args as [Tensor, Tensor, Tensor]
    const used = add(a, b)
    const result = add(add(used, mul(used, a)), row)
    return [add(result, a), result, region('sum', () => add(add(a, b), b))()]
  })
  expect(printTraced(sumsInOrder(one)).replaceAll('AddV2', 'Add')).toBe(printTraced(one))
})

const NARROW = ['bfloat16', 'half'] as const

test.each(NARROW)(
  'a product is rounded to %s where its operands are; moves between products stay rounded',
  (narrow) => {
    const one = clean(
      traced([matrix(16, 32), matrix(32, 16)], ([a, b]) => {
        const first = matMul<Tensor>(a as never, b as never)
        return [matMul(transpose(reshape(first, [16, 16])) as never, first as never)]
      }),
    )
    const after = clean(narrowProducts(narrow)(one))
    expect(after.ops.map(({ name, outputs }) => `${name} ${outputs[0]?.dtype}`)).toEqual([
      ...[
        'Argument float32',
        'Argument float32',
        `Cast ${narrow}`,
        `Cast ${narrow}`,
        `BatchMatMulV2 ${narrow}`,
      ],
      ...[
        'Const int32',
        'Const int32',
        `Reshape ${narrow}`,
        `Transpose ${narrow}`,
        `BatchMatMulV2 ${narrow}`,
      ],
      'Cast float32',
    ])
  },
)

test.each(NARROW)(
  'what is cut out of a region and laid beside another product is never written in fp32, in %s',
  (narrow) => {
    const one = clean(
      traced([matrix(32, 32), matrix(32, 32)], ([a, b]) => {
        const shifted = region('shift', () => relu(add(matMul(a as never, b as never), 1)))() as Tensor2D
        const halves = [slice(shifted, [0, 0], [16, 32]), slice(shifted, [16, 0], [16, 32])]
        const products = halves.map((half) => matMul(half, b as Tensor2D))
        return [matMul(concat(products, 0) as Tensor2D, b as Tensor2D)]
      }),
    )
    const after = clean(castsIntoRegions(clean(narrowProducts(narrow)(one))))
    const moves = after.ops.filter(({ name }) => name === 'Slice' || name === 'ConcatV2')
    expect(moves.map(({ name, outputs }) => `${name} ${outputs[0]?.dtype}`)).toEqual([
      ...[`Slice ${narrow}`, `Slice ${narrow}`, `ConcatV2 ${narrow}`],
    ])
    const casts = after.ops.filter(({ name, region }) => name === 'Cast' && region === null)
    expect(casts.map(({ inputs }) => inputs[0]?.op.name)).toEqual(['Argument', 'Argument', 'BatchMatMulV2'])
  },
)

test('narrow products stay fp32: the logits of a head', () => {
  const one = clean(traced([matrix(32, 64), matrix(64, 2)], ([a, b]) => [matMul(a as never, b as never)]))
  expect(printTraced(narrowProducts('bfloat16')(one))).toBe(printTraced(one))
})

test.each(NARROW)('roundings to %s go into the regions beside them', (narrow) => {
  const one = clean(
    traced([matrix(32, 32), matrix(32, 32)], ([a, b]) => {
      const product = matMul<Tensor>(a as never, b as never)
      const shifted = region('shift', () => relu(add(product, 1)))()
      return [matMul(shifted as never, b as never)]
    }),
  )
  const after = clean(castsIntoRegions(narrowProducts(narrow)(one)))
  const inside = after.ops.filter((op) => op.region !== null)
  expect(inside.map(({ name }) => name)).toEqual(['Cast', 'Add', 'Relu', 'Cast'])
  expect(inside.at(-1)?.outputs[0]?.dtype).toBe(narrow)
})

test('a product of two matrices is no batch of products', () => {
  const one = traced([matrix(2, 3), matrix(4, 3)], ([a, b]) => [matMul(a as never, b as never, false, true)])
  expect(printTraced(plainProducts(one))).toContain('%2 = MatMul(%0, %1, transpose_b=true) : f32[2,4]')
})

test('small regions are no functions', () => {
  const one = traced([matrix(4, 4)], ([a]) => [region('one', () => relu(a as Tensor))()])
  expect(smallRegions(one).ops.every((op) => op.region === null)).toBe(true)
  expect(smallRegions(one, 16).ops.some((op) => op.region?.name === 'one')).toBe(true)
})

test('a long sum along the rows of a region is a sum of eight parts; a short one and one along columns stay', () => {
  const sums = (width: number, axis: number, name = 'sum') =>
    traced([matrix(16, width)], ([a]) => [
      region('sums', () => (name === 'sum' ? sum(a as Tensor, axis, true) : mean(a as Tensor, axis, true)))(),
    ])
  const named = (one: Traced): string =>
    one.ops.flatMap(({ name, constant }) => (constant === null ? [name] : [])).join(' ')
  const folded = 'Argument SplitV AddV2 AddV2 AddV2 AddV2 AddV2 AddV2 AddV2'
  expect(named(foldRows(sums(64, -1)))).toBe(`${folded} Sum`)
  expect(named(foldRows(sums(64, 1, 'mean')))).toBe(`${folded.replace(' ', ' Cast ')} Mean Mul`) // the library's mean casts first
  for (const [width, axis] of [
    [56, -1],
    [68, -1],
    [64, 0],
  ] as const)
    expect(named(foldRows(sums(width, axis)))).toBe('Argument Sum')
  const outside = traced([matrix(16, 64)], ([a]) => [sum(a as Tensor, -1)])
  expect(printTraced(foldRows(outside))).toBe(printTraced(outside))
})

test('a sum of parts is the sum, and a mean is its share', () => {
  const rows = Array.from({ length: 4 }, (_, row) =>
    Float32Array.from({ length: 4096 }, (_, at) => Math.sin(at * (row + 1.3)) + 1),
  )
  const x = tensor2d(rows.map((row) => [...row]))
  const exact = rows.map((row) => row.reduce((so_far, one) => so_far + one, 0))
  const compiler = compilerOn(verbs, { passes: [foldRows] })
  const step = compiler.jit(
    ({ x }: { x: Tensor }) => ({
      sums: region('sums', () => sum(x, -1))(),
      means: region('means', () => mean(x, -1, true))(),
    }),
    { donate: false },
  )
  const { sums, means } = step({ x })
  const [got, shares] = [sums.dataSync(), means.dataSync()]
  compiler.close()
  exact.forEach((value, row) => {
    expect(Math.abs((got[row] ?? NaN) / value - 1)).toBeLessThan(1e-6)
    expect(Math.abs(((shares[row] ?? NaN) * 4096) / value - 1)).toBeLessThan(1e-6)
  })
})

test.each([
  ['a long row', 128],
  ['a row that has no eight parts', 100],
])('softmax of %s in a region is the softmax, also where all but one place is masked', (_, width) => {
  const x = tensor2d(
    Array.from({ length: 3 }, (_, row) =>
      Array.from({ length: width }, (_, at) => 9 * Math.sin(at + row) - (row === 2 && at > 0 ? 1e4 : 0)),
    ),
  )
  const compiler = compilerOn(verbs, { passes: [foldRows] })
  const step = compiler.jit(({ x }: { x: Tensor }) => ({ y: region('soft', () => softmax(x))() }), {
    donate: false,
  })
  const [got, wanted] = [step({ x }).y.dataSync(), softmax(x).dataSync()]
  compiler.close()
  got.forEach((value, at) => expect(Math.abs(value - (wanted[at] ?? NaN))).toBeLessThan(1e-6))
})

test.each([
  ['bfloat16', 0.05],
  ['half', 0.006],
] as const)('a compiled product in %s is the fp32 one, rounded', (narrow, bar) => {
  const numbers = (salt: number) => Array.from({ length: 1024 }, (_, at) => Math.sin(at * salt))
  const [a, b] = [tensor2d(numbers(1.1), [32, 32]), tensor2d(numbers(0.7), [32, 32])]
  const compiler = compilerOn(verbs, { passes: [narrowProducts(narrow), castsIntoRegions] })
  const step = compiler.jit(
    ({ a }: { a: Tensor }, b: Tensor) => ({
      y: region('halved', (x: Tensor) => mul(x, 0.5))(matMul(a as never, b as never)),
    }),
    { donate: false },
  )
  const exact = mul(matMul(a, b), 0.5).dataSync()
  const rounded = step({ a }, b).y.dataSync()
  compiler.close()
  const errors = Array.from(exact, (value, at) => Math.abs(value - (rounded[at] ?? NaN)))
  expect(Math.max(...errors)).toBeLessThan(bar)
  expect(Math.max(...errors)).toBeGreaterThan(0) // it was rounded
})

test('the memory of a call is what is alive at its worst moment', () => {
  const one = traced([matrix(256), matrix(256)], ([a, b]) => {
    const first = add(a as Tensor, b as Tensor) // 1 kB
    const second = relu(first) // 1 kB, while the first is alive
    return [sum(reshape(second, [16, 16]))]
  })
  const { variables, peak } = demandOf({
    traced: one,
    reads: [{ name: 'a', ...matrix(256) }, null],
  })
  expect({ variables, peak }).toEqual({ variables: 1024, peak: 2048 })
})
