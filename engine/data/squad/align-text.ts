// A text and what its pieces spell in; which character of the one is which of the other, out. Null: they are too different.

export type Alignment = {
  /** For each character of the text, its place in the spelled one, or −1. */
  toSpelled: Int32Array
  /** For each character of the spelled text, its place in the text, or −1. */
  toText: Int32Array
}

const UP = 1
const LEFT = 2
const MATCH = 3
/** Share of the text's characters that must be found again. */
const ENOUGH = 0.8

/**
 * The longest common subsequence within a band around the diagonal, with the original's way of breaking ties. Where less
 * than 0.8 of the text is found the band is doubled once; then the texts count as different.
 * @param text the characters of the context, each as the clean-up makes it
 * @param spelled the characters of the joined pieces
 */
export function alignText(text: readonly string[], spelled: readonly string[]): Alignment | null {
  if (text.length === 0 || spelled.length === 0) return null
  const ids = new Map<string, number>()
  const idOf = (character: string): number => {
    const id = ids.get(character) ?? ids.size
    ids.set(character, id)
    return id
  }
  const [a, b] = [Int32Array.from(text, idOf), Int32Array.from(spelled, idOf)]
  const width = Math.abs(a.length - b.length) + 5
  let found = longestCommon(a, b, width)
  if (!(found.length > ENOUGH * a.length)) found = longestCommon(a, b, 2 * width)
  const alignment = traceBack(found.pointers, found.width, a.length, b.length)
  if (found.length < ENOUGH * a.length || alignment.toSpelled.every((place) => place < 0)) return null
  return alignment
}

/** Row `i` covers the columns `i − width ≤ j < i + width`; what lies outside counts as 0. */
function longestCommon(
  a: Int32Array,
  b: Int32Array,
  width: number,
): { length: number; pointers: Uint8Array; width: number } {
  const band = 2 * width
  const pointers = new Uint8Array(a.length * band)
  let above = new Float64Array(band + 1) // one more, for the column that the row above does not reach
  let row = new Float64Array(band + 1)
  for (let i = 0; i < a.length; i++) {
    row.fill(0)
    const first = Math.max(0, i - width)
    const last = Math.min(b.length - 1, i + width - 1)
    for (let j = first; j <= last; j++) {
      const at = j - i + width // the same column is one place further in the row above, the one before it in the same place
      let length = 0
      let pointer = 0
      if (i > 0) {
        length = at + 1 < band ? (above[at + 1] ?? 0) : 0
        pointer = UP
      }
      const left = at > 0 ? (row[at - 1] ?? 0) : 0
      if (j > 0 && left > length) {
        length = left
        pointer = LEFT
      }
      const before = i > 0 && j > 0 ? (above[at] ?? 0) : 0
      if (a[i] === b[j] && before + 1 > length) {
        length = before + 1
        pointer = MATCH
      }
      row[at] = length
      pointers[i * band + at] = pointer
    }
    ;[above, row] = [row, above]
  }
  return { length: above[b.length - a.length + width] ?? 0, pointers, width }
}

function traceBack(pointers: Uint8Array, width: number, n: number, m: number): Alignment {
  const alignment = { toSpelled: new Int32Array(n).fill(-1), toText: new Int32Array(m).fill(-1) }
  let i = n - 1
  let j = m - 1
  while (i >= 0 && j >= 0) {
    const at = j - i + width
    const pointer = at >= 0 && at < 2 * width ? (pointers[i * 2 * width + at] ?? 0) : 0
    if (pointer === 0) break
    if (pointer === MATCH) {
      alignment.toSpelled[i] = j
      alignment.toText[j] = i
    }
    if (pointer !== LEFT) i--
    if (pointer !== UP) j--
  }
  return alignment
}

/**
 * The place that a position is mapped to, or one next to the nearest mapped positions where it is not mapped itself.
 * @param index places, or −1
 * @param length of the text that the places are in, where what stands at its end may be meant
 */
export function placeOf(
  index: ArrayLike<number>,
  position: number,
  length: number | null,
  isStart: boolean,
): number {
  const own = index[position] ?? -1
  if (own >= 0) return own
  let rear = position
  while (rear < index.length - 1 && (index[rear] ?? -1) < 0) rear++
  let front = position
  while (front > 0 && (index[front] ?? -1) < 0) front--
  const after = index[rear] ?? -1
  const before = index[front] ?? -1
  if (before < 0 && after < 0) throw new RangeError('No character of the text is found among the pieces.')
  if (before < 0) {
    if (after < 1) return 0
    return isStart ? 0 : after - 1
  }
  if (after < 0) {
    if (length !== null && before < length - 1) return isStart ? before + 1 : length - 1
    return before
  }
  if (after > before + 1) return isStart ? before + 1 : after - 1
  return isStart ? after : before
}
