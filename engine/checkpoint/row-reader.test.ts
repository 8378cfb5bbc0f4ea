// Rows of a matrix as the file holds them, and a file that is gone or shorter in the meantime.
import { mkdtemp, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { GOLDENS } from '../testing/tensor-dump.ts'
import { openBundle } from './bundle-reader.ts'
import { bundleFiles, writeBundle } from './bundle-writer.ts'
import { readRows, type RowReader } from './row-reader.ts'

let folder = ''
let prefix = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rows-'))
  prefix = join(folder, 'model.ckpt-best')
  await writeBundle(prefix, [
    { name: 'a', dtype: 'float32', shape: [3], data: Float32Array.of(1, 2, 3) },
    { name: 'b', dtype: 'float32', shape: [4, 2], data: Float32Array.of(0, 1, 10, 11, 20, 21, 30, 31) },
    { name: 'c', dtype: 'int32', shape: [2, 2], data: Int32Array.of(1, 2, 3, 4) },
  ])
})
afterEach(() => rm(folder, { recursive: true }))

const rows = (reader: RowReader, name: string, row: number, count: number): number[] => {
  const into = new Float32Array(count)
  reader.read(name, row, into)
  return [...into]
}

test('any rows, in any order', async () => {
  const reader = readRows(await openBundle(prefix))
  expect(rows(reader, 'b', 0, 8)).toEqual([0, 1, 10, 11, 20, 21, 30, 31])
  expect(rows(reader, 'b', 3, 2)).toEqual([30, 31])
  expect(rows(reader, 'b', 1, 4)).toEqual([10, 11, 20, 21])
  expect(rows(reader, 'b', 2, 0)).toEqual([])
  expect(() => rows(reader, 'b', 3, 4)).toThrow('b has no so many rows')
  reader.close()
})

test('only of what is one matrix of float32', async () => {
  const reader = readRows(await openBundle(prefix))
  expect(['a', 'b', 'c', 'd'].map((name) => reader.has(name))).toEqual([false, true, false, false])
  expect(() => rows(reader, 'c', 0, 2)).toThrow('c is not one matrix of float32')
  const partitioned = await openBundle(join(GOLDENS, 'checkpoint/partitioned'))
  const cut = [...partitioned.places].find(([, parts]) => parts.length > 1)?.[0]
  expect(cut).toBeDefined()
  expect(readRows(partitioned).has(cut ?? '')).toBe(false)
})

test('a file that ends too early or is gone is named', async () => {
  const bundle = await openBundle(prefix)
  const { data } = bundleFiles(prefix)
  await truncate(data, 12 + 5 * 4)
  const reader = readRows(bundle)
  expect(rows(reader, 'b', 0, 4)).toEqual([0, 1, 10, 11])
  expect(() => rows(reader, 'b', 1, 4)).toThrow(`${data}: it ends at byte 32`)
  reader.close()
  await rm(data)
  expect(() => rows(readRows(bundle), 'b', 0, 2)).toThrow(`${data}: there is no such file`)
})
