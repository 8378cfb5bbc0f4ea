import fc from 'fast-check'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EngineFailure } from '../spec/errors.ts'
import type { NamedTensor } from './named-tensor.ts'
import { openSafetensors, readSafetensors, writeSafetensors } from './safetensors.ts'

let folder = ''
let file = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safetensors-'))
  file = join(folder, 'x.safetensors')
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

async function readAll(): Promise<Map<string, NamedTensor>> {
  const opened = await openSafetensors(file)
  return readSafetensors(opened, opened.entries.keys())
}

/** A file of this header and these bytes. */
async function made(header: unknown, data: Uint8Array = new Uint8Array()): Promise<void> {
  const json = typeof header === 'string' ? Buffer.from(header) : Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  await writeFile(file, Buffer.concat([length, json, data]))
}

test('what is written is read, whatever the names, shapes and values', async () => {
  const values = fc.oneof(
    fc.float32Array({ maxLength: 12 }).map((data) => ({ dtype: 'float32' as const, data })),
    fc.int32Array({ maxLength: 12 }).map((data) => ({ dtype: 'int32' as const, data })),
    fc.bigInt64Array({ maxLength: 12 }).map((data) => ({ dtype: 'int64' as const, data })),
  )
  const name = fc.string({ unit: 'grapheme' }).filter((text) => text !== '__metadata__')
  const pairs = fc.uniqueArray(fc.tuple(name, values), { maxLength: 20, selector: ([key]) => key })
  await fc.assert(
    fc.asyncProperty(pairs, async (list) => {
      const tensors = list.map(([key, value]): NamedTensor => ({
        name: key,
        ...value,
        shape: [1, value.data.length],
      }))
      await writeSafetensors(file, tensors)
      expect(await readAll()).toEqual(new Map(tensors.map((tensor) => [tensor.name, tensor])))
    }),
    { numRuns: 50 },
  )
})

test('names that objects have by themselves are names like any other', async () => {
  const names = ['toString', '__proto__', 'constructor', '7']
  await writeSafetensors(
    file,
    names.map((name, i): NamedTensor => ({ name, dtype: 'int32', shape: [], data: Int32Array.of(i) })),
  )
  const tensors = await readAll()
  expect(names.map((name) => tensors.get(name)?.data[0])).toEqual([0, 1, 2, 3])
})

test('the bytes are the format’s: length, JSON padded to eight, values', async () => {
  await writeSafetensors(file, [
    { name: 'b', dtype: 'float32', shape: [2], data: Float32Array.of(1, -2) },
    { name: 'step', dtype: 'int64', shape: [], data: BigInt64Array.of(3n) },
  ])
  const bytes = await readFile(file)
  const length = Number(bytes.readBigUInt64LE())
  expect(length % 8).toBe(0)
  expect(JSON.parse(bytes.subarray(8, 8 + length).toString())).toEqual({
    __metadata__: { format: 'pt' },
    step: { dtype: 'I64', shape: [], data_offsets: [0, 8] },
    b: { dtype: 'F32', shape: [2], data_offsets: [8, 16] },
  })
  expect(bytes.subarray(8 + length)).toEqual(Buffer.from('0300000000000000' + '0000803f' + '000000c0', 'hex'))
  expect(await readdir(folder)).toEqual(['x.safetensors'])
})

test('half floats become float32 without loss; float64 is rounded', async () => {
  const halves = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x83ff, 0x7bff, 0x7c00, 0xfc00, 0x8000)
  const data = Buffer.concat([
    new Uint8Array(Float64Array.of(0.1, -1e300).buffer),
    new Uint8Array(halves.buffer),
    Uint8Array.of(0x80, 0x3f, 0x49, 0xc0),
  ])
  await made(
    {
      d: { dtype: 'F64', shape: [2], data_offsets: [0, 16] },
      h: { dtype: 'F16', shape: [8], data_offsets: [16, 32] },
      bf: { dtype: 'BF16', shape: [2], data_offsets: [32, 36] },
    },
    data,
  )
  const tensors = await readAll()
  expect(tensors.get('d')?.data).toEqual(Float32Array.of(0.1, -Infinity))
  expect(tensors.get('h')?.data).toEqual(
    Float32Array.of(1, -2, 2 ** -24, -1023 * 2 ** -24, 65504, Infinity, -Infinity, -0),
  )
  expect(tensors.get('bf')?.data).toEqual(Float32Array.of(1, -3.140625))
})

describe('files that lie', () => {
  const four = new Uint8Array(4)
  const entry = (shape: unknown, data_offsets: unknown, dtype: unknown = 'F32') => ({
    dtype,
    shape,
    data_offsets,
  })
  test.each<[string, unknown, Uint8Array, string]>([
    ['a gap', { a: entry([1], [4, 8]) }, new Uint8Array(8), 'a starts at byte'],
    ['an overlap', { a: entry([1], [0, 4]), b: entry([1], [0, 4]) }, four, 'b starts at byte'],
    ['bytes that no tensor has', { a: entry([1], [0, 4]) }, new Uint8Array(5), 'its tensors end at byte'],
    ['a tensor beyond the end', { a: entry([2], [0, 8]) }, four, 'its tensors end at byte'],
    [
      'a name twice',
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
      new Uint8Array(8),
      'starts at byte',
    ],
    [
      'F39: a product that overflows',
      { a: entry([4194305, 4194305, 211106198978564], [0, 4]) },
      four,
      'which no file can hold',
    ],
    [
      'a size that is not the shape’s',
      { a: entry([2], [0, 4]) },
      four,
      'a has F32 values of shape [2] in the bytes 0 to 4',
    ],
    ['an end before its start', { a: entry([1], [4, 0]) }, four, 'in the bytes 4 to 0'],
    [
      'negative, broken or text for numbers',
      { a: entry([-1], [0, 4]) },
      four,
      'is not a dtype, a shape and two offsets',
    ],
    ['a fraction', { a: entry([1.5], [0, 4]) }, four, 'is not a dtype, a shape and two offsets'],
    ['three offsets', { a: entry([1], [0, 2, 4]) }, four, 'is not a dtype, a shape and two offsets'],
    ['no object', { a: null }, four, 'is not a dtype, a shape and two offsets'],
    ['255 dimensions', { a: entry(new Array(255).fill(1), [0, 4]) }, four, 'more than 254 dimensions'],
    ['an unknown dtype', { a: entry([1], [0, 4], 'Q4') }, four, 'the unknown dtype Q4'],
    ['a header that is a list', [], four, 'is no JSON object'],
    ['a header that is no JSON', '{"a"', four, 'is not JSON'],
  ])('%s', async (_, header, data, message) => {
    await made(header, data)
    await expect(readAll()).rejects.toMatchObject({
      error: { code: 'bad-checkpoint', message: expect.stringContaining(message) as string },
    })
  })

  test('a header length beyond the file, or beyond the limit; a file of five bytes; none', async () => {
    for (const length of [100n, 2n ** 63n, 2n ** 64n - 1n]) {
      const bytes = Buffer.alloc(20)
      bytes.writeBigUInt64LE(length)
      await writeFile(file, bytes)
      await expect(openSafetensors(file)).rejects.toThrow(
        `its header claims ${length} bytes; the file has 20`,
      )
    }
    await writeFile(file, 'short')
    await expect(openSafetensors(file)).rejects.toThrow('too few for a safetensors file')
    await expect(openSafetensors(join(folder, 'no'))).rejects.toThrow('there is no such file')
  })

  test('dtypes that are no weights are refused by name when they are read', async () => {
    await made({ mask: entry([4], [0, 4], 'BOOL') }, four)
    await expect(readAll()).rejects.toThrow('mask has the dtype BOOL')
  })
})

test('any damage to a valid file ends in tensors no larger than it, or in bad-checkpoint', async () => {
  await writeSafetensors(file, [
    { name: 'albert.embeddings', dtype: 'float32', shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
    { name: 'step', dtype: 'int64', shape: [], data: BigInt64Array.of(3n) },
  ])
  const valid = await readFile(file)
  const change = fc.tuple(fc.nat(valid.length - 1), fc.nat(255))
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { maxLength: 3 }),
      fc.nat(valid.length),
      fc.boolean(),
      async (changes, cut, cutOff) => {
        const bytes = Buffer.from(valid)
        for (const [at, byte] of changes) bytes[at] = byte
        await writeFile(file, cutOff ? bytes.subarray(0, cut) : bytes)
        try {
          const total = [...(await readAll()).values()].reduce((sum, { data }) => sum + data.byteLength, 0)
          expect(total).toBeLessThanOrEqual(2 * valid.length) // half floats double
        } catch (error) {
          if (!(error instanceof EngineFailure)) throw error
          expect(error.error.code).toBe('bad-checkpoint')
          expect(error.message).toContain(file)
        }
      },
    ),
    { numRuns: 600 },
  )
})
