// Texts one by one in; for each, whether it came before and on which line, out: in bounded memory, however many there are.

export type SeenTexts = {
  /** @returns what was said of the same text when it came first; null where it is new, or where no more can be remembered */
  add(text: string, line: number, mark: number): { line: number; mark: number } | null
  /** As `add`, without remembering the text. */
  find(text: string): { line: number; mark: number } | null
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
    add(text, line, mark) {
      hashInto(hash, text)
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
    find(text) {
      hashInto(hash, text)
      return known(placeOf(table, capacity, hash[0] ?? 0, hash[1] ?? 0))
    },
  }
}

/** Two mixes of 32 bits with different multipliers (as in MurmurHash), each over all UTF-16 units, two at a time. */
function hashInto(into: Uint32Array, text: string): void {
  let low = 0x9747b28c ^ text.length
  let high = 0x2f0b4c47
  for (let at = 0; at < text.length; at += 2) {
    const units = text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16) // NaN behind the end counts as 0
    low = Math.imul(low ^ units, 0x85ebca6b)
    low ^= low >>> 15
    high = Math.imul(high ^ units, 0xc2b2ae35)
    high ^= high >>> 13
  }
  into[0] = Math.imul(low ^ (low >>> 16), 0x27d4eb2f)
  into[1] = Math.imul(high ^ (high >>> 16), 0x165667b1)
}
