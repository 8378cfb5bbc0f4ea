// The bytes of a LevelDB-style sorted table in, its keys and values out, in order; every block's checksum is checked.
import { crc32c, maskCrc } from './crc32c.ts'
import { Malformed } from './malformed.ts'
import { decodeSnappy } from './snappy.ts'
import { readLength, takeBytes, uint32, type Cursor } from './varint.ts'

/** Keys are compared as bytes; a string of code units 0–255 compares the same way. */
export type TableEntry = { key: string; value: Uint8Array }

const FOOTER_BYTES = 48
const TRAILER_BYTES = 5 // compression type, checksum
const MAGIC = [0x8b80fb57, 0xdb477524] as const // low word, high word
const LONGEST_KEY = 16_384
/** Prefix compression lets a short file ask for long keys; a true writer repeats no key more than its restart interval. */
const MOST_KEY_GROWTH = 64

type BlockHandle = { offset: number; size: number }

/**
 * All entries of a table, keys strictly ascending. Time and memory are bounded by the file's size: blocks may not overlap
 * or repeat, and keys may not grow beyond a fixed multiple of it.
 * @throws Malformed
 */
export function readTable(file: Uint8Array): TableEntry[] {
  const { metaindex, index } = readFooter(file)
  readBlock(file, metaindex, 'the metaindex block')
  const entries: TableEntry[] = []
  const budget = { keyBytes: file.length * MOST_KEY_GROWTH }
  let end = 0
  let bound: string | null = null // the separator that the index promised after the block before
  for (const { key: separator, value } of blockEntries(
    readBlock(file, index, 'the index block'),
    budget,
    'the index block',
  )) {
    const handle = readHandle({ bytes: value, at: 0 }, 'a block handle')
    const what = `the data block at byte ${handle.offset}`
    if (handle.offset < end) throw new Malformed(`${what} overlaps the one before it.`)
    const block = readBlock(file, handle, what)
    end = handle.offset + handle.size + TRAILER_BYTES
    for (const entry of blockEntries(block, budget, what)) {
      if (bound !== null && entry.key <= bound) throw new Malformed(`${what} has keys that belong before it.`)
      if (entry.key > separator)
        throw new Malformed(`${what} has keys beyond the one that the index gives for it.`)
      entries.push(entry)
    }
    bound = separator
  }
  return entries
}

function readFooter(file: Uint8Array): { metaindex: BlockHandle; index: BlockHandle } {
  if (file.length < FOOTER_BYTES) {
    throw new Malformed(
      `it has ${file.length} bytes; a checkpoint's index has at least ${FOOTER_BYTES}. It was cut off.`,
    )
  }
  const footer = file.subarray(file.length - FOOTER_BYTES)
  if (uint32(footer, 40) !== MAGIC[0] || uint32(footer, 44) !== MAGIC[1]) {
    throw new Malformed(
      'it does not end as a checkpoint index does: it was cut off, or it is another kind of file.',
    )
  }
  const cursor: Cursor = { bytes: footer.subarray(0, 40), at: 0 }
  return { metaindex: readHandle(cursor, 'the footer'), index: readHandle(cursor, 'the footer') }
}

function readHandle(cursor: Cursor, what: string): BlockHandle {
  return { offset: readLength(cursor, what), size: readLength(cursor, what) }
}

function readBlock(file: Uint8Array, { offset, size }: BlockHandle, what: string): Uint8Array {
  const room = file.length - FOOTER_BYTES
  if (size > room - TRAILER_BYTES || offset > room - TRAILER_BYTES - size) {
    throw new Malformed(
      `${what} wants bytes ${offset} to ${offset + size + TRAILER_BYTES} of a file of ${file.length}.`,
    )
  }
  const checked = file.subarray(offset, offset + size + 1)
  if (maskCrc(crc32c(checked)) !== uint32(file, offset + size + 1)) {
    throw new Malformed(`${what} does not match its checksum: the file is damaged.`)
  }
  const contents = file.subarray(offset, offset + size)
  const compression = checked[size]
  if (compression === 0) return contents
  if (compression === 1) return decodeSnappy(contents)
  throw new Malformed(`${what} is compressed in the unknown way ${compression}.`)
}

function* blockEntries(block: Uint8Array, budget: { keyBytes: number }, what: string): Generator<TableEntry> {
  const restarts = readRestarts(block, what)
  const cursor: Cursor = { bytes: block.subarray(0, block.length - 4 * restarts.length - 4), at: 0 }
  let key = ''
  let first = true
  let nextRestart = 0
  while (cursor.at < cursor.bytes.length) {
    const at = cursor.at
    const shared = readLength(cursor, what)
    const unshared = readLength(cursor, what)
    const valueLength = readLength(cursor, what)
    if (restarts[nextRestart] === at) {
      if (shared !== 0) throw new Malformed(`${what} has a restart point that leans on the key before it.`)
      nextRestart++
    }
    if (shared > key.length)
      throw new Malformed(`${what} has a key that repeats ${shared} bytes of a key of ${key.length}.`)
    if (shared + unshared > LONGEST_KEY)
      throw new Malformed(`${what} has a key of ${shared + unshared} bytes.`)
    budget.keyBytes -= shared + unshared
    if (budget.keyBytes < 0)
      throw new Malformed(`${what} has keys that are longer than such a file can need.`)
    const longer = key.slice(0, shared) + latin1(takeBytes(cursor, unshared, `a key of ${what}`))
    if (!first && longer <= key) throw new Malformed(`${what} has keys out of order or twice.`)
    key = longer
    first = false
    yield { key, value: takeBytes(cursor, valueLength, `a value of ${what}`) }
  }
  const emptyBlock = first && restarts.length === 1
  if (nextRestart !== restarts.length && !emptyBlock)
    throw new Malformed(`${what} has restart points between entries.`)
}

/** The restart offsets at a block's end, which the format wants and a reader in order does not need: checked all the same. */
function readRestarts(block: Uint8Array, what: string): number[] {
  const room = block.length - 4
  const count = room < 0 ? 0 : uint32(block, room)
  if (count < 1 || count > room / 4) throw new Malformed(`${what} has no whole list of restart points.`)
  return Array.from({ length: count }, (_, i) => uint32(block, room - 4 * (count - i)))
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}
