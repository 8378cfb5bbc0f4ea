// The pieces of a vocabulary with their scores in; the segmentation of a word that is best by a clear margin, if one is, out.
import { pieceTree } from './piece-tree.ts'
import type { Piece } from './sentencepiece-model.ts'

/**
 * SentencePiece adds up the scores of a whole text in 32-bit floats. Where two segmentations of a word are nearly equal,
 * what stands before the word decides by its rounding. Over texts of up to 8192 characters rounding stays below this.
 */
const MARGIN = 0.02

/** An unknown character costs the lowest score of the vocabulary and this. */
const UNKNOWN_PENALTY = 10

/** Longer words are not looked at. */
const LONGEST = 66

export type ClearWinners = {
  /** @param segmentation the pieces of one word, as SentencePiece has them */
  isSure(segmentation: readonly string[]): boolean
  /** @param word with the `▁` in front @returns null where no segmentation wins clearly, or the best has an unknown character */
  segment(word: string): string[] | null
}

export function clearWinners(pieces: readonly Piece[]): ClearWinners {
  const normal = pieces.filter(({ type }) => type === 'normal')
  const lowest = normal.reduce((least, { score }) => Math.min(least, score), 0)
  const highest = normal.reduce((most, { score }) => Math.max(most, score), -Infinity)
  const scores = new Map(normal.map(({ piece, score }) => [piece, score]))
  for (const { piece, type } of pieces) {
    if (type === 'user-defined') scores.set(piece, Array.from(piece).length * highest - 0.1)
  }
  const tree = pieceTree(scores)
  const unknown = lowest - UNKNOWN_PENALTY
  // Up to each place of a word: the scores of the best and second-best segmentation, and where the best one's last piece begins.
  const best = new Float64Array(LONGEST + 1)
  const second = new Float64Array(LONGEST + 1)
  const begins = new Int32Array(LONGEST + 1)
  const is_known = new Uint8Array(LONGEST + 1)

  return {
    isSure(segmentation) {
      const word = segmentation.join('')
      if (word.length > LONGEST) return false
      search(word)
      const chosen = segmentation.reduce(
        (sum, piece) => sum + (scores.get(piece) ?? Array.from(piece).length * unknown),
        0,
      )
      // A choice that is not the best by these scores has reasons that are not known here.
      return wins(word) && Math.abs((best[word.length] ?? 0) - chosen) < MARGIN / 2
    },
    segment(word) {
      if (word.length > LONGEST) return null
      search(word)
      if (!wins(word)) return null
      const found: string[] = []
      for (let end = word.length; end > 0;) {
        if (is_known[end] === 0) return null
        const start = begins[end] ?? 0
        found.push(word.slice(start, end))
        end = start
      }
      return found.reverse()
    },
  }

  function wins({ length }: string): boolean {
    return (best[length] ?? 0) - (second[length] ?? 0) > MARGIN
  }

  function search(word: string): void {
    const { length } = word
    best.fill(-Infinity, 0, length + 1)
    second.fill(-Infinity, 0, length + 1)
    best[0] = 0
    for (let from = 0; from < length; from++) {
      if (best[from] === -Infinity) continue // inside a surrogate pair
      const character = (word.codePointAt(from) ?? 0) > 0xffff ? 2 : 1
      let node = tree.start
      for (let to = from; to < length;) {
        if (node >= 0) node = tree.next(node, word.charCodeAt(to))
        to++
        const score = node < 0 ? NaN : tree.scoreOf(node)
        if (!Number.isNaN(score)) offer(from, to, score, 1)
        else if (to - from === character) offer(from, to, unknown, 0)
        if (node < 0 && to - from >= character) break
      }
    }
  }

  function offer(from: number, to: number, score: number, known: number): void {
    const first = (best[from] ?? 0) + score
    const other = (second[from] ?? 0) + score
    const first_before = best[to] ?? 0
    if (first > first_before) {
      best[to] = first
      begins[to] = from
      is_known[to] = known
      second[to] = Math.max(first_before, other)
    } else second[to] = Math.max(second[to] ?? 0, first)
  }
}
