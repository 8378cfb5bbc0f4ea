// The tree of a vocabulary's pieces in; the segmentation of a word that is best by a clear margin, if one is, out.
import type { PieceTree } from './piece-tree.ts'

/**
 * SentencePiece adds up the scores of a whole text in 32-bit floats. Where two segmentations of a word are nearly equal,
 * what stands before the word decides by its rounding. Over texts of up to 8192 characters rounding stays below this.
 */
const MARGIN = 0.02

/** Longer words are not looked at. */
const LONGEST = 66
const UNDERLINE = 0x2581 // ▁

export type ClearWinners = {
  /** @param segmentation the pieces of one word, as SentencePiece has them */
  isSure(segmentation: readonly string[]): boolean
  /** @param word with the `▁` in front @returns null where no segmentation wins clearly, or the best has an unknown character */
  segment(word: string): string[] | null
  /**
   * The same as the places of the pieces in the vocabulary.
   * @param units the word's code units, without the `▁`
   */
  placesOf(units: Uint16Array, length: number): number[] | null
}

export function clearWinners({ start, next, scoreOf, placeOf, unknown_score }: PieceTree): ClearWinners {
  const word = new Uint16Array(LONGEST)
  // Up to each place of a word: the scores of the best and second-best segmentation, and where the best one's last piece begins.
  const best = new Float64Array(LONGEST + 1)
  const second = new Float64Array(LONGEST + 1)
  const begins = new Int32Array(LONGEST + 1)
  const places_at = new Int32Array(LONGEST + 1) // of that piece in the vocabulary; −1: an unknown character

  return {
    isSure(segmentation) {
      const length = take(segmentation.join(''))
      if (length < 0) return false
      search(length)
      const chosen = segmentation.reduce(
        (sum, piece) => sum + (scoreOfPiece(piece) ?? Array.from(piece).length * unknown_score),
        0,
      )
      // A choice that is not the best by these scores has reasons that are not known here.
      return wins(length) && Math.abs((best[length] ?? 0) - chosen) < MARGIN / 2
    },
    segment(text) {
      const found: string[] = []
      const isFound = backwards(take(text), (from, to) => found.push(text.slice(from, to)))
      return isFound ? found.reverse() : null
    },
    placesOf(units, length) {
      if (length >= LONGEST) return null
      word[0] = UNDERLINE
      for (let at = 0; at < length; at++) word[at + 1] = units[at] ?? 0
      const found: number[] = []
      return backwards(length + 1, (_from, to) => found.push(places_at[to] ?? 0)) ? found.reverse() : null
    },
  }

  /** @returns the length; −1 for what is too long */
  function take(text: string): number {
    if (text.length > LONGEST) return -1
    for (let at = 0; at < text.length; at++) word[at] = text.charCodeAt(at)
    return text.length
  }

  /** @returns false where no segmentation wins clearly, or the best has an unknown character */
  function backwards(length: number, tell: (from: number, to: number) => void): boolean {
    if (length < 0) return false
    search(length)
    if (!wins(length)) return false
    for (let to = length; to > 0; to = begins[to] ?? 0) {
      if ((places_at[to] ?? -1) < 0) return false
      tell(begins[to] ?? 0, to)
    }
    return true
  }

  function scoreOfPiece(piece: string): number | null {
    let node = start
    for (let at = 0; at < piece.length && node >= 0; at++) node = next(node, piece.charCodeAt(at))
    const score = node < 0 ? NaN : scoreOf(node)
    return Number.isNaN(score) ? null : score
  }

  function wins(length: number): boolean {
    return (best[length] ?? 0) - (second[length] ?? 0) > MARGIN
  }

  function search(length: number): void {
    for (let at = 1; at <= length; at++) best[at] = second[at] = -Infinity
    best[0] = 0
    second[0] = -Infinity
    for (let from = 0; from < length; from++) {
      if (best[from] === -Infinity) continue // inside a surrogate pair
      const character = isPair(word[from] ?? 0, from + 1 < length ? (word[from + 1] ?? 0) : 0) ? 2 : 1
      let node = start
      for (let to = from; to < length;) {
        if (node >= 0) node = next(node, word[to] ?? 0)
        to++
        const score = node < 0 ? NaN : scoreOf(node)
        if (!Number.isNaN(score)) offer(from, to, score, placeOf(node))
        else if (to - from === character) offer(from, to, unknown_score, -1)
        if (node < 0 && to - from >= character) break
      }
    }
  }

  function offer(from: number, to: number, score: number, place: number): void {
    const first = (best[from] ?? 0) + score
    const other = (second[from] ?? 0) + score
    const first_before = best[to] ?? 0
    if (first > first_before) {
      best[to] = first
      begins[to] = from
      places_at[to] = place
      second[to] = Math.max(first_before, other)
    } else second[to] = Math.max(second[to] ?? 0, first)
  }
}

function isPair(high: number, low: number): boolean {
  return high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000
}
