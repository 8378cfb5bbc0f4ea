// A tree comes out of its bytes as it went in: every value, every view, and the memory that views share.
import { expect, test } from 'vitest'
import { fromBytes, toBytes } from './plain-bytes.ts'

const through = (value: unknown): unknown => fromBytes(Buffer.concat(toBytes(value)))

test.each([
  ['nothing', null],
  ['a text', 'naïve 这家 \u{1f600} \ud800 \0'],
  ['numbers', [0, -0, 1.5, -1e-300, NaN, Infinity, -Infinity, Number.MAX_SAFE_INTEGER]],
  ['an empty list', []],
  ['a tree', { a: [{ b: true, c: null }, [[]]], d: {} }],
  [
    'views of every kind',
    [Int32Array.of(-1), Float32Array.of(0.5), Float64Array.of(NaN), Uint8Array.of(255)],
  ],
  ['empty views', { ids: new Int32Array(0), more: new Uint16Array(0) }],
])('%s', (_, value) => {
  expect(through(value)).toStrictEqual(value)
})

test('a list longer than a chunk comes back whole and in order', () => {
  const list = Array.from({ length: 10_001 }, (_, at) => ({ at, ids: Int32Array.of(at, -at) }))
  expect(through(list)).toStrictEqual(list)
  expect(through([['inner', 'lists'], ['stay']])).toStrictEqual([['inner', 'lists'], ['stay']])
})

test('views of one piece of memory share one again, and it is written once', () => {
  const memory = Int32Array.from({ length: 1000 }, (_, at) => at)
  const features = Array.from({ length: 100 }, (_, at) => ({ ids: memory.subarray(10 * at, 10 * at + 10) }))
  const bytes = Buffer.concat(toBytes(features))
  expect(bytes.length).toBeLessThan(memory.byteLength + 100 * 60)
  const back = fromBytes(bytes) as typeof features
  expect(back).toStrictEqual(features)
  expect(new Set(back.map(({ ids }) => ids.buffer)).size).toBe(1)
})

test('what is left open stays out; what is no plain value is refused', () => {
  expect(through({ a: 1, b: undefined })).toStrictEqual({ a: 1 })
  for (const odd of [new Map(), new Date(), () => 0, 1n, undefined])
    expect(() => toBytes({ odd: [odd] })).toThrow(TypeError)
})
