// A whole split decoded in parts, as a run does it, against the same decoded at once; and stopped in between.
import { expect, test } from 'vitest'
import type { SquadExample } from '../../data/squad/read-squad.ts'
import type { SquadFeatures } from '../../data/squad/squad-features.ts'
import { Cancelled } from '../cancelled.ts'
import { decodeV1, decodeV2 } from './decode.ts'
import { predictionFile } from './prediction-files.ts'
import { filesV2, scoredV1, scoredV2 } from './squad-answers.ts'

const SETTINGS = { n_best_size: 4, max_answer_length: 4 }
const WORDS = 8

/** Every third question has two windows, every seventh none. */
function made(count: number): { examples: SquadExample[]; features: SquadFeatures[] } {
  const context = Array.from({ length: WORDS }, (_, word) => String.fromCharCode(97 + word)).join('')
  const examples = Array.from({ length: count }, (_, index) => ({
    id: `q${index}`,
    question: '?',
    context,
    answers: [{ text: context[index % WORDS] ?? '', start: index % WORDS }],
    is_impossible: false,
  }))
  const features = examples.flatMap((_, example_index) =>
    Array.from({ length: example_index % 7 === 6 ? 0 : example_index % 3 === 2 ? 2 : 1 }, (_, window) => ({
      unique_id: 0,
      example_index,
      doc_span_index: window,
      input_ids: new Int32Array(WORDS + 2),
      segment_ids: new Int32Array(WORDS + 2),
      p_mask: new Int32Array(WORDS + 2),
      context_start: 1,
      tok_start_to_orig_index: Array.from({ length: WORDS }, (_, at) => at),
      tok_end_to_orig_index: Array.from({ length: WORDS }, (_, at) => at),
      token_is_max_context: Array.from({ length: WORDS }, () => true),
      start_position: null,
      end_position: null,
      is_impossible: false,
    })),
  )
  return { examples, features }
}

/** Numbers without a pattern, the same in every run. */
const noise = (index: number): number => Math.sin(index * 12.9898) * 5

test.each([1, 99, 100, 101, 350])('%i questions in parts', async (count) => {
  const split = made(count)
  const row = (seed: number) => Float32Array.from({ length: WORDS + 2 }, (_, at) => noise(seed * 31 + at))
  const outputs = split.features.map((_, index) => ({ start_logits: row(index), end_logits: row(index + 7) }))
  const { signal } = new AbortController()
  const { files } = await scoredV1(split, outputs, SETTINGS, signal)
  const whole = decodeV1(split.examples, split.features, outputs, SETTINGS)
  expect(files['predictions.json']).toBe(predictionFile(whole.predictions))
  expect(files['nbest_predictions.json']).toBe(predictionFile(whole.nbest_predictions))
})

test('null odds in parts, and a stop between them', async () => {
  const split = made(250)
  const outputs = split.features.map((_, index) => ({
    start_top_log_probs: [noise(index), noise(index + 1)],
    start_top_index: [1, 3],
    end_top_log_probs: [noise(index + 2), noise(index + 3)],
    end_top_index: [2, 4],
    cls_logits: noise(index + 4),
  }))
  const settings = { ...SETTINGS, threshold: 0 }
  const files = await filesV2(split, outputs, settings, new AbortController().signal)
  const whole = decodeV2(split.examples, split.features, outputs, settings)
  expect(files['predictions.json']).toBe(predictionFile(whole.predictions))
  expect(files['null_odds.json']).toBe(predictionFile(whole.null_odds))

  const controller = new AbortController()
  const stopped = filesV2(split, outputs, settings, controller.signal)
  controller.abort('cancel')
  await expect(stopped).rejects.toBeInstanceOf(Cancelled)
})

test('the tuned score and the score at 0 stand side by side', async () => {
  // One window each, and always the right span; the second question has no answer.
  const { features } = made(3)
  const examples = made(3).examples.map((example, index) =>
    index === 1 ? { ...example, answers: [] } : example,
  )
  const one = features.filter(({ doc_span_index }) => doc_span_index === 0)
  const outputs = one.map((_, index) => ({
    start_top_log_probs: [0],
    start_top_index: [index + 1],
    end_top_log_probs: [0],
    end_top_index: [index + 1],
    cls_logits: [-0.5, 0.9, 0.5][index] ?? 0, // the third is held for unanswerable, but less so than the second
  }))
  const { metrics, scores } = await scoredV2(
    { examples, features: one },
    outputs,
    SETTINGS,
    new AbortController().signal,
  )
  // The search answers the question at the threshold, decoding does not: the original's third answer is lost again.
  expect(metrics).toEqual({
    exact_match: expect.closeTo(2 / 3) as number,
    f1: expect.closeTo(2 / 3) as number,
    HasAns_exact: 0.5,
    HasAns_f1: 0.5,
    NoAns_exact: 1,
    NoAns_f1: 1,
    // What the search found, before the answer at the threshold is lost.
    best_exact: 1,
    best_exact_thresh: 0.5,
    best_f1: 1,
    best_f1_thresh: 0.5,
    f1_threshold_0: expect.closeTo(2 / 3) as number,
    null_score_diff_threshold: 0.5,
  })
  expect(scores).toMatchObject({ total: 3 })
})
