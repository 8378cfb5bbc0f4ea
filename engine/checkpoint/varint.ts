// Protobuf's and LevelDB's variable-length integers and protobuf's fields: bytes in, checked values out.
import { Malformed } from './malformed.ts'

export type Cursor = { bytes: Uint8Array; at: number }

/** A varint that must be a safe integer: lengths, offsets, counts. @throws Malformed */
export function readLength(cursor: Cursor, what: string): number {
  const value = readVarint64(cursor, what)
  if (value > BigInt(Number.MAX_SAFE_INTEGER))
    throw new Malformed(`${what} is ${value}, which no file can hold.`)
  return Number(value)
}

/** An unsigned 64-bit varint. @throws Malformed when it runs past the end or past 64 bits */
export function readVarint64(cursor: Cursor, what: string): bigint {
  let low = 0 // the first 28 bits, which almost every varint fits in
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = nextByte(cursor, what)
    low |= (byte & 127) << shift
    if (byte < 128) return BigInt(low)
  }
  let value = BigInt(low)
  for (let shift = 28n; shift < 70n; shift += 7n) {
    const byte = nextByte(cursor, what)
    value |= BigInt(byte & 127) << shift
    if (byte < 128) {
      if (value >> 64n) break
      return value
    }
  }
  throw new Malformed(`${what} is a number of more than 64 bits.`)
}

function nextByte(cursor: Cursor, what: string): number {
  const byte = cursor.bytes[cursor.at++]
  if (byte === undefined) throw new Malformed(`it ends in the middle of ${what}.`)
  return byte
}

export type ProtoField =
  | { number: number; varint: bigint }
  | { number: number; fixed32: number }
  | { number: number; bytes: Uint8Array }

/** The fields of a protobuf message in file order; nested messages come as bytes. @throws Malformed */
export function* protoFields(bytes: Uint8Array, message: string): Generator<ProtoField> {
  const cursor: Cursor = { bytes, at: 0 }
  while (cursor.at < bytes.length) {
    const tag = readLength(cursor, `a field of ${message}`)
    const number = Math.floor(tag / 8)
    const what = `field ${number} of ${message}`
    switch (tag % 8) {
      case 0:
        yield { number, varint: readVarint64(cursor, what) }
        break
      case 1:
        takeBytes(cursor, 8, what) // no message here has a 64-bit fixed field; unknown ones are stepped over
        break
      case 2:
        yield { number, bytes: takeBytes(cursor, readLength(cursor, what), what) }
        break
      case 5: {
        const four = takeBytes(cursor, 4, what)
        yield { number, fixed32: uint32(four, 0) }
        break
      }
      default:
        throw new Malformed(`${what} has the unknown wire type ${tag % 8}.`)
    }
  }
}

/** The next `length` bytes as a view. @throws Malformed when there are fewer */
export function takeBytes(cursor: Cursor, length: number, what: string): Uint8Array {
  if (length > cursor.bytes.length - cursor.at) {
    throw new Malformed(`${what} wants ${length} bytes where ${cursor.bytes.length - cursor.at} are left.`)
  }
  const taken = cursor.bytes.subarray(cursor.at, cursor.at + length)
  cursor.at += length
  return taken
}

/** The little-endian 32-bit number at an offset that the caller has checked. */
export function uint32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
}

/** Appends varints, strings of bytes and protobuf fields; the counterpart of the readers above. */
export class ByteWriter {
  readonly #bytes: number[] = []

  get length(): number {
    return this.#bytes.length
  }

  varint(value: number | bigint): this {
    let rest = BigInt.asUintN(64, BigInt(value))
    while (rest > 127n) {
      this.#bytes.push(Number(rest & 127n) | 128)
      rest >>= 7n
    }
    this.#bytes.push(Number(rest))
    return this
  }

  uint32(value: number): this {
    this.#bytes.push(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24)
    return this
  }

  raw(bytes: Uint8Array): this {
    for (const byte of bytes) this.#bytes.push(byte)
    return this
  }

  /** A number field; zero is left out, as proto3 does. */
  varintField(number: number, value: number | bigint): this {
    return BigInt(value) === 0n ? this : this.varint(number * 8).varint(value)
  }

  bytesField(number: number, bytes: Uint8Array): this {
    return this.varint(number * 8 + 2)
      .varint(bytes.length)
      .raw(bytes)
  }

  fixed32Field(number: number, value: number): this {
    return this.varint(number * 8 + 5).uint32(value)
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes)
  }
}
