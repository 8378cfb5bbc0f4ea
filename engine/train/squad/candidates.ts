// What the model says of a window in, the answers that it proposes there out: spans of the window's text with their scores.
import type { SquadFeatures } from '../../data/squad/squad-features.ts'

export type Candidate = {
  /** First and last piece, from the start of the window's text. */
  start: number
  end: number
  start_score: number
  end_score: number
}

/** Version 1.1: every position has two logits; the `n_best_size` highest of each are paired. */
export type SpanLogits = { start_logits: ArrayLike<number>; end_logits: ArrayLike<number> }

/** Version 2.0: the model searches itself; to each of its best starts belong as many best ends, one after another. */
export type SpanBeam = {
  start_top_log_probs: ArrayLike<number> // [start_n_top]
  start_top_index: ArrayLike<number>
  end_top_log_probs: ArrayLike<number> // [start_n_top * end_n_top]
  end_top_index: ArrayLike<number>
  /** How sure the model is that there is no answer; positive means none. */
  cls_logits: number
}

export type DecodeSettings = { n_best_size: number; max_answer_length: number }

export function spansOfLogits(
  feature: SquadFeatures,
  { start_logits, end_logits }: SpanLogits,
  { n_best_size, max_answer_length }: DecodeSettings,
): Candidate[] {
  const ends = bestIndexes(end_logits, n_best_size)
  const pairs = bestIndexes(start_logits, n_best_size).flatMap((start) =>
    ends.map((end) => ({
      start,
      end,
      start_score: start_logits[start] ?? 0,
      end_score: end_logits[end] ?? 0,
    })),
  )
  return inWindow(feature, pairs, max_answer_length)
}

export function spansOfBeam(
  feature: SquadFeatures,
  beam: SpanBeam,
  { max_answer_length }: DecodeSettings,
): Candidate[] {
  const end_n_top = beam.end_top_index.length / beam.start_top_index.length
  const pairs = Array.from(beam.start_top_index, (start, i) =>
    Array.from({ length: end_n_top }, (_, j) => ({
      start,
      end: beam.end_top_index[i * end_n_top + j] ?? 0,
      start_score: beam.start_top_log_probs[i] ?? 0,
      end_score: beam.end_top_log_probs[i * end_n_top + j] ?? 0,
    })),
  )
  return inWindow(feature, pairs.flat(), max_answer_length)
}

/** The highest first; of equal ones the first. */
export function bestIndexes(values: ArrayLike<number>, n: number): number[] {
  const order = Array.from(values, (_, index) => index)
  return order.sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0)).slice(0, n)
}

/** Keeps what lies in the window's text, begins where this window sees best, and is not too long. */
function inWindow(feature: SquadFeatures, pairs: Candidate[], max_answer_length: number): Candidate[] {
  const pieces = feature.tok_start_to_orig_index.length
  return pairs
    .map((pair) => ({
      ...pair,
      start: pair.start - feature.context_start,
      end: pair.end - feature.context_start,
    }))
    .filter(
      ({ start, end }) =>
        start >= 0 &&
        start < pieces &&
        end >= start &&
        end < pieces &&
        end - start + 1 <= max_answer_length &&
        feature.token_is_max_context[start] === true,
    )
}
