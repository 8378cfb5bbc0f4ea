// The tree of a vocabulary's pieces in, the segmentation of a text as SentencePiece finds it out: in its floats, in its order.
import type { PieceTree } from './piece-tree.ts'

export type BestPieces = {
  segment(text: string): string[]
  /** The same as the places of the pieces in the vocabulary; `unknown` for what is none. */
  placesOf(text: string, unknown: number): number[]
}

/**
 * Scores are added up over the whole text in 32-bit floats and compared in 64-bit ones, so that of nearly equal segmentations
 * the same one wins. Characters that no piece is stand together as one.
 * The texts have `▁` in front and for each space, and no surrogate pairs.
 */
export function bestPieces({ start, next, scoreOf, placeOf, unknown_score }: PieceTree): BestPieces {
  // Up to each place of a text: the score of the best segmentation, where its last piece begins, and which one that is.
  let best = new Float32Array(0)
  let begins = new Int32Array(0)
  let places = new Int32Array(0) // −1: a character that no piece is

  const offer = (from: number, to: number, score: number, place: number): void => {
    if (begins[to] !== -1 && score <= (best[to] ?? 0)) return
    best[to] = score
    begins[to] = from
    places[to] = place
  }
  const search = (text: string): void => {
    const { length } = text
    if (length >= best.length) {
      best = new Float32Array(2 * length + 2)
      begins = new Int32Array(2 * length + 2)
      places = new Int32Array(2 * length + 2)
    }
    best[0] = 0
    begins.fill(-1, 0, length + 1)
    for (let from = 0; from < length; from++) {
      const before = best[from] ?? 0
      let isPiece = false
      for (let node = start, to = from; to < length;) {
        node = next(node, text.charCodeAt(to++))
        if (node < 0) break
        const score = scoreOf(node)
        if (Number.isNaN(score)) continue
        offer(from, to, score + before, placeOf(node))
        if (to === from + 1) isPiece = true
      }
      if (!isPiece) offer(from, from + 1, Math.fround(unknown_score + before), -1)
    }
  }
  const backwards = (text: string, tell: (from: number, to: number) => void): void => {
    search(text)
    for (let end = text.length; end > 0;) {
      let from = begins[end] ?? 0
      if (places[end] === -1) while (from > 0 && places[from] === -1) from = begins[from] ?? 0
      tell(from, end)
      end = from
    }
  }
  return {
    segment(text) {
      const found: string[] = []
      backwards(text, (from, to) => found.push(text.slice(from, to)))
      return found.reverse()
    },
    placesOf(text, unknown) {
      const found: number[] = []
      backwards(text, (_from, to) => found.push(places[to] === -1 ? unknown : (places[to] ?? unknown)))
      return found.reverse()
    },
  }
}
