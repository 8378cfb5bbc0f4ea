import { join } from 'node:path'
import { expect, test } from 'vitest'
import { GOLDENS } from '../testing/tensor-dump.ts'
import { openBundle } from './bundle-reader.ts'
import { firstNotFinite, summarise } from './summarise.ts'

test('one line a variable, sums in double precision, int64 included', async () => {
  const lines = []
  for await (const line of summarise(await openBundle(join(GOLDENS, 'checkpoint/sharded')))) lines.push(line)
  expect(lines).toEqual([
    { name: 'a', dtype: 'float32', shape: [5], sum: 10, l2_norm: Math.sqrt(30) },
    { name: 'b', dtype: 'int64', shape: [], sum: 7, l2_norm: 7 },
    { name: 'c', dtype: 'int32', shape: [2, 2], sum: 10, l2_norm: Math.sqrt(30) },
    { name: 'd/empty', dtype: 'float32', shape: [0, 3], sum: 0, l2_norm: 0 },
  ])
})

test('the first value that is no number', () => {
  expect(firstNotFinite({ dtype: 'float32', data: Float32Array.of(0, 1, Infinity, NaN) })).toBe(2)
  expect(firstNotFinite({ dtype: 'float32', data: Float32Array.of(0, -1e38) })).toBeNull()
  expect(firstNotFinite({ dtype: 'int64', data: BigInt64Array.of(1n) })).toBeNull()
})
