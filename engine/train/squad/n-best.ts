// A question and the candidates of all its windows in, its best different answers in words out.
import type { SquadExample } from '../../data/squad/read-squad.ts'
import type { SquadFeatures } from '../../data/squad/squad-features.ts'
import { stripSpace } from '../../text/characters.ts'
import type { Candidate } from './candidates.ts'

/** In the order of the keys in `nbest_predictions.json`. In version 1.1 the scores are logits, whatever their name says. */
export type Answer = { text: string; probability: number; start_log_prob: number; end_log_prob: number }

/**
 * @param found the windows of the question in order, each with its candidates
 * @param nothing what stands in the list where no candidate is left: `empty` with 0 in version 1.1, '' with −1e6 in 2.0
 */
export function nBest(
  { context }: Pick<SquadExample, 'context'>,
  found: readonly { feature: SquadFeatures; candidates: readonly Candidate[] }[],
  n_best_size: number,
  nothing: { text: string; score: number },
): Answer[] {
  const characters = Array.from(context)
  const ranked = found
    .flatMap(({ feature, candidates }) => candidates.map((candidate) => ({ feature, ...candidate })))
    .sort((a, b) => b.start_score + b.end_score - (a.start_score + a.end_score))
  const kept = new Map<string, Candidate>()
  for (const { feature, ...candidate } of ranked) {
    if (kept.size >= n_best_size) break
    const first = feature.tok_start_to_orig_index[candidate.start] ?? 0
    const last = feature.tok_end_to_orig_index[candidate.end] ?? 0
    const text = stripSpace(characters.slice(first, last + 1).join(''))
    if (!kept.has(text)) kept.set(text, candidate)
  }
  if (kept.size === 0)
    kept.set(nothing.text, { start: 0, end: 0, start_score: nothing.score, end_score: nothing.score })
  const answers = [...kept]
  const probabilities = softmax(answers.map(([, { start_score, end_score }]) => start_score + end_score))
  return answers.map(([text, { start_score, end_score }], rank) => ({
    text,
    probability: probabilities[rank] ?? 0,
    start_log_prob: start_score,
    end_log_prob: end_score,
  }))
}

export function softmax(scores: readonly number[]): number[] {
  const highest = Math.max(...scores)
  const powers = scores.map((score) => Math.exp(score - highest))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map((power) => power / sum)
}
