// The tree of a vocabulary's pieces in, the segmentation of a text as SentencePiece finds it out: in its floats, in its order.
import type { PieceTree } from './piece-tree.ts'

/**
 * Scores are added up over the whole text in 32-bit floats and compared in 64-bit ones, so that of nearly equal segmentations
 * the same one wins. Characters that no piece is stand together as one.
 * @param text with `▁` in front and for each space; without surrogate pairs
 */
export function bestPieces({ start, next, scoreOf, unknown_score }: PieceTree): (text: string) => string[] {
  return (text) => {
    const { length } = text
    const best = new Float32Array(length + 1)
    const begins = new Int32Array(length + 1).fill(-1)
    const is_known = new Uint8Array(length + 1)
    const offer = (from: number, to: number, score: number, known: number): void => {
      if (begins[to] !== -1 && score <= (best[to] ?? 0)) return
      best[to] = score
      begins[to] = from
      is_known[to] = known
    }
    for (let from = 0; from < length; from++) {
      const before = best[from] ?? 0
      let isPiece = false
      for (let node = start, to = from; to < length;) {
        node = next(node, text.charCodeAt(to++))
        if (node < 0) break
        const score = scoreOf(node)
        if (Number.isNaN(score)) continue
        offer(from, to, score + before, 1)
        if (to === from + 1) isPiece = true
      }
      if (!isPiece) offer(from, from + 1, Math.fround(unknown_score + before), 0)
    }
    const found: string[] = []
    for (let end = length; end > 0;) {
      let from = begins[end] ?? 0
      if (is_known[end] === 0) while (from > 0 && is_known[from] === 0) from = begins[from] ?? 0
      found.push(text.slice(from, end))
      end = from
    }
    return found.reverse()
  }
}
