import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { golden, GOLDENS, readDump } from '../testing/tensor-dump.ts'
import { writeEntry, writeHeader } from './bundle-format.ts'
import { openBundle, readBundle, readTensor, verifyBundle } from './bundle-reader.ts'
import { bytesOf } from './named-tensor.ts'
import { sliceKey } from './slice-key.ts'
import { writeTable } from './table-writer.ts'
import { ByteWriter } from './varint.ts'

const MODEL = join(GOLDENS, 'model')
const MADE = join(GOLDENS, 'checkpoint')
const SMALL = join(MADE, 'sharded')

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundle-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

describe('what TensorFlow wrote', () => {
  test.each(['one-group', 'two-groups', 'v2-like', 'relu-square'])(
    '%s: the head is the dump, bit for bit',
    async (model) => {
      const tensors = await readBundle(join(MODEL, model, 'classifier', 'model.ckpt-best'))
      const dump = readDump(`model/${model}/classifier/head`)
      expect(dump.size).toBe(2)
      for (const [name, { shape, data }] of dump) {
        expect(tensors.get(name)?.shape).toEqual(shape)
        expect(bytesOf(tensors.get(name)!)).toEqual(new Uint8Array(data.buffer))
      }
    },
  )

  test('every variable, moment and the step count after two updates', async () => {
    const tensors = await readBundle(join(MODEL, 'one-group/classifier/resume-adamw/model.ckpt-2'))
    const dump = readDump('model/one-group/classifier/steps-adamw')
    const stepTwo = [...dump].filter(([name]) => name.startsWith('step2/'))
    expect(stepTwo).toHaveLength(27)
    for (const [name, { shape, data }] of stepTwo) {
      const variable = name.slice('step2/'.length)
      expect(tensors.get(variable)?.shape).toEqual(shape)
      expect(bytesOf(tensors.get(variable)!)).toEqual(new Uint8Array(data.buffer))
      for (const slot of ['adam_m', 'adam_v'])
        expect(tensors.get(`${variable}/${slot}`)?.shape).toEqual(shape)
    }
    expect(tensors.get('global_step')).toEqual({
      name: 'global_step',
      dtype: 'int64',
      shape: [],
      data: BigInt64Array.of(2n),
    })
    expect(tensors.size).toBe(27 * 3 + 1)
  })

  const Digests = z.record(
    z.string(),
    z.record(z.string(), z.object({ dtype: z.string(), shape: z.array(z.int()), sha256: z.string() })),
  )
  const digests = golden('checkpoint/digests.json', Digests)
  test.each(Object.keys(digests))(
    'F45 %s: names, dtypes, shapes and bytes are what Python TensorFlow reads',
    async (prefix) => {
      const tensors = await readBundle(join(GOLDENS, prefix))
      const ours = [...tensors].map(([name, tensor]) => {
        const sha256 = createHash('sha256').update(bytesOf(tensor)).digest('hex')
        return [name, { dtype: tensor.dtype, shape: tensor.shape, sha256 }] as const
      })
      expect(Object.fromEntries(ours)).toEqual(digests[prefix])
    },
  )

  test('several data files, an empty tensor, int32 and int64', async () => {
    const tensors = await readBundle(SMALL)
    expect([...tensors.values()]).toEqual([
      { name: 'a', dtype: 'float32', shape: [5], data: Float32Array.of(0, 1, 2, 3, 4) },
      { name: 'b', dtype: 'int64', shape: [], data: BigInt64Array.of(7n) },
      { name: 'c', dtype: 'int32', shape: [2, 2], data: Int32Array.of(1, 2, 3, 4) },
      { name: 'd/empty', dtype: 'float32', shape: [0, 3], data: new Float32Array() },
    ])
  })

  test('F42: partitioned variables are put together, whatever the axis', async () => {
    const tensors = await readBundle(join(MADE, 'partitioned'))
    expect([...tensors.values()].map(({ name, shape }) => [name, shape])).toEqual([
      ['columns', [2, 150]],
      ['deep/middle', [2, 5, 3]],
      ['rows', [11, 3]],
      ['whole', [4]],
    ])
    for (const { data } of tensors.values()) {
      expect(data).toEqual(Float32Array.from({ length: data.length }, (_, i) => i * 0.5 - 3))
    }
  })

  test('F42: other dtypes are listed, and refused by name when they are read', async () => {
    const bundle = await openBundle(join(MADE, 'dtypes'))
    expect([...bundle.variables.values()].map(({ name, dtype }) => `${name}: ${dtype}`)).toEqual([
      'bf: bfloat16',
      'double: float64',
      'half: float16',
      'text: string',
      'yes: bool',
    ])
    for (const { name, dtype } of bundle.variables.values()) {
      await expect(readTensor(bundle, name)).rejects.toThrow(`${name} has the dtype ${dtype}`)
    }
  })
})

describe('damage', () => {
  test('F34: an index cut off at any length', async () => {
    const copy = await copyOf(SMALL, 2)
    const whole = await readFile(`${SMALL}.index`)
    for (let length = 0; length < whole.length; length++) {
      await writeFile(`${copy}.index`, whole.subarray(0, length))
      await refused(readBundle(copy), `${copy}.index`)
    }
  })

  test('F37: one flipped bit anywhere in the index is an error or changes nothing', async () => {
    const copy = await copyOf(SMALL, 2)
    const whole = await readFile(`${SMALL}.index`)
    const expected = await readBundle(SMALL)
    let refusals = 0
    for (let at = 0; at < whole.length; at++) {
      const bad = Buffer.from(whole)
      bad[at]! ^= 1 << (at % 8)
      await writeFile(`${copy}.index`, bad)
      try {
        expect(await readBundle(copy)).toEqual(expected)
      } catch (error) {
        expect(error).toMatchObject({ error: { code: 'bad-checkpoint' } })
        refusals++
      }
    }
    const footerPadding = 40 - 4 // two handles of two small numbers; what follows them is not read by anyone
    expect(refusals).toBeGreaterThanOrEqual(whole.length - footerPadding)
  })

  test('F35: a data file that is cut off names variable, wanted bytes and size', async () => {
    const copy = await copyOf(SMALL, 2)
    await truncate(`${copy}.data-00000-of-00002`, 35)
    await refused(openBundle(copy), `${copy}.data-00000-of-00002: c wants bytes 20 to 36; the file has 35`)
  })

  test('F35: bytes behind the last variable change nothing', async () => {
    const copy = await copyOf(SMALL, 2)
    const data = await readFile(`${SMALL}.data-00000-of-00002`)
    await writeFile(`${copy}.data-00000-of-00002`, Buffer.concat([data, Buffer.alloc(1000, 255)]))
    expect(await readBundle(copy)).toEqual(await readBundle(SMALL))
  })

  test('F36: a flipped bit in the values names the variable; a person may read it all the same', async () => {
    const copy = await copyOf(SMALL, 2)
    const data = await readFile(`${SMALL}.data-00000-of-00002`)
    data[21]! ^= 4
    await writeFile(`${copy}.data-00000-of-00002`, data)
    await refused(readBundle(copy), 'c (bytes 20 to 36) does not match its checksum')
    await refused(openBundle(copy).then(verifyBundle), 'c (bytes 20 to 36) does not match its checksum')
    const bundle = await openBundle(copy)
    expect((await readTensor(bundle, 'a')).data).toHaveLength(5)
    const anyway = await readBundle(copy, { ignore_checksums: true })
    expect(anyway.get('c')?.data[0]).toBe(1 + 4 * 256)
  })

  test('F38: a data file that is missing', async () => {
    const copy = await copyOf(SMALL, 1)
    await refused(openBundle(copy), `${copy}.data-00001-of-00002: there is no such file`)
  })

  test('a path that is no checkpoint says what to give', async () => {
    await refused(
      openBundle(join(folder, 'nothing')),
      'Give the path without an ending, as in model.ckpt-best',
    )
    await refused(openBundle(`${SMALL}.index`), 'Give the path without an ending')
    await writeFile(join(folder, 'other.index'), 'x'.repeat(500))
    await refused(openBundle(join(folder, 'other')), 'it does not end as a checkpoint index does')
    await refused(
      openBundle(SMALL).then((bundle) => readTensor(bundle, 'e')),
      'it has no variable e',
    )
  })
})

test.skipIf(process.platform === 'win32')(
  'a pipe or a folder in place of a file does not hang the reader',
  async () => {
    const copy = await copyOf(SMALL, 2)
    await rm(`${copy}.data-00000-of-00002`)
    execFileSync('mkfifo', [`${copy}.data-00000-of-00002`])
    await refused(openBundle(copy), `${copy}.data-00000-of-00002: it is not a file`)
    await rm(`${copy}.index`)
    await mkdir(`${copy}.index`)
    await refused(openBundle(copy), `${copy}.index: it is not a file`)
  },
)

describe('an index that lies, with checksums that match', () => {
  const float = { dtype: 'float32', shape: [2], offset: 0, size: 8, crc: 0 } as const

  test.each<[string, Record<string, Parameters<typeof writeEntry>[0]>, string]>([
    [
      'F38: offset beyond the file',
      { a: { ...float, offset: 1000 } },
      'a wants bytes 1000 to 1008; the file has 64',
    ],
    ['F38: offset + size beyond 2^53', { a: { ...float, offset: Number.MAX_SAFE_INTEGER } }, 'a wants bytes'],
    [
      'F38: a size that the shape does not have',
      { a: { ...float, size: 12 } },
      'shape [2] and a size of 12 bytes',
    ],
    ['F38: overlap', { a: float, b: { ...float, offset: 4 } }, 'b covers bytes of another variable'],
    [
      'F39: a product beyond 2^64',
      { a: { ...float, shape: [4194305, 4194305, 211106198978564] } },
      'which no file can hold',
    ],
    [
      'F39: a product beyond 2^53 that a zero hides',
      { a: { ...float, shape: [0, 2 ** 40, 2 ** 40], size: 0 } },
      'which no file can hold',
    ],
    [
      'F39: 255 dimensions',
      { a: { ...float, shape: Array.from({ length: 255 }, () => 1) } },
      'more than 254 dimensions',
    ],
    [
      'a huge tensor in a small file',
      { a: { ...float, shape: [2 ** 38], size: 2 ** 40 } },
      'a wants bytes 0 to 1099511627776',
    ],
  ])('%s', async (_, entries, message) => {
    const list = Object.entries(entries).map(([name, entry]) => ({
      key: Buffer.from(name),
      value: writeEntry(entry),
    }))
    await refused(openBundle(await madeUp(list)), message)
  })

  test('F38: a data file number that the header does not have, negative offsets and sizes', async () => {
    const shard = new ByteWriter().varintField(1, 1).varintField(3, 7).varintField(5, 4).finish()
    await refused(
      openBundle(await madeUp([{ key: Buffer.from('a'), value: shard }])),
      'a lies in data file 7 of 1',
    )
    for (const field of [3, 4, 5]) {
      const negative = new ByteWriter().varintField(1, 1).varintField(field, -4n).finish()
      await refused(openBundle(await madeUp([{ key: Buffer.from('a'), value: negative }])), 'of a is -4')
    }
    const dimension = new ByteWriter().varintField(1, -1n).finish()
    const shape = new ByteWriter().bytesField(2, dimension).finish()
    const value = new ByteWriter().varintField(1, 1).bytesField(2, shape).finish()
    await refused(openBundle(await madeUp([{ key: Buffer.from('a'), value }])), 'a dimension of a is -1')
  })

  test('F42: big-endian, a newer version, no data files, no header', async () => {
    const bigEndian = new ByteWriter().varintField(1, 1).varintField(2, 1).finish()
    await refused(openBundle(await madeUp([], bigEndian)), 'big-endian')
    const version = new ByteWriter().varintField(1, 9).varintField(2, 9).finish()
    await refused(
      openBundle(await madeUp([], new ByteWriter().varintField(1, 1).bytesField(3, version).finish())),
      'version 9',
    )
    await refused(openBundle(await madeUp([], new Uint8Array())), 'its header tells of 0 data files')
    await refused(openBundle(await madeUp([], writeHeader({ num_shards: 100_000 }))), '100000 data files')
    const prefix = await madeUp([])
    await writeFile(`${prefix}.index`, writeTable([{ key: Buffer.from('a'), value: writeEntry(float) }]))
    await refused(openBundle(prefix), 'it has no header')
  })

  test('an empty bundle is one', async () => {
    expect((await openBundle(await madeUp([]))).variables.size).toBe(0)
  })

  test('a message that ends early, fields of the wrong kind, a number of 70 bits, a name that is not UTF-8', async () => {
    const entry = (...bytes: number[]) => [{ key: Buffer.from('a'), value: Uint8Array.from(bytes) }]
    await refused(openBundle(await madeUp(entry(0x08))), 'it ends in the middle of field 1 of the entry of a')
    await refused(openBundle(await madeUp(entry(0x0a, 0))), 'the dtype of a is not a number')
    await refused(openBundle(await madeUp(entry(0x12, 200))), 'it ends in the middle of')
    await refused(openBundle(await madeUp(entry(0x12, 100, 1))), 'wants 100 bytes where 1 are left')
    await refused(
      openBundle(await madeUp(entry(0x20, ...Array.from({ length: 10 }, () => 255), 1))),
      'more than 64 bits',
    )
    await refused(openBundle(await madeUp(entry(0x30, 1))), 'a checksum of the wrong kind')
    await refused(openBundle(await madeUp(entry(0x0b))), 'the unknown wire type 3')
    await refused(
      openBundle(await madeUp([{ key: Buffer.from([0xff]), value: writeEntry(float) }])),
      'is not UTF-8',
    )
  })

  test('slices that overlap, leave a gap, are missing, or are cut along two axes', async () => {
    const extent = (start: number, length: number | null) => {
      const writer = new ByteWriter().varintField(1, start)
      return (length === null ? writer : writer.varintField(2, length)).finish()
    }
    const sliced = (slices: [number, number | null][][]) => {
      const shape = new ByteWriter()
      for (const size of [4, 2]) shape.bytesField(2, new ByteWriter().varintField(1, size).finish())
      const writer = new ByteWriter().varintField(1, 1).bytesField(2, shape.finish())
      for (const slice of slices) {
        const message = new ByteWriter()
        for (const [start, length] of slice) message.bytesField(1, extent(start, length))
        writer.bytesField(7, message.finish())
      }
      return { key: Buffer.from('a'), value: writer.finish() }
    }
    const part = (start: number, length: number, offset: number) => ({
      key: Buffer.from(
        sliceKey('a', [
          { start, length },
          { start: 0, length: null },
        ]),
        'latin1',
      ),
      value: writeEntry({ dtype: 'float32', shape: [length, 2], offset, size: length * 8, crc: 0 }),
    })
    const whole: [number, number | null] = [0, null]
    const good = await madeUp([
      part(0, 1, 0),
      part(1, 3, 8),
      sliced([
        [[1, 3], whole],
        [[0, 1], whole],
      ]),
    ])
    expect((await openBundle(good)).variables.get('a')?.bytes).toBe(32)
    await refused(
      openBundle(
        await madeUp([
          part(0, 1, 0),
          sliced([
            [[0, 1], whole],
            [[1, 3], whole],
          ]),
        ]),
      ),
      'a slice of a is missing',
    )
    await refused(
      openBundle(
        await madeUp([
          part(0, 1, 0),
          part(2, 2, 8),
          sliced([
            [[0, 1], whole],
            [[2, 2], whole],
          ]),
        ]),
      ),
      'a gap or overlap at 1',
    )
    await refused(openBundle(await madeUp([part(0, 3, 0), sliced([[[0, 3], whole]])])), 'end at 3 of 4')
    await refused(
      openBundle(
        await madeUp([
          part(0, 1, 0),
          sliced([
            [
              [0, 1],
              [0, 1],
            ],
          ]),
        ]),
      ),
      'cut along 2 axes',
    )
    await refused(openBundle(await madeUp([part(0, 1, 0), sliced([[[0, 1]]])])), 'has 1 dimensions')
  })
})

/** A copy of a golden bundle under a fresh prefix, with as many of its data files as are asked for. */
let copies = 0
async function copyOf(prefix: string, dataFiles: number): Promise<string> {
  const copy = join(folder, `copy-${copies++}`)
  await writeFile(`${copy}.index`, await readFile(`${prefix}.index`))
  for (let i = 0; i < dataFiles; i++) {
    const ending = `.data-0000${i}-of-00002`
    await writeFile(copy + ending, await readFile(prefix + ending))
  }
  return copy
}

/** A bundle with these entries, sorted as given, and 64 zero bytes of data. */
async function madeUp(
  entries: { key: Uint8Array; value: Uint8Array }[],
  header = writeHeader({ num_shards: 1 }),
): Promise<string> {
  const prefix = join(folder, `made-up-${copies++}`)
  await writeFile(`${prefix}.index`, writeTable([{ key: Buffer.alloc(0), value: header }, ...entries]))
  await writeFile(`${prefix}.data-00000-of-00001`, new Uint8Array(64))
  return prefix
}

async function refused(promise: Promise<unknown>, message: string): Promise<void> {
  await expect(promise).rejects.toMatchObject({
    error: { code: 'bad-checkpoint', message: expect.stringContaining(message) as string },
  })
}
