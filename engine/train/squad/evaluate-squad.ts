// Predictions and the questions with their right answers in, the scores that SQuAD's leaderboards show out.
import type { SquadExample } from '../../data/squad/read-squad.ts'
import { exactMatch, f1V1, f1V2, normalizeAnswer } from './answer-score.ts'
import type { NullOdds } from './decode.ts'

type Predictions = ReadonlyMap<string, string>

/** In percent of all questions; one without a prediction counts as wrong. */
export function scoreV1(
  examples: readonly SquadExample[],
  predictions: Predictions,
): { exact_match: number; f1: number } {
  const sums = { exact: 0, f1: 0 }
  for (const { id, answers } of examples) {
    const prediction = predictions.get(id)
    if (prediction === undefined) continue
    sums.exact += Math.max(0, ...answers.map(({ text }) => exactMatch(prediction, text)))
    sums.f1 += Math.max(0, ...answers.map(({ text }) => f1V1(prediction, text)))
  }
  return { exact_match: (100 * sums.exact) / examples.length, f1: (100 * sums.f1) / examples.length }
}

/** By question; those without a prediction are left out. */
export type Scores = Map<string, number>

/** What each question scores with the text that was predicted, before any threshold. */
export function rawScoresV2(
  examples: readonly SquadExample[],
  predictions: Predictions,
): { exact: Scores; f1: Scores } {
  const exact: Scores = new Map()
  const f1: Scores = new Map()
  for (const { id, answers } of examples) {
    const prediction = predictions.get(id)
    if (prediction === undefined) continue
    const right = answers.map(({ text }) => text).filter((text) => normalizeAnswer(text) !== '')
    if (right.length === 0) right.push('') // the right answer is that there is none
    exact.set(id, Math.max(...right.map((text) => exactMatch(prediction, text))))
    f1.set(id, Math.max(...right.map((text) => f1V2(prediction, text))))
  }
  return { exact, f1 }
}

/** Questions whose odds exceed the threshold count as answered with nothing. The original sets 1.0, on logits. */
export function withThreshold(
  scores: Scores,
  odds: NullOdds,
  answerable: ReadonlySet<string>,
  threshold = 1.0,
): Scores {
  return new Map(
    [...scores].map(([id, score]) => [
      id,
      (odds.get(id) ?? 0) > threshold ? Number(!answerable.has(id)) : score,
    ]),
  )
}

/**
 * The threshold that gives the highest score on these very questions. The search answers the question at the threshold,
 * decoding does not: off by one, as in the original.
 * @returns the score in percent, and the threshold
 */
export function bestThreshold(
  predictions: Predictions,
  scores: Scores,
  odds: NullOdds,
  answerable: ReadonlySet<string>,
): { score: number; threshold: number } {
  let sum = [...odds.keys()].filter((id) => !answerable.has(id)).length
  let best = { sum, threshold: 0 }
  for (const [id, own] of [...odds].sort((a, b) => a[1] - b[1])) {
    const score = scores.get(id)
    if (score === undefined) continue
    if (answerable.has(id)) sum += score
    else if ((predictions.get(id) ?? '') !== '') sum -= 1
    if (sum > best.sum) best = { sum, threshold: own }
  }
  return { score: (100 * best.sum) / scores.size, threshold: best.threshold }
}

/** In percent of the predicted questions. */
export function scoreV2({ exact, f1 }: { exact: Scores; f1: Scores }): {
  exact: number
  f1: number
  total: number
} {
  const mean = (scores: Scores): number =>
    (100 * [...scores.values()].reduce((sum, score) => sum + score, 0)) / scores.size
  return { exact: mean(exact), f1: mean(f1), total: exact.size }
}

/** Ids of the questions that have an answer. */
export function answerableIds(examples: readonly SquadExample[]): Set<string> {
  return new Set(examples.filter(({ answers }) => answers.length > 0).map(({ id }) => id))
}
