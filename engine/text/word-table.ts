// Words one by one in, the ids that each was cut into when it first came out. Words come again and again; cutting them is what costs.

/** Ids one after another, as many as `used` says. */
export type IdList = { ids: Int32Array; used: number }

/** Longer words are not remembered. */
export const LONGEST_WORD = 64
const MOST_WORDS = 1 << 17
const FIRST_SLOTS = 1 << 12

/**
 * Words lie one behind another in the order in which they were met, each with all that is known of it: the frequent ones, which
 * are met early, are then close together and stay in the processor. Where a word begins stands in a table that is half full at most.
 */
const HASH = 0
const LENGTH = 1 // of the word
const COUNT = 2 // of its ids; −1: it has none of its own
const IDS = 3 // the ids; behind them the letters, two to a cell

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
  let cells = new Int32Array(1 << 14)
  let letters = new Uint16Array(cells.buffer)
  let slots = new Int32Array(FIRST_SLOTS) // 0: empty, for no word begins at 0
  let used = 1
  let words = 0

  const isThis = (cell: number, units: Uint16Array, length: number, hash: number): boolean => {
    if (cells[cell + HASH] !== hash || cells[cell + LENGTH] !== length) return false
    const from = lettersOf(cell)
    for (let at = 0; at < length; at++) if (letters[from + at] !== units[at]) return false
    return true
  }
  const lettersOf = (cell: number): number => 2 * (cell + IDS + Math.max(0, cells[cell + COUNT] ?? 0))
  const remember = (units: Uint16Array, length: number, hash: number): number => {
    const ids = idsOf(units, length)
    // Frequent words are met again at once, so forgetting everything costs little and needs no bookkeeping.
    if (words === MOST_WORDS) {
      slots.fill(0)
      words = 0
      used = 1
    }
    if (2 * ++words > slots.length) moreSlots()
    const count = ids?.length ?? 0
    const cell = used
    used += IDS + count + ((length + 1) >> 1)
    if (used > cells.length) {
      cells = twice(cells, used)
      letters = new Uint16Array(cells.buffer)
    }
    cells[cell + HASH] = hash
    cells[cell + LENGTH] = length
    cells[cell + COUNT] = ids === null ? -1 : count
    for (let at = 0; at < count; at++) cells[cell + IDS + at] = ids?.[at] ?? 0
    const from = lettersOf(cell)
    for (let at = 0; at < length; at++) letters[from + at] = units[at] ?? 0
    slots[gapFor(hash)] = cell
    return cell
  }
  const gapFor = (hash: number): number => {
    let slot = slotOf(hash) & (slots.length - 1)
    while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1)
    return slot
  }
  const moreSlots = (): void => {
    const before = slots
    slots = new Int32Array(2 * before.length)
    for (const cell of before) if (cell !== 0) slots[gapFor(cells[cell + HASH] ?? 0)] = cell
  }

  return {
    append(units, length, hash, list) {
      const last = slots.length - 1
      let slot = slotOf(hash) & last
      let cell = slots[slot] ?? 0
      while (cell !== 0 && !isThis(cell, units, length, hash)) {
        slot = (slot + 1) & last
        cell = slots[slot] ?? 0
      }
      if (cell === 0) cell = remember(units, length, hash)
      const count = cells[cell + COUNT] ?? 0
      if (count < 0) return false
      if (list.used + count > list.ids.length) list.ids = twice(list.ids, list.used + count)
      const { ids, used } = list
      for (let at = 0; at < count; at++) ids[used + at] = cells[cell + IDS + at] ?? 0
      list.used = used + count
      return true
    },
  }
}

function slotOf(hash: number): number {
  return hash ^ (hash >>> 15)
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
  if (list.used === list.ids.length) list.ids = twice(list.ids, list.used + 1)
  list.ids[list.used++] = id
}

/** A copy with at least twice the room. */
function twice(numbers: Int32Array, least: number): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(Math.max(2 * numbers.length, least))
  longer.set(numbers)
  return longer
}
