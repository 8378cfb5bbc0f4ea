// The pieces of a vocabulary with their scores in; whether a word has one best segmentation by a clear margin, out.
import type { Piece } from './sentencepiece-model.ts'

/**
 * SentencePiece adds up the scores of a whole text in 32-bit floats. Where two segmentations of a word are nearly equal,
 * what stands before the word decides by its rounding. Over texts of up to 8192 characters rounding stays below this.
 */
const MARGIN = 0.02
/** An unknown character costs the lowest score of the vocabulary and this. */
const UNKNOWN_PENALTY = 10

/** @returns a test of segmentations: the pieces of one word, as SentencePiece has them */
export function clearWinnerTest(pieces: readonly Piece[]): (segmentation: readonly string[]) => boolean {
  const normal = pieces.filter(({ type }) => type === 'normal')
  const lowest = normal.reduce((least, { score }) => Math.min(least, score), 0)
  const highest = normal.reduce((most, { score }) => Math.max(most, score), -Infinity)
  const scores = new Map(normal.map(({ piece, score }) => [piece, score]))
  for (const { piece, type } of pieces) {
    if (type === 'user-defined') scores.set(piece, Array.from(piece).length * highest - 0.1)
  }
  const start = treeOf(scores)
  const unknown = lowest - UNKNOWN_PENALTY

  return (segmentation) => {
    const word = segmentation.join('')
    const [best, second] = twoBest(word)
    const chosen = segmentation.reduce(
      (sum, piece) => sum + (scores.get(piece) ?? Array.from(piece).length * unknown),
      0,
    )
    // A choice that is not the best by these scores has reasons that are not known here.
    return best - second > MARGIN && Math.abs(best - chosen) < MARGIN / 2
  }

  /** The scores of the best and of the second-best segmentation. */
  function twoBest(word: string): [number, number] {
    const best = new Float64Array(word.length + 1).fill(-Infinity)
    const second = new Float64Array(word.length + 1).fill(-Infinity)
    best[0] = 0
    const offer = (at: number, score: number): void => {
      const [first = 0, next = 0] = [best[at], second[at]]
      if (score > first) {
        second[at] = first
        best[at] = score
      } else if (score > next) second[at] = score
    }
    for (let from = 0; from < word.length; from++) {
      const [here = 0, other = 0] = [best[from], second[from]]
      if (here === -Infinity) continue // inside a surrogate pair
      const character = (word.codePointAt(from) ?? 0) > 0xffff ? 2 : 1
      let node: Node | undefined = start
      for (let to = from; node !== undefined && to < word.length;) {
        node = node.next.get(word.charCodeAt(to++))
        const score = node?.score ?? (to - from === character ? unknown : null)
        if (score !== null) {
          offer(to, here + score)
          offer(to, other + score)
        }
        if (to - from < character) node ??= NOTHING // the other half of an unknown character is still to come
      }
    }
    return [best[word.length] ?? -Infinity, second[word.length] ?? -Infinity]
  }
}

/** The pieces as a tree over their code units. */
type Node = { next: Map<number, Node>; score: number | null }
const NOTHING: Node = { next: new Map(), score: null }

function treeOf(scores: ReadonlyMap<string, number>): Node {
  const start: Node = { next: new Map(), score: null }
  for (const [piece, score] of scores) {
    let node = start
    for (let at = 0; at < piece.length; at++) {
      const unit = piece.charCodeAt(at)
      const next: Node = node.next.get(unit) ?? { next: new Map(), score: null }
      node.next.set(unit, next)
      node = next
    }
    node.score = score
  }
  return start
}
