import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { crc32c, maskCrc } from './crc32c.ts'
import { Malformed } from './malformed.ts'
import { decodeSnappy } from './snappy.ts'
import { readTable } from './table-reader.ts'
import { writeTable } from './table-writer.ts'
import { ByteWriter } from './varint.ts'

const bytes = (text: string) => Buffer.from(text, 'latin1')
const entries = (...keys: string[]) => keys.map((key) => ({ key: bytes(key), value: bytes(`of ${key}`) }))

test('what is written is read, over restart points and several blocks', () => {
  const many = Array.from(
    { length: 6500 },
    (_, i) => `a/rather/long/scope/variable_${String(i).padStart(6, '0')}`,
  )
  const table = writeTable(entries(...many))
  expect(table.length).toBeGreaterThan(262_144)
  expect(readTable(table).map(({ key }) => key)).toEqual(many)
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ unit: 'binary' }).map((text) => Buffer.from(text).toString('latin1'))),
      (keys) => {
        const sorted = keys.sort((a, b) => Buffer.compare(bytes(a), bytes(b)))
        expect(readTable(writeTable(entries(...sorted))).map(({ key }) => key)).toEqual(sorted)
      },
    ),
  )
})

describe('blocks that lie, with checksums that match', () => {
  test('keys twice, out of order, or leaning on more than there is', () => {
    expect(() => readTable(writeTable(entries('b', 'b')))).toThrow('keys out of order or twice')
    expect(() => readTable(writeTable(entries('b', 'a')))).toThrow('keys out of order or twice')
    expect(() => readTable(tableOf(block([0, 1, 0, 97, 5, 1, 0, 98])))).toThrow(
      'repeats 5 bytes of a key of 1',
    )
    expect(() => readTable(tableOf(block([0, 9, 0, 120])))).toThrow('wants 9 bytes')
    expect(() => readTable(tableOf(block([0, 1, 9, 120])))).toThrow('wants 9 bytes')
  })

  test('F40: a key of 2^31 bytes, 2^40 restart points, values beyond 2^53', () => {
    const long = new ByteWriter()
      .varint(0)
      .varint(2 ** 31)
      .varint(0)
      .finish()
    expect(() => readTable(tableOf(block([...long])))).toThrow('has a key of 2147483648 bytes')
    expect(() => readTable(tableOf(new ByteWriter().uint32(0).uint32(0xffffffff).finish()))).toThrow(
      'no whole list of restart points',
    )
    expect(() => readTable(tableOf(new Uint8Array(4)))).toThrow('no whole list of restart points')
    const beyond = new ByteWriter().varint(2n ** 60n).finish()
    expect(() => readTable(tableOf(block([...beyond])))).toThrow('which no file can hold')
  })

  test('F40: a short file of long keys ends before it fills the memory', () => {
    const writer = new ByteWriter().varint(0).varint(16_000).varint(0).raw(Buffer.alloc(16_000, 'a'))
    for (let i = 1; i < 300; i++)
      writer
        .varint(16_000 - 300 + i)
        .varint(1)
        .varint(0)
        .raw(bytes('b'))
    const bomb = tableOf(writer.uint32(0).uint32(1).finish())
    expect(() => readTable(bomb)).toThrow('longer than such a file can need')
  })

  test('restart points between entries, or where a key leans on another', () => {
    const two = [0, 1, 0, 97, 1, 1, 0, 98]
    const withRestarts = (...restarts: number[]) => {
      const writer = new ByteWriter().raw(Uint8Array.from(two))
      for (const restart of restarts) writer.uint32(restart)
      return tableOf(writer.uint32(restarts.length).finish())
    }
    expect(readTable(withRestarts(0)).map(({ key }) => key)).toEqual(['a', 'ab'])
    expect(() => readTable(withRestarts(0, 3))).toThrow('between entries')
    expect(() => readTable(withRestarts(0, 4))).toThrow('leans on the key before it')
  })

  test('an unknown compression, handles beyond the file, blocks that overlap', () => {
    expect(() => readTable(tableOf(block([]), { compression: 7 }))).toThrow('compressed in the unknown way 7')
    expect(() => readTable(tableOf(block([]), { offset: 1e6 }))).toThrow('wants bytes 1000000 to')
    expect(() => readTable(tableOf(block([]), { size: Number.MAX_SAFE_INTEGER }))).toThrow('wants bytes')
    expect(() => readTable(tableOf(block([0, 1, 0, 97]), { twice: true }))).toThrow(
      'overlaps the one before it',
    )
    expect(() => readTable(tableOf(block([0, 1, 0, 97]), { separator: 'A' }))).toThrow(
      'beyond the one that the index gives',
    )
  })
})

describe('F41: Snappy', () => {
  const plain = block([0, 1, 0, 97])

  test('literals and copies, near and far, overlapping', () => {
    // "abcd" as a literal, then 4 bytes from 4 back, 12 from 1 back (a run), 5 from 20 back with a four-byte distance
    const packed = Uint8Array.of(
      25,
      3 << 2,
      97,
      98,
      99,
      100,
      1,
      4,
      (11 << 2) | 2,
      1,
      0,
      (4 << 2) | 3,
      20,
      0,
      0,
      0,
    )
    expect(Buffer.from(decodeSnappy(packed)).toString()).toBe('abcdabcdddddddddddddabcda')
    const long = Uint8Array.of(
      ...new ByteWriter().varint(300).finish(),
      61 << 2,
      43,
      1,
      ...Buffer.alloc(300, 'x'),
    )
    expect(Buffer.from(decodeSnappy(long)).toString()).toBe('x'.repeat(300))
  })

  test('a compressed index block is read', () => {
    const packed = Uint8Array.of(plain.length, (plain.length - 1) << 2, ...plain)
    expect(readTable(tableOf(packed, { compression: 1 })).map(({ key }) => key)).toEqual(['a'])
  })

  test('lengths and copies that lie', () => {
    expect(() =>
      decodeSnappy(
        new ByteWriter()
          .varint(2 ** 40)
          .varint(0)
          .finish(),
      ),
    ).toThrow('claims to hold 1099511627776')
    expect(() => decodeSnappy(Uint8Array.of(1, 3 << 2, 1, 2, 3, 4))).toThrow('more bytes than it claims')
    expect(() => decodeSnappy(Uint8Array.of(9, 3 << 2, 1, 2, 3, 4))).toThrow('claims 9 bytes and holds 4')
    expect(() => decodeSnappy(Uint8Array.of(8, 3 << 2, 1, 2, 3, 4, 1, 9))).toThrow('reaches before its block')
    expect(() => decodeSnappy(Uint8Array.of(8, 3 << 2, 1, 2, 3, 4, 1, 0))).toThrow('reaches before its block')
    expect(() => decodeSnappy(Uint8Array.of(8, 7 << 2, 1))).toThrow('wants 8 bytes')
  })

  test('any bytes end in bytes or a complaint, within 22 times their length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (packed) => {
        try {
          expect(decodeSnappy(packed).length).toBeLessThanOrEqual(packed.length * 22)
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

/** Entries as they are, then one restart point at 0. */
function block(entryBytes: readonly number[]): Uint8Array {
  return new ByteWriter().raw(Uint8Array.from(entryBytes)).uint32(0).uint32(1).finish()
}

type Lies = { compression?: number; offset?: number; size?: number; twice?: boolean; separator?: string }

/** A table whose one data block is given, and whose index says of it what is asked for; every checksum is right. */
function tableOf(contents: Uint8Array, lies: Lies = {}): Uint8Array {
  const trailed = (plain: Uint8Array, compression = 0): Buffer => {
    const typed = Buffer.concat([plain, Uint8Array.of(compression)])
    return Buffer.concat([typed, new ByteWriter().uint32(maskCrc(crc32c(typed))).finish()])
  }
  const handle = (offset: number, size: number) => new ByteWriter().varint(offset).varint(size).finish()
  const data = trailed(contents, lies.compression)
  const metaindex = trailed(block([]))
  const value = handle(lies.offset ?? 0, lies.size ?? contents.length)
  const entry = (key: string) =>
    new ByteWriter().varint(0).varint(key.length).varint(value.length).raw(bytes(key)).raw(value).finish()
  const first = lies.separator ?? '\u00fe'
  const index = trailed(block([...entry(first), ...(lies.twice === true ? entry('\u00ff') : [])]))
  const handles = Buffer.alloc(40)
  const metaindexHandle = handle(data.length, metaindex.length - 5)
  handles.set(metaindexHandle)
  handles.set(handle(data.length + metaindex.length, index.length - 5), metaindexHandle.length)
  const magic = new ByteWriter().uint32(0x8b80fb57).uint32(0xdb477524).finish()
  return Buffer.concat([data, metaindex, index, handles, magic])
}
