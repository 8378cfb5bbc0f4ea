// What the model says of every window in, what stands in the prediction files out: an answer and the n best to each question.
import type { SquadExample } from '../../data/squad/read-squad.ts'
import type { SquadFeatures } from '../../data/squad/squad-features.ts'
import { spansOfBeam, spansOfLogits } from './candidates.ts'
import type { DecodeSettings, SpanBeam, SpanLogits } from './candidates.ts'
import { nBest } from './n-best.ts'
import type { Answer } from './n-best.ts'

export type Decoded = {
  /** Question id → text, in the order of the questions. */
  predictions: Map<string, string>
  nbest_predictions: Map<string, Answer[]>
}
/** Question id → how sure the model is that there is no answer, at its surest window. */
export type NullOdds = Map<string, number>

/** A question without windows, because its context could not be aligned, counts as surely unanswerable. */
const NO_WINDOW = 1_000_000

/** Version 1.1. @param outputs one for each feature, in order */
export function decodeV1(
  examples: readonly SquadExample[],
  features: readonly SquadFeatures[],
  outputs: readonly SpanLogits[],
  settings: DecodeSettings,
): Decoded {
  const windows = windowsByExample(features, outputs)
  const nbest_predictions = new Map(
    examples.map((example, index) => {
      const found = (windows.get(index) ?? []).map(({ feature, output }) => ({
        feature,
        candidates: spansOfLogits(feature, output, settings),
      }))
      return [example.id, nBest(example, found, settings.n_best_size, { text: 'empty', score: 0 })]
    }),
  )
  return { predictions: firstTexts(nbest_predictions), nbest_predictions }
}

/**
 * Version 2.0.
 * @param threshold below which the null odds have to lie for an answer to be given; null gives one to every question
 */
export function decodeV2(
  examples: readonly SquadExample[],
  features: readonly SquadFeatures[],
  outputs: readonly SpanBeam[],
  { threshold, ...settings }: DecodeSettings & { threshold: number | null },
): Decoded & { null_odds: NullOdds } {
  const windows = windowsByExample(features, outputs)
  const null_odds: NullOdds = new Map()
  const nbest_predictions = new Map<string, Answer[]>()
  for (const [index, example] of examples.entries()) {
    const own = windows.get(index) ?? []
    const found = own.map(({ feature, output }) => ({
      feature,
      candidates: spansOfBeam(feature, output, settings),
    }))
    // The original sums before it compares, and so never writes −0.
    null_odds.set(
      example.id,
      own.reduce((least, { output }) => Math.min(least, 0 + output.cls_logits), NO_WINDOW),
    )
    nbest_predictions.set(example.id, nBest(example, found, settings.n_best_size, { text: '', score: -1e6 }))
  }
  const predictions = firstTexts(nbest_predictions)
  for (const [id, odds] of null_odds) if (threshold !== null && !(odds < threshold)) predictions.set(id, '')
  return { predictions, nbest_predictions, null_odds }
}

function firstTexts(nbest: ReadonlyMap<string, Answer[]>): Map<string, string> {
  return new Map([...nbest].map(([id, answers]) => [id, answers[0]?.text ?? '']))
}

function windowsByExample<T>(
  features: readonly SquadFeatures[],
  outputs: readonly T[],
): Map<number, { feature: SquadFeatures; output: T }[]> {
  if (features.length !== outputs.length)
    throw new RangeError(`There are ${features.length} windows and ${outputs.length} outputs.`)
  const windows = new Map<number, { feature: SquadFeatures; output: T }[]>()
  features.forEach((feature, index) => {
    const output = outputs[index]
    if (output === undefined) return
    const own = windows.get(feature.example_index)
    if (own === undefined) windows.set(feature.example_index, [{ feature, output }])
    else own.push({ feature, output })
  })
  return windows
}
