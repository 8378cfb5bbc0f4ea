// An answer and a right one in, how alike they are out: the official SQuAD measures, of both versions.
import { splitAtSpace } from '../../text/characters.ts'

const PUNCTUATION = /[!-/:-@[-`{-~]/g
/** Python's word boundary knows the letters and digits of every script; JavaScript's `\b` only those of ASCII. */
const ARTICLE = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu

/** Lower case, without ASCII punctuation, articles and extra spaces. */
export function normalizeAnswer(text: string): string {
  return splitAtSpace(text.toLowerCase().replace(PUNCTUATION, '').replace(ARTICLE, ' ')).join(' ')
}

/** 1 where both normalise to the same, else 0. */
export function exactMatch(prediction: string, truth: string): number {
  return Number(normalizeAnswer(prediction) === normalizeAnswer(truth))
}

/** Version 1.1: overlap of words; 0 where there is none, so that two empty answers do not match. */
export function f1V1(prediction: string, truth: string): number {
  return overlap(splitAtSpace(normalizeAnswer(prediction)), splitAtSpace(normalizeAnswer(truth)))
}

/** Version 2.0: as 1.1, but two answers without words match and one without words matches nothing else. */
export function f1V2(prediction: string, truth: string): number {
  const [predicted, right] = [splitAtSpace(normalizeAnswer(prediction)), splitAtSpace(normalizeAnswer(truth))]
  if (predicted.length === 0 || right.length === 0) return Number(predicted.length === right.length)
  return overlap(predicted, right)
}

function overlap(predicted: readonly string[], right: readonly string[]): number {
  const left = new Map<string, number>()
  for (const word of right) left.set(word, (left.get(word) ?? 0) + 1)
  let same = 0
  for (const word of predicted) {
    const count = left.get(word) ?? 0
    if (count === 0) continue
    left.set(word, count - 1)
    same++
  }
  if (same === 0) return 0
  const [precision, recall] = [same / predicted.length, same / right.length]
  return (2 * precision * recall) / (precision + recall)
}
