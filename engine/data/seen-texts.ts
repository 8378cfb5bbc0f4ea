// Texts one by one in; for each, whether it came before and on which line, out: in bounded memory, however many there are.

export type SeenTexts = {
  /**
   * @param other the second text of a pair
   * @returns what was said of the same text when it came first; null where it is new, or where no more can be remembered
   */
  add(text: string, line: number, mark: number, other?: string | null): { line: number; mark: number } | null
  /** As `add`, without remembering the text. */
  find(text: string, other?: string | null): { line: number; mark: number } | null
}

/** 16 bytes each at a load of one half. */
const MOST = 1 << 21

/** Rarely moved, and never more than 64 MB. */
const GROWTH = 8

/**
 * Remembers 64 bits of each text: among two million texts two different ones are taken for the same in one of ten million files.
 * @param most texts that are remembered
 */
export function createSeenTexts(most = MOST): SeenTexts {
  let capacity = 1 << 10
  let count = 0
  let table = new Uint32Array(capacity * 4) // two halves of the hash, line, mark
  const hash = new Uint32Array(2)
  const hashInto = createHash()

  /** The place of the hash, or of the gap where it belongs. */
  const placeOf = (cells: Uint32Array, size: number, low: number, high: number): number => {
    let at = (low & (size - 1)) * 4
    while (cells[at + 2] !== 0 && (cells[at] !== low || cells[at + 1] !== high)) {
      at = at + 4 === cells.length ? 0 : at + 4
    }
    return at
  }
  const grow = (): void => {
    const next = new Uint32Array(table.length * GROWTH)
    capacity *= GROWTH
    for (let at = 0; at < table.length; at += 4) {
      if (table[at + 2] === 0) continue
      const to = placeOf(next, capacity, table[at] ?? 0, table[at + 1] ?? 0)
      for (let word = 0; word < 4; word++) next[to + word] = table[at + word] ?? 0
    }
    table = next
  }
  const known = (at: number) =>
    table[at + 2] === 0 ? null : { line: table[at + 2] ?? 0, mark: table[at + 3] ?? 0 }

  return {
    add(text, line, mark, other = null) {
      hashInto(hash, text, other)
      const low = hash[0] ?? 0
      const high = hash[1] ?? 0
      let at = placeOf(table, capacity, low, high)
      const found = known(at)
      if (found !== null || count >= most) return found
      if (count * 2 >= capacity) {
        grow()
        at = placeOf(table, capacity, low, high)
      }
      table[at] = low
      table[at + 1] = high
      table[at + 2] = line
      table[at + 3] = mark
      count++
      return null
    },
    find(text, other = null) {
      hashInto(hash, text, other)
      return known(placeOf(table, capacity, hash[0] ?? 0, hash[1] ?? 0))
    },
  }
}

const BETWEEN = 1
/** What one UTF-16 unit takes at most in UTF-8. */
const LONGEST_UNIT = 3

/**
 * Two mixes of 32 bits with different multipliers (as in MurmurHash), each over all bytes in UTF-8, four at a time: to write a
 * text as bytes and read these costs a third of asking it for its letters. Halves of surrogate pairs are U+FFFD to this as they
 * are to the tokenizer.
 */
function createHash(): (into: Uint32Array, text: string, other: string | null) => void {
  let bytes = Buffer.alloc(0)
  let words = new Int32Array(0)
  return (into, text, other) => {
    const most = LONGEST_UNIT * (text.length + (other?.length ?? 0)) + 8
    if (most > bytes.length) {
      words = new Int32Array(Math.max(1 << 12, 2 ** Math.ceil(Math.log2(most)) / 4))
      bytes = Buffer.from(words.buffer)
    }
    let size = bytes.write(text, 0)
    if (other !== null) {
      bytes[size++] = BETWEEN
      size += bytes.write(other, size)
    }
    const end = (size + 3) >> 2
    bytes[size] = bytes[size + 1] = bytes[size + 2] = 0 // what a longer text has left in the last word
    let low = 0x9747b28c ^ size
    let high = 0x2f0b4c47
    for (let at = 0; at < end; at++) {
      const word = words[at] ?? 0
      low = Math.imul(low ^ word, 0x85ebca6b)
      low ^= low >>> 15
      high = Math.imul(high ^ word, 0xc2b2ae35)
      high ^= high >>> 13
    }
    into[0] = Math.imul(low ^ (low >>> 16), 0x27d4eb2f)
    into[1] = Math.imul(high ^ (high >>> 16), 0x165667b1)
  }
}
