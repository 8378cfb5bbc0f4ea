// Bytes in, their CRC-32C (Castagnoli) out: the checksum that TensorFlow puts on every tensor and every index block.

const POLYNOMIAL = 0x82f63b78 // reflected
const SLICES = 16

/** Table k answers: what does this byte contribute once k more bytes have followed it? All sixteen lie one after another. */
const TABLES = buildTables()

/**
 * The polynomial divides x^5275 + x^4508 + x^2751 + 1, the shortest multiple of it with four terms, and so, for squaring a
 * polynomial over two elements doubles its exponents, the same with all exponents times 32: a word of 32 bits may be taken away
 * if it is put onto the words that lie so many behind it. That is one exclusive or for each, where a table is asked four times.
 */
const BEHIND = [767, 2524, 5275] as const
/** Words that are left when all others were taken away; a multiple of the four that a round of the tables takes. */
const LEFT = 5276
/** Words that are taken away before the place for them is used again. With `LEFT` they stay in the processor's cache. */
const BLOCK = 8192
/** Below this the words that are left cost more than is spared. */
const FEWEST_WORDS = 4 * LEFT

const scratch = new Int32Array(LEFT + BLOCK)

/**
 * Checksum of `bytes`, going on from `previous` (the checksum of what came before, 0 at the start).
 * Pieces of 84 kB and more at about 2.5 GB/s in V8, smaller ones by sixteen bytes a round at 1 GB/s.
 */
export function crc32c(bytes: Uint8Array, previous = 0): number {
  if (bytes.length < 32) return ~byteByByte(~previous, bytes, 0, bytes.length) >>> 0
  let crc = ~previous
  const unaligned = (4 - (bytes.byteOffset & 3)) & 3
  crc = byteByByte(crc, bytes, 0, unaligned)
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + unaligned, (bytes.length - unaligned) >> 2)
  const whole = words.length & ~3
  crc = words.length < FEWEST_WORDS ? sixteenBytesARound(crc, words, whole) : folded(crc, words, whole)
  return ~byteByByte(crc, bytes, unaligned + whole * 4, bytes.length) >>> 0
}

function folded(start: number, words: Int32Array, count: number): number {
  const [near, middle, far] = BEHIND
  const away = scratch // what was taken away: of the block before the last `LEFT` words, then this block's
  away.fill(0, 0, LEFT)
  away[LEFT - far] = start // lies on the first word
  const end = count - LEFT
  for (let at = 0; at < end; at += BLOCK) {
    const size = Math.min(BLOCK, end - at)
    for (let to = LEFT; to < LEFT + size; to++) {
      away[to] = words[at + to - LEFT]! ^ away[to - near]! ^ away[to - middle]! ^ away[to - far]!
    }
    away.copyWithin(0, size, size + LEFT)
  }
  for (let to = 0; to < LEFT; to++) {
    let word = words[end + to]!
    for (const behind of BEHIND) if (to < behind) word ^= away[LEFT + to - behind]!
    away[LEFT + to] = word
  }
  return sixteenBytesARound(0, away.subarray(LEFT), LEFT)
}

function byteByByte(start: number, bytes: Uint8Array, from: number, to: number): number {
  let crc = start
  for (let i = from; i < to; i++) crc = (crc >>> 8) ^ TABLES[(crc ^ bytes[i]!) & 255]!
  return crc
}

function sixteenBytesARound(start: number, words: Int32Array, count: number): number {
  const T = TABLES
  let crc = start
  for (let i = 0; i < count; i += 4) {
    const b = words[i + 1]!
    const c = words[i + 2]!
    const d = words[i + 3]!
    // The three words that do not wait for the last round's result come first, so that their loads overlap with it.
    const rest =
      T[2816 | (b & 255)]! ^
      T[2560 | ((b >>> 8) & 255)]! ^
      (T[2304 | ((b >>> 16) & 255)]! ^ T[2048 | (b >>> 24)]!) ^
      (T[1792 | (c & 255)]! ^ T[1536 | ((c >>> 8) & 255)]!) ^
      (T[1280 | ((c >>> 16) & 255)]! ^ T[1024 | (c >>> 24)]!) ^
      (T[768 | (d & 255)]! ^ T[512 | ((d >>> 8) & 255)]!) ^
      (T[256 | ((d >>> 16) & 255)]! ^ T[d >>> 24]!)
    const a = words[i]! ^ crc
    crc =
      T[3840 | (a & 255)]! ^
      T[3584 | ((a >>> 8) & 255)]! ^
      (T[3328 | ((a >>> 16) & 255)]! ^ T[3072 | (a >>> 24)]!) ^
      rest
  }
  return crc
}

function buildTables(): Int32Array {
  const tables = new Int32Array(SLICES * 256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1
    tables[byte] = crc
  }
  for (let i = 256; i < tables.length; i++) {
    const shorter = tables[i - 256]!
    tables[i] = (shorter >>> 8) ^ tables[shorter & 255]!
  }
  return tables
}

/** How a checksum is stored: turned and shifted, so that a checksum over data holding checksums stays useful. */
export function maskCrc(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}
