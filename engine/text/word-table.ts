// Words one by one in, the ids that each was cut into when it first came out. Words come again and again; cutting them is what costs.

/** Ids one after another, as many as `used` says. */
export type IdList = { ids: Int32Array; used: number }

/** Longer words are not remembered. */
export const LONGEST_WORD = 64
const MOST_WORDS = 1 << 17
/** Half full at most. */
const SLOTS = 2 * MOST_WORDS

/** What a slot holds lies side by side, so that it comes into the processor together: a word is mostly found by one look. */
const CELLS = 8
const HASH = 0
const LENGTH = 1 // of the word; 0: the slot is empty
const LETTERS = 2 // where they begin
const COUNT = 3 // of its ids; −1: it has none of its own
const IDS = 4 // themselves, or, of more than there is room for, where they begin
const ROOM = CELLS - IDS

export type WordTable = {
  /**
   * Puts the ids of the word that the first `length` units are behind those of the list.
   * @param hash made with `hashWith` of all its units in turn, beginning with 0
   * @returns false where the word has no ids of its own: nothing is put there then
   */
  append(units: Uint16Array, length: number, hash: number, list: IdList): boolean
}

export function hashWith(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193)
}

/** @param idsOf the ids of a word that was not met yet; null where they are not the same in every text */
export function wordTable(
  idsOf: (units: Uint16Array, length: number) => ArrayLike<number> | null,
): WordTable {
  const cells = new Int32Array(CELLS * SLOTS)
  const letters = { units: new Uint16Array(1 << 16), used: 0 }
  const long: IdList = { ids: new Int32Array(1 << 12), used: 0 }
  let words = 0

  const isThis = (cell: number, units: Uint16Array, length: number, hash: number): boolean => {
    if (cells[cell + HASH] !== hash || cells[cell + LENGTH] !== length) return false
    const from = cells[cell + LETTERS] ?? 0
    const all = letters.units
    for (let at = 0; at < length; at++) if (all[from + at] !== units[at]) return false
    return true
  }
  /** The cell of the word, or of the gap where it belongs. */
  const cellOf = (units: Uint16Array, length: number, hash: number): number => {
    let cell = ((hash ^ (hash >>> 15)) & (SLOTS - 1)) * CELLS
    while (cells[cell + LENGTH] !== 0 && !isThis(cell, units, length, hash))
      cell = (cell + CELLS) & (CELLS * SLOTS - 1)
    return cell
  }
  const remember = (units: Uint16Array, length: number, hash: number): number => {
    const ids = idsOf(units, length)
    // Frequent words are met again at once, so forgetting everything costs little and needs no bookkeeping.
    if (words === MOST_WORDS) {
      cells.fill(0)
      words = letters.used = long.used = 0
    }
    words++
    const cell = cellOf(units, length, hash)
    if (letters.used + length > letters.units.length) letters.units = twice(letters.units)
    letters.units.set(units.subarray(0, length), letters.used)
    cells[cell + HASH] = hash
    cells[cell + LENGTH] = length
    cells[cell + LETTERS] = letters.used
    cells[cell + COUNT] = ids === null ? -1 : ids.length
    letters.used += length
    if (ids === null) return cell
    if (ids.length > ROOM) cells[cell + IDS] = long.used
    for (let at = 0; at < ids.length; at++) {
      if (ids.length > ROOM) push(long, ids[at] ?? 0)
      else cells[cell + IDS + at] = ids[at] ?? 0
    }
    return cell
  }

  return {
    append(units, length, hash, list) {
      let cell = cellOf(units, length, hash)
      if (cells[cell + LENGTH] === 0) cell = remember(units, length, hash)
      const count = cells[cell + COUNT] ?? 0
      if (count < 0) return false
      if (list.used + count > list.ids.length) list.ids = twice(list.ids)
      const { ids, used } = list
      const source = count > ROOM ? long.ids : cells
      const from = count > ROOM ? (cells[cell + IDS] ?? 0) : cell + IDS
      for (let at = 0; at < count; at++) ids[used + at] = source[from + at] ?? 0
      list.used = used + count
      return true
    },
  }
}

/** The ids that `encodeInto` puts into a list of its own. */
export function encodedBy(encodeInto: (text: string, list: IdList) => void): (text: string) => number[] {
  const list: IdList = { ids: new Int32Array(1 << 10), used: 0 }
  return (text) => {
    list.used = 0
    encodeInto(text, list)
    return Array.from(list.ids.subarray(0, list.used))
  }
}

/** Puts an id behind those of the list. */
export function push(list: IdList, id: number): void {
  if (list.used === list.ids.length) list.ids = twice(list.ids)
  list.ids[list.used++] = id
}

function twice<Numbers extends Int32Array | Uint16Array>(numbers: Numbers): Numbers {
  const longer = (
    numbers instanceof Int32Array ? new Int32Array(2 * numbers.length) : new Uint16Array(2 * numbers.length)
  ) as Numbers
  longer.set(numbers)
  return longer
}
