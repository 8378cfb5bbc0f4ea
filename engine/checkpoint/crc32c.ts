// Bytes in, their CRC-32C (Castagnoli) out: the checksum that TensorFlow puts on every tensor and every index block.
import { LEFT_BYTES, MOST_BYTES, wordFolder } from './fold-words.ts'

/** `is_finite`: false where the bytes, as float32, may hold an infinity or what is no number. */
export type Checked = { crc: number; is_finite: boolean }

export const NOTHING: Checked = { crc: 0, is_finite: true }

const POLYNOMIAL = 0x82f63b78 // reflected
const SLICES = 16
const EXPONENT = 0x7f800000 // of a float32; all set where it is not finite

/** Table k answers: what does this byte contribute once k more bytes have followed it? All sixteen lie one after another. */
const TABLES = buildTables()

/** Below this the bytes that folding leaves cost more than it spares. */
const FOLDED_FROM = 2 * LEFT_BYTES

/**
 * Checksum of `bytes`, going on from `previous` (the checksum of what came before, 0 at the start).
 * Pieces of a megabyte at some 6 GB/s, small ones by sixteen bytes a round at 1 to 2 GB/s.
 */
export function crc32c(bytes: Uint8Array, previous = 0): number {
  return through(bytes, { crc: previous, is_finite: false }).crc
}

/** The same, and a look at the values on the way: both in one reading of the memory. */
export function checked(bytes: Uint8Array, previous: Checked): Checked {
  const { crc, is_finite, rest } = through(bytes, previous)
  return { crc, is_finite: is_finite && allFinite(rest) }
}

/** @returns also what was too short to be folded, of which nobody has looked at the values */
function through(bytes: Uint8Array, previous: Checked): Checked & { rest: Uint8Array } {
  let crc = ~previous.crc
  let is_finite = previous.is_finite
  let at = 0
  fold ??= wordFolder() ?? 'none'
  if (fold !== 'none') {
    for (let left = bytes.length; left >= FOLDED_FROM; left = bytes.length - at) {
      const size = Math.min(left, MOST_BYTES) & ~15
      const folded = fold(bytes.subarray(at, at + size), crc)
      crc = sixteenBytesARound(0, folded.words, folded.words.length)
      is_finite &&= folded.is_finite
      at += size
    }
  }
  const rest = bytes.subarray(at)
  return { crc: ~byTables(crc, rest) >>> 0, is_finite, rest }
}

/** False also where they do not begin and end with a word. */
function allFinite(bytes: Uint8Array): boolean {
  if (((bytes.byteOffset | bytes.length) & 3) !== 0) return false
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
  for (const word of words) if ((word & EXPONENT) === EXPONENT) return false
  return true
}

/** Made when it is first wanted. */
let fold: ReturnType<typeof wordFolder> | 'none' = null

function byTables(start: number, bytes: Uint8Array): number {
  if (bytes.length < 32) return byteByByte(start, bytes, 0, bytes.length)
  const unaligned = (4 - (bytes.byteOffset & 3)) & 3
  const crc = byteByByte(start, bytes, 0, unaligned)
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + unaligned, (bytes.length - unaligned) >> 2)
  const whole = words.length & ~3
  return byteByByte(sixteenBytesARound(crc, words, whole), bytes, unaligned + whole * 4, bytes.length)
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
