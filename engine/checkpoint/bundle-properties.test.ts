// Whatever is done to a valid checkpoint's bytes, a reader gives its tensors or says what is wrong: no other end.
import fc from 'fast-check'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EngineFailure } from '../spec/errors.ts'
import { readBundle } from './bundle-reader.ts'
import { bundleFiles, writeBundle } from './bundle-writer.ts'
import { crc32c, maskCrc } from './crc32c.ts'
import type { NamedTensor } from './named-tensor.ts'
import { readTable } from './table-reader.ts'
import { ByteWriter } from './varint.ts'

let prefix = ''
let folder = ''
let index = Buffer.alloc(0)
let data = Buffer.alloc(0)
const original: NamedTensor[] = [
  {
    name: 'bert/embeddings/word_embeddings',
    dtype: 'float32',
    shape: [5, 3],
    data: Float32Array.from({ length: 15 }, Math.sin),
  },
  { name: 'bert/embeddings/word_embeddings/adam_m', dtype: 'float32', shape: [0], data: new Float32Array() },
  { name: 'global_step', dtype: 'int64', shape: [], data: BigInt64Array.of(-3n) },
  { name: 'ids', dtype: 'int32', shape: [1, 2], data: Int32Array.of(1, -1) },
]
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundle-properties-'))
  prefix = join(folder, 'model.ckpt')
  await writeBundle(prefix, original)
  index = await readFile(bundleFiles(prefix).index)
  data = await readFile(bundleFiles(prefix).data)
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

test('what is written is read, whatever the names, shapes and values', async () => {
  const shape = fc.array(fc.nat(4), { maxLength: 4 })
  const tensor = shape.chain((sizes) => {
    const count = sizes.reduce((product, size) => product * size, 1)
    const exactly = { minLength: count, maxLength: count }
    return fc
      .oneof(
        fc.record({ dtype: fc.constant('float32' as const), data: fc.float32Array(exactly) }),
        fc.record({ dtype: fc.constant('int32' as const), data: fc.int32Array(exactly) }),
        fc.record({ dtype: fc.constant('int64' as const), data: fc.bigInt64Array(exactly) }),
      )
      .map((values) => ({ ...values, shape: sizes }))
  })
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
    .filter((text) => !text.startsWith('\0'))
  const bundle = fc.uniqueArray(fc.tuple(name, tensor), { maxLength: 60, selector: ([key]) => key })
  await fc.assert(
    fc.asyncProperty(bundle, async (pairs) => {
      const tensors = pairs.map(([key, values]): NamedTensor => ({ name: key, ...values }))
      const target = join(folder, 'round')
      await writeBundle(target, tensors)
      const byName = new Map(tensors.map((value) => [value.name, value]))
      expect(await readBundle(target)).toEqual(byName)
    }),
    { numRuns: 60 },
  )
}, 60_000)

/** Cuts, flips and insertions. */
const damage = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), bits: fc.integer({ min: 1, max: 255 }) }),
    fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), count: fc.integer({ min: 1, max: 40 }) }),
    fc.record({
      kind: fc.constant('insert' as const),
      at: fc.nat(),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
    }),
  ),
  { minLength: 1, maxLength: 4 },
)
type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never

function damaged(bytes: Buffer, changes: Damage): Buffer {
  return changes.reduce((before, change) => {
    const at = change.at % (before.length + 1)
    if (change.kind === 'cut')
      return Buffer.concat([before.subarray(0, at), before.subarray(at + change.count)])
    if (change.kind === 'insert')
      return Buffer.concat([before.subarray(0, at), change.bytes, before.subarray(at)])
    const after = Buffer.from(before)
    if (at < after.length) after[at]! ^= change.bits
    return after
  }, bytes)
}

test('damaged files give the right tensors or bad-checkpoint', async () => {
  await fc.assert(
    fc.asyncProperty(fc.boolean(), damage, async (inIndex, changes) => {
      await writeFile(bundleFiles(prefix).index, inIndex ? damaged(index, changes) : index)
      await writeFile(bundleFiles(prefix).data, inIndex ? data : damaged(data, changes))
      const tensors = await readOrRefuse()
      if (tensors !== null) expect([...tensors.values()]).toEqual(original)
    }),
    { numRuns: 500 },
  )
}, 60_000)

test('a damaged index with checksums made right again never takes more memory than the data has', async () => {
  await writeFile(bundleFiles(prefix).data, data)
  await fc.assert(
    fc.asyncProperty(damage, fc.boolean(), async (changes, ignore_checksums) => {
      await writeFile(bundleFiles(prefix).index, assemble(damaged(dataBlock(), changes)))
      const tensors = await readOrRefuse(ignore_checksums)
      const bytes = [...(tensors?.values() ?? [])].reduce((sum, tensor) => sum + tensor.data.byteLength, 0)
      expect(bytes).toBeLessThanOrEqual(data.length)
    }),
    { numRuns: 1500 },
  )
}, 60_000)

test('the way these tests put a table together is the right one', () => {
  expect(readTable(assemble(dataBlock()))).toEqual(readTable(index))
})

test('any bytes at all as an index', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (bytes, withFooter) => {
      await writeFile(
        bundleFiles(prefix).index,
        withFooter ? Buffer.concat([bytes, index.subarray(-48)]) : bytes,
      )
      expect(await readOrRefuse()).toBeNull()
    }),
    { numRuns: 200 },
  )
}, 60_000)

async function readOrRefuse(ignore_checksums = false): Promise<Map<string, NamedTensor> | null> {
  try {
    return await readBundle(prefix, { ignore_checksums })
  } catch (error) {
    if (!(error instanceof EngineFailure) || error.error.code !== 'bad-checkpoint') throw error
    expect(error.message).toContain(prefix)
    return null
  }
}

/** The contents of the index's one data block: entries, one restart point, their number. */
function dataBlock(): Buffer {
  return index.subarray(0, index.indexOf(Buffer.from([0, 0, 0, 0, 1, 0, 0, 0])) + 8)
}

/** A table of one data block, whatever that holds. */
function assemble(block: Buffer): Buffer {
  const trailed = (bytes: Uint8Array): Buffer => {
    const typed = Buffer.concat([bytes, Buffer.from([0])])
    return Buffer.concat([typed, new ByteWriter().uint32(maskCrc(crc32c(typed))).finish()])
  }
  const handle = (offset: number, size: number): Uint8Array =>
    new ByteWriter().varint(offset).varint(size).finish()
  const first = trailed(block)
  const emptyBlock = new ByteWriter().uint32(0).uint32(1).finish()
  const metaindex = trailed(emptyBlock)
  const value = handle(0, block.length)
  const separator = Uint8Array.of(255)
  const entry = new ByteWriter().varint(0).varint(1).varint(value.length).raw(separator).raw(value)
  const indexContents = entry.uint32(0).uint32(1).finish()
  const handles = Buffer.alloc(40)
  const metaindexHandle = handle(first.length, emptyBlock.length)
  handles.set(metaindexHandle)
  handles.set(handle(first.length + metaindex.length, indexContents.length), metaindexHandle.length)
  return Buffer.concat([first, metaindex, trailed(indexContents), handles, index.subarray(-8)])
}
