// The norms of all variables, as another reading gives them, and what is refused.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { GOLDENS } from '../testing/tensor-dump.ts'
import { openBundle } from './bundle-reader.ts'
import { bundleFiles, writeBundle } from './bundle-writer.ts'
import { checkValues } from './check-values.ts'
import type { NamedTensor } from './named-tensor.ts'
import { summarise } from './summarise.ts'

let folder = ''
let prefix = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'check-'))
  prefix = join(folder, 'model.ckpt-best')
})
afterEach(() => rm(folder, { recursive: true }))

test.each(['model/one-group/pretrained/model.ckpt-best', 'checkpoint/partitioned', 'checkpoint/sharded'])(
  '%s: every variable in the order of the index, and how much was read',
  async (name) => {
    const bundle = await openBundle(join(GOLDENS, name))
    const read: [number, number][] = []
    const facts = await checkValues(bundle, (...each) => read.push(each))
    const expected = []
    for await (const each of summarise(bundle)) expected.push(each)
    expect(facts.map(({ name, dtype, shape }) => ({ name, dtype, shape }))).toEqual(
      expected.map(({ name, dtype, shape }) => ({ name, dtype, shape })),
    )
    for (const [at, { l2_norm }] of facts.entries())
      expect(l2_norm).toBeCloseTo(expected[at]?.l2_norm ?? NaN, 10)
    const total = facts.reduce((sum, { bytes }) => sum + bytes, 0)
    expect(read.at(-1)).toEqual([total, total])
  },
)

/** Of several pieces, the last one odd. */
const large = (): NamedTensor => {
  const data = new Float32Array(1_000_003).map((_, at) => ((at % 17) - 8) / 4)
  return { name: 'large', dtype: 'float32', shape: [1_000_003], data }
}
const empty: NamedTensor = { name: 'none', dtype: 'float32', shape: [0, 4], data: new Float32Array() }
const step: NamedTensor = { name: 'global_step', dtype: 'int64', shape: [], data: BigInt64Array.of(-3n) }

test('of many pieces, of none and of whole numbers', async () => {
  const tensor = large()
  await writeBundle(prefix, [tensor, empty, step])
  const facts = await checkValues(await openBundle(prefix), () => undefined)
  const norm = Math.sqrt((tensor.data as Float32Array).reduce((sum, value) => sum + value * value, 0))
  expect(facts.map(({ l2_norm }) => l2_norm)).toEqual([3, norm, 0])
})

test.each([0, 262_143, 262_144, 1_000_002])('a value %i that is no number, and all others', async (place) => {
  const tensor = large()
  tensor.data[place] = NaN
  const other: NamedTensor = {
    name: 'other',
    dtype: 'float32',
    shape: [2],
    data: Float32Array.of(1, -Infinity),
  }
  await writeBundle(prefix, [tensor, other])
  const checking = checkValues(await openBundle(prefix), () => undefined)
  await expect(checking).rejects.toThrow(`large (value ${place} is NaN); other (value 1 is -Infinity)`)
})

test.each([0, 1_048_576, 4_000_011])('a byte %i that is another one', async (place) => {
  await writeBundle(prefix, [large()])
  const { data } = bundleFiles(prefix)
  const bytes = await readFile(data)
  bytes[place] = (bytes[place] ?? 0) ^ 1
  await writeFile(data, bytes)
  const checking = checkValues(await openBundle(prefix), () => undefined)
  await expect(checking).rejects.toThrow('large (bytes 0 to 4000012) does not match its checksum')
})

test('a dtype that no model here has', async () => {
  const bundle = await openBundle(join(GOLDENS, 'savedmodel/tf2/variables/variables'))
  await expect(checkValues(bundle, () => undefined)).rejects.toThrow(
    'has the dtype string; variables here are float32, int32 or int64.',
  )
})
