// Sorted keys and values in, the bytes of a LevelDB-style table out: byte for byte what TensorFlow's own builder writes.
import { crc32c, maskCrc } from './crc32c.ts'
import { ByteWriter } from './varint.ts'

const BLOCK_BYTES = 262_144
const RESTART_INTERVAL = 16
const FOOTER_HANDLES_BYTES = 40
const MAGIC = [0x8b80fb57, 0xdb477524] as const // low word, high word

/** `entries` ascending by the bytes of the key, none twice. */
export function writeTable(entries: Iterable<{ key: Uint8Array; value: Uint8Array }>): Uint8Array {
  const file: Uint8Array[] = []
  let length = 0
  const append = (block: Uint8Array): Uint8Array => {
    const trailed = withTrailer(block)
    const handle = new ByteWriter().varint(length).varint(block.length).finish()
    file.push(trailed)
    length += trailed.length
    return handle
  }
  const index = new BlockBuilder(1)
  let block = new BlockBuilder(RESTART_INTERVAL)
  let last: Uint8Array = new Uint8Array()
  let pending: Uint8Array | null = null // the handle of a block whose separator waits for the next key
  for (const { key, value } of entries) {
    if (pending !== null) {
      index.add(shortestSeparator(last, key), pending)
      pending = null
    }
    block.add(key, value)
    last = key
    if (block.estimatedBytes >= BLOCK_BYTES) {
      pending = append(block.finish())
      block = new BlockBuilder(RESTART_INTERVAL)
    }
  }
  if (!block.isEmpty) pending = append(block.finish())
  const metaindex = append(new BlockBuilder(RESTART_INTERVAL).finish())
  if (pending !== null) index.add(shortSuccessor(last), pending)
  const indexHandle = append(index.finish())
  const handles = new Uint8Array(FOOTER_HANDLES_BYTES)
  handles.set(metaindex)
  handles.set(indexHandle, metaindex.length)
  file.push(new ByteWriter().raw(handles).uint32(MAGIC[0]).uint32(MAGIC[1]).finish())
  return Buffer.concat(file)
}

class BlockBuilder {
  readonly #restartInterval: number
  readonly #bytes = new ByteWriter()
  readonly #restarts = [0]
  #sinceRestart = 0
  #lastKey: Uint8Array = new Uint8Array()

  constructor(restartInterval: number) {
    this.#restartInterval = restartInterval
  }

  get isEmpty(): boolean {
    return this.#bytes.length === 0
  }

  get estimatedBytes(): number {
    return this.#bytes.length + 4 * this.#restarts.length + 4
  }

  add(key: Uint8Array, value: Uint8Array): void {
    let shared = 0
    if (this.#sinceRestart < this.#restartInterval) {
      shared = commonLength(this.#lastKey, key)
    } else {
      this.#restarts.push(this.#bytes.length)
      this.#sinceRestart = 0
    }
    this.#bytes
      .varint(shared)
      .varint(key.length - shared)
      .varint(value.length)
      .raw(key.subarray(shared))
      .raw(value)
    this.#lastKey = key
    this.#sinceRestart++
  }

  finish(): Uint8Array {
    for (const restart of this.#restarts) this.#bytes.uint32(restart)
    return this.#bytes.uint32(this.#restarts.length).finish()
  }
}

/** Not compressed (type 0), and the masked checksum over block and type. */
function withTrailer(block: Uint8Array): Uint8Array {
  const trailed = new Uint8Array(block.length + 5)
  trailed.set(block)
  const crc = maskCrc(crc32c(trailed.subarray(0, block.length + 1)))
  trailed.set(new ByteWriter().uint32(crc).finish(), block.length + 1)
  return trailed
}

/** A short key that is at least `last` and below `next`. */
function shortestSeparator(last: Uint8Array, next: Uint8Array): Uint8Array {
  const shared = commonLength(last, next)
  const byte = last[shared]
  const limit = next[shared]
  if (byte === undefined || limit === undefined || byte === 255 || byte + 1 >= limit) return last
  return Uint8Array.from([...last.subarray(0, shared), byte + 1])
}

/** A short key that is at least `last`: its first byte that can grow, grown. */
function shortSuccessor(last: Uint8Array): Uint8Array {
  const at = last.findIndex((byte) => byte !== 255)
  return at < 0 ? last : Uint8Array.from([...last.subarray(0, at), last[at]! + 1])
}

function commonLength(a: Uint8Array, b: Uint8Array): number {
  let length = 0
  while (length < a.length && length < b.length && a[length] === b[length]) length++
  return length
}
