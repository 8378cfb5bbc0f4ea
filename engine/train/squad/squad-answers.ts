// What the model says of every window in, the answers, their scores and the prediction files out: both versions' way from one to the other.
import type { SquadExample } from '../../data/squad/read-squad.ts'
import type { SquadFeatures } from '../../data/squad/squad-features.ts'
import { breathe } from '../cancelled.ts'
import type { DecodeSettings, SpanBeam, SpanLogits } from './candidates.ts'
import { decodeV1, decodeV2 } from './decode.ts'
import type { SquadScores } from './eval-block.ts'
import {
  answerableIds,
  bestThreshold,
  rawScoresV2,
  scoreV1,
  scoreV2,
  withThreshold,
  type Scores,
} from './evaluate-squad.ts'
import { predictionFile } from './prediction-files.ts'

export type SquadSplit = { examples: SquadExample[]; features: SquadFeatures[] }

/** Name → text of the files that belong to these answers. */
export type PredictionFiles = Record<string, string>

export type Scored = {
  /** As the original writes them, in percent. */
  scores: SquadScores
  /** As fractions, for whoever compares runs. */
  metrics: Record<string, number>
  files: PredictionFiles
}

/** Version 1.1. @throws Cancelled */
export async function scoredV1(
  split: SquadSplit,
  outputs: readonly SpanLogits[],
  settings: DecodeSettings,
  signal: AbortSignal,
): Promise<Scored> {
  const decoded = await decodedV1(split, outputs, settings, signal)
  const scores = scoreV1(split.examples, decoded.predictions)
  return {
    scores,
    metrics: { exact_match: scores.exact_match / 100, f1: scores.f1 / 100 },
    files: filesOf(decoded),
  }
}

/** @throws Cancelled */
export async function filesV1(
  split: SquadSplit,
  outputs: readonly SpanLogits[],
  settings: DecodeSettings,
  signal: AbortSignal,
): Promise<PredictionFiles> {
  return filesOf(await decodedV1(split, outputs, settings, signal))
}

/**
 * Version 2.0: the threshold for "no answer" is the one that scores best on these very questions, as in the original.
 * @throws Cancelled
 */
export async function scoredV2(
  split: SquadSplit,
  outputs: readonly SpanBeam[],
  settings: DecodeSettings,
  signal: AbortSignal,
): Promise<Scored> {
  const { examples } = split
  const answerable = answerableIds(examples)
  const first = await decodedV2(split, outputs, { ...settings, threshold: null }, signal)
  const raw = rawScoresV2(examples, first.predictions)
  const best = (scores: Scores) => bestThreshold(first.predictions, scores, first.null_odds, answerable)
  const [best_exact, best_f1] = [best(raw.exact), best(raw.f1)]
  const { threshold } = best_f1
  const untuned = new Map(
    [...first.predictions].map(([id, text]) => [id, (first.null_odds.get(id) ?? 0) < 0 ? text : '']),
  )
  const last = await decodedV2(split, outputs, { ...settings, threshold }, signal)
  const { exact, f1 } = rawScoresV2(examples, last.predictions)
  const final = {
    exact: withThreshold(exact, last.null_odds, answerable),
    f1: withThreshold(f1, last.null_odds, answerable),
  }
  const scores = { ...scoreV2(final), null_score_diff_threshold: threshold }
  return {
    scores,
    metrics: {
      exact_match: scores.exact / 100,
      f1: scores.f1 / 100,
      ...byAnswerability(final, answerable),
      best_exact: best_exact.score / 100,
      best_exact_thresh: best_exact.threshold,
      best_f1: best_f1.score / 100,
      best_f1_thresh: best_f1.threshold,
      // With the threshold that a model has by itself, which no look at the right answers has moved.
      f1_threshold_0: scoreV2(rawScoresV2(examples, untuned)).f1 / 100,
      null_score_diff_threshold: threshold,
    },
    files: filesOf(last),
  }
}

/** @param settings.threshold what dev was answered best with @throws Cancelled */
export async function filesV2(
  split: SquadSplit,
  outputs: readonly SpanBeam[],
  settings: DecodeSettings & { threshold: number },
  signal: AbortSignal,
): Promise<PredictionFiles> {
  return filesOf(await decodedV2(split, outputs, settings, signal))
}

function decodedV1(
  split: SquadSplit,
  outputs: readonly SpanLogits[],
  settings: DecodeSettings,
  signal: AbortSignal,
) {
  return inParts(split, outputs, signal, (part, own) => decodeV1(part.examples, part.features, own, settings))
}

function decodedV2(
  split: SquadSplit,
  outputs: readonly SpanBeam[],
  settings: DecodeSettings & { threshold: number | null },
  signal: AbortSignal,
) {
  return inParts(split, outputs, signal, (part, own) => decodeV2(part.examples, part.features, own, settings))
}

/** Questions decoded without a turn of the event loop: some tens of milliseconds. */
const PART = 100

/** Decodes a part of the questions at a time, so that a run can be stopped in between. */
async function inParts<Output, Decoded extends Record<string, Map<string, unknown>>>(
  { examples, features }: SquadSplit,
  outputs: readonly Output[],
  signal: AbortSignal,
  decode: (part: SquadSplit, outputs: Output[]) => Decoded,
): Promise<Decoded> {
  let window = 0
  const decodeFrom = (first: number): Decoded => {
    const start = window
    while ((features[window]?.example_index ?? Infinity) < first + PART) window++
    const own = features
      .slice(start, window)
      .map((one) => ({ ...one, example_index: one.example_index - first }))
    return decode(
      { examples: examples.slice(first, first + PART), features: own },
      outputs.slice(start, window),
    )
  }
  const all = decodeFrom(0)
  for (let first = PART; first < examples.length; first += PART) {
    await breathe(signal)
    for (const [name, map] of Object.entries(decodeFrom(first))) {
      for (const [id, value] of map) all[name]?.set(id, value)
    }
  }
  await breathe(signal)
  return all
}

function filesOf({
  predictions,
  nbest_predictions,
  null_odds,
}: ReturnType<typeof decodeV1> & { null_odds?: ReturnType<typeof decodeV2>['null_odds'] }): PredictionFiles {
  return {
    'predictions.json': predictionFile(predictions),
    'nbest_predictions.json': predictionFile(nbest_predictions),
    ...(null_odds && { 'null_odds.json': predictionFile(null_odds) }),
  }
}

/** `HasAns_…` and `NoAns_…` of the official script, which the original leaves out; nothing where there are none of them. */
function byAnswerability(
  scores: { exact: Scores; f1: Scores },
  answerable: ReadonlySet<string>,
): Record<string, number> {
  return Object.assign(
    {},
    ...(['exact', 'f1'] as const).flatMap((measure) => [
      shareOf(`HasAns_${measure}`, scores[measure], (id) => answerable.has(id)),
      shareOf(`NoAns_${measure}`, scores[measure], (id) => !answerable.has(id)),
    ]),
  ) as Record<string, number>
}

/** The mean over a part of the questions; nothing where there are none of them. */
function shareOf(name: string, scores: Scores, belongs: (id: string) => boolean): Record<string, number> {
  const own = [...scores].filter(([id]) => belongs(id)).map(([, score]) => score)
  return own.length === 0 ? {} : { [name]: own.reduce((sum, score) => sum + score, 0) / own.length }
}
