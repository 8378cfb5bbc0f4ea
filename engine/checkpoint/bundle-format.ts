// The two protobuf messages of a TensorFlow bundle's index, read and written: the header, and one entry for each tensor.
import { Malformed } from './malformed.ts'
import type { TensorDtype } from './named-tensor.ts'
import { ByteWriter, protoFields, type ProtoField } from './varint.ts'

/** TensorFlow's dtype codes; `bytes` is null where values have no fixed width. */
const DTYPES: Readonly<Record<number, { name: string; bytes: number | null }>> = {
  1: { name: 'float32', bytes: 4 },
  2: { name: 'float64', bytes: 8 },
  3: { name: 'int32', bytes: 4 },
  4: { name: 'uint8', bytes: 1 },
  5: { name: 'int16', bytes: 2 },
  6: { name: 'int8', bytes: 1 },
  7: { name: 'string', bytes: null },
  8: { name: 'complex64', bytes: 8 },
  9: { name: 'int64', bytes: 8 },
  10: { name: 'bool', bytes: 1 },
  14: { name: 'bfloat16', bytes: 2 },
  17: { name: 'uint16', bytes: 2 },
  18: { name: 'complex128', bytes: 16 },
  19: { name: 'float16', bytes: 2 },
  20: { name: 'resource', bytes: null },
  21: { name: 'variant', bytes: null },
  22: { name: 'uint32', bytes: 4 },
  23: { name: 'uint64', bytes: 8 },
}
const CODES: Readonly<Record<TensorDtype, number>> = { float32: 1, int32: 3, int64: 9 }
const MOST_DIMENSIONS = 254 // TensorFlow's own limit
const MOST_SHARDS = 99_999 // what five digits in a file name can say
const READER_VERSION = 1

export type BundleHeader = { num_shards: number }

export type BundleEntry = {
  dtype: string
  /** Bytes a value, or null where that is not fixed. */
  width: number | null
  shape: readonly number[]
  shard: number
  offset: number
  size: number
  /** Masked. */
  crc: number
  /** Not empty: the tensor's values lie under keys of their own, one for each of these. */
  slices: readonly (readonly SliceExtent[])[]
}

/** `length` null: all of that dimension. */
export type SliceExtent = { start: number; length: number | null }

/** @throws Malformed for big-endian bundles, and for versions that this reader does not know */
export function readHeader(bytes: Uint8Array): BundleHeader {
  let num_shards = 0
  for (const field of protoFields(bytes, 'the header')) {
    if (field.number === 1) num_shards = natural(field, 'the number of shards')
    if (field.number === 2 && 'varint' in field && field.varint !== 0n) {
      throw new Malformed('it was written on a big-endian machine; write it again on a little-endian one.')
    }
    if (field.number === 3 && 'bytes' in field) checkVersion(field.bytes)
  }
  if (num_shards < 1 || num_shards > MOST_SHARDS)
    throw new Malformed(`its header tells of ${num_shards} data files.`)
  return { num_shards }
}

function checkVersion(bytes: Uint8Array): void {
  for (const field of protoFields(bytes, 'the version')) {
    if (field.number === 2 && natural(field, 'the version') > READER_VERSION) {
      throw new Malformed(
        `it wants a reader of bundle version ${natural(field, 'the version')}; this one knows ${READER_VERSION}.`,
      )
    }
  }
}

/** @throws Malformed */
export function readEntry(bytes: Uint8Array, name: string): BundleEntry {
  const what = `the entry of ${name}`
  const entry = { code: 0, shard: 0, offset: 0, size: 0, crc: 0 }
  let shape: number[] = []
  const slices: SliceExtent[][] = []
  for (const field of protoFields(bytes, what)) {
    if (field.number === 1) entry.code = natural(field, `the dtype of ${name}`)
    else if (field.number === 2) shape = readShape(message(field, what), name)
    else if (field.number === 3) entry.shard = natural(field, `the shard of ${name}`)
    else if (field.number === 4) entry.offset = natural(field, `the offset of ${name}`)
    else if (field.number === 5) entry.size = natural(field, `the size of ${name}`)
    else if (field.number === 6) {
      if (!('fixed32' in field)) throw new Malformed(`${what} has a checksum of the wrong kind.`)
      entry.crc = field.fixed32
    } else if (field.number === 7) slices.push(readSlice(message(field, what), name))
  }
  const dtype = DTYPES[entry.code] ?? { name: `dtype ${entry.code}`, bytes: null }
  const { shard, offset, size, crc } = entry
  return { dtype: dtype.name, width: dtype.bytes, shape, shard, offset, size, crc, slices }
}

function readShape(bytes: Uint8Array, name: string): number[] {
  const shape: number[] = []
  for (const field of protoFields(bytes, `the shape of ${name}`)) {
    if (field.number === 3) throw new Malformed(`the shape of ${name} is unknown.`)
    if (field.number !== 2) continue
    if (shape.length === MOST_DIMENSIONS)
      throw new Malformed(`${name} has more than ${MOST_DIMENSIONS} dimensions.`)
    let size = 0
    for (const part of protoFields(message(field, 'a dimension'), `a dimension of ${name}`)) {
      if (part.number === 1) size = natural(part, `a dimension of ${name}`)
    }
    shape.push(size)
  }
  checkedCount(shape, name)
  return shape
}

function readSlice(bytes: Uint8Array, name: string): SliceExtent[] {
  const extents: SliceExtent[] = []
  for (const field of protoFields(bytes, `a slice of ${name}`)) {
    if (field.number !== 1) continue
    if (extents.length === MOST_DIMENSIONS)
      throw new Malformed(`${name} has more than ${MOST_DIMENSIONS} dimensions.`)
    const extent: SliceExtent = { start: 0, length: null }
    for (const part of protoFields(message(field, 'an extent'), `a slice of ${name}`)) {
      if (part.number === 1) extent.start = natural(part, `the start of a slice of ${name}`)
      if (part.number === 2) extent.length = natural(part, `the length of a slice of ${name}`)
    }
    extents.push(extent)
  }
  return extents
}

/**
 * Number of values of a shape, multiplied without ever leaving the safe integers.
 * @throws Malformed when the product, zeros left aside, is beyond 2^53: TensorFlow's own check for overflow
 */
export function checkedCount(shape: readonly number[], name: string): number {
  let product = 1
  for (const size of shape) {
    if (size === 0) continue
    if (size > Number.MAX_SAFE_INTEGER / product) {
      throw new Malformed(`${name} has the shape [${shape.slice(0, 8).join(', ')}], which no file can hold.`)
    }
    product *= size
  }
  return shape.includes(0) ? 0 : product
}

function natural(field: ProtoField, what: string): number {
  if (!('varint' in field)) throw new Malformed(`${what} is not a number.`)
  const value = BigInt.asIntN(64, field.varint)
  if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Malformed(`${what} is ${value}.`)
  return Number(value)
}

function message(field: ProtoField, what: string): Uint8Array {
  if (!('bytes' in field)) throw new Malformed(`field ${field.number} of ${what} is of the wrong kind.`)
  return field.bytes
}

/** The header that TensorFlow writes: shards, little-endian (the default, left out), version 1. */
export function writeHeader({ num_shards }: BundleHeader): Uint8Array {
  const version = new ByteWriter().varintField(1, READER_VERSION).finish()
  return new ByteWriter().varintField(1, num_shards).bytesField(3, version).finish()
}

/** An entry's message, its fields in TensorFlow's order. `crc` is masked. */
export function writeEntry(entry: {
  dtype: TensorDtype
  shape: readonly number[]
  offset: number
  size: number
  crc: number
}): Uint8Array {
  const shape = new ByteWriter()
  for (const size of entry.shape) shape.bytesField(2, new ByteWriter().varintField(1, size).finish())
  return new ByteWriter()
    .varintField(1, CODES[entry.dtype])
    .bytesField(2, shape.finish())
    .varintField(4, entry.offset)
    .varintField(5, entry.size)
    .fixed32Field(6, entry.crc)
    .finish()
}
