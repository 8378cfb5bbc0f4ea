// What the model says of every window in, the answers, their scores and the prediction files out: both versions' way from one to the other.
import type { SquadExample } from '../../data/squad/read-squad.ts'
import type { SquadFeatures } from '../../data/squad/squad-features.ts'
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

/** Version 1.1. */
export function scoredV1(
  { examples, features }: SquadSplit,
  outputs: SpanLogits[],
  settings: DecodeSettings,
): Scored {
  const decoded = decodeV1(examples, features, outputs, settings)
  const scores = scoreV1(examples, decoded.predictions)
  return {
    scores,
    metrics: { exact_match: scores.exact_match / 100, f1: scores.f1 / 100 },
    files: filesOf(decoded),
  }
}

export function filesV1(
  { examples, features }: SquadSplit,
  outputs: SpanLogits[],
  settings: DecodeSettings,
): PredictionFiles {
  return filesOf(decodeV1(examples, features, outputs, settings))
}

/** Version 2.0: the threshold for "no answer" is the one that scores best on these very questions, as in the original. */
export function scoredV2(
  { examples, features }: SquadSplit,
  outputs: SpanBeam[],
  settings: DecodeSettings,
): Scored {
  const answerable = answerableIds(examples)
  const first = decodeV2(examples, features, outputs, { ...settings, threshold: null })
  const raw = rawScoresV2(examples, first.predictions)
  const { threshold } = bestThreshold(first.predictions, raw.f1, first.null_odds, answerable)
  const last = decodeV2(examples, features, outputs, { ...settings, threshold })
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
      ...shareOf('f1_answerable', final.f1, (id) => answerable.has(id)),
      ...shareOf('f1_unanswerable', final.f1, (id) => !answerable.has(id)),
      null_score_diff_threshold: threshold,
    },
    files: { ...filesOf(last), 'null_odds.json': predictionFile(last.null_odds) },
  }
}

/** @param threshold what dev was answered best with */
export function filesV2(
  { examples, features }: SquadSplit,
  outputs: SpanBeam[],
  settings: DecodeSettings,
  threshold: number,
): PredictionFiles {
  const decoded = decodeV2(examples, features, outputs, { ...settings, threshold })
  return { ...filesOf(decoded), 'null_odds.json': predictionFile(decoded.null_odds) }
}

function filesOf({
  predictions,
  nbest_predictions,
}: Pick<ReturnType<typeof decodeV1>, 'predictions' | 'nbest_predictions'>): PredictionFiles {
  return {
    'predictions.json': predictionFile(predictions),
    'nbest_predictions.json': predictionFile(nbest_predictions),
  }
}

/** The mean over a part of the questions; nothing where there are none of them. */
function shareOf(name: string, scores: Scores, belongs: (id: string) => boolean): Record<string, number> {
  const own = [...scores].filter(([id]) => belongs(id)).map(([, score]) => score)
  return own.length === 0 ? {} : { [name]: own.reduce((sum, score) => sum + score, 0) / own.length }
}
