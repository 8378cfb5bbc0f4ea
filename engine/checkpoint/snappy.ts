// A Snappy-compressed block in, its plain bytes out: how the oldest TensorFlow writers stored the index.
import { Malformed } from './malformed.ts'
import { readLength, takeBytes, type Cursor } from './varint.ts'

/** Three bytes can ask for a copy of 64: no honest block grows by more. */
const MOST_GROWTH = 22

/** @throws Malformed when the block lies about its length or copies from before its start */
export function decodeSnappy(bytes: Uint8Array): Uint8Array {
  const cursor: Cursor = { bytes, at: 0 }
  const length = readLength(cursor, 'the length of a Snappy block')
  if (length > bytes.length * MOST_GROWTH) {
    throw new Malformed(`a Snappy block of ${bytes.length} bytes claims to hold ${length}.`)
  }
  const plain = new Uint8Array(length)
  let filled = 0
  while (cursor.at < bytes.length) {
    const tag = bytes[cursor.at++]!
    const kind = tag & 3
    const count =
      kind === 0 ? literalLength(cursor, tag >> 2) : kind === 1 ? 4 + ((tag >> 2) & 7) : 1 + (tag >> 2)
    if (count > length - filled) throw new Malformed('a Snappy block holds more bytes than it claims.')
    if (kind === 0) {
      plain.set(takeBytes(cursor, count, 'a Snappy literal'), filled)
    } else {
      const distance = copyDistance(cursor, tag)
      if (distance === 0 || distance > filled) throw new Malformed('a Snappy copy reaches before its block.')
      // Byte by byte: a copy may overlap what it writes, which is how runs are stored.
      for (let i = 0; i < count; i++) plain[filled + i] = plain[filled + i - distance]!
    }
    filled += count
  }
  if (filled !== length) throw new Malformed(`a Snappy block claims ${length} bytes and holds ${filled}.`)
  return plain
}

function literalLength(cursor: Cursor, code: number): number {
  return 1 + (code < 60 ? code : littleEndian(cursor, code - 59))
}

function copyDistance(cursor: Cursor, tag: number): number {
  if ((tag & 3) === 1) return ((tag >> 5) << 8) | littleEndian(cursor, 1)
  return littleEndian(cursor, (tag & 3) === 2 ? 2 : 4)
}

function littleEndian(cursor: Cursor, count: number): number {
  return takeBytes(cursor, count, 'a Snappy tag').reduceRight((value, byte) => value * 256 + byte, 0)
}
