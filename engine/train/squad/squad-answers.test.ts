// Decoding, scores and prediction files of SQuAD against the original's, to the letter.
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { readSquad } from '../../data/squad/read-squad.ts'
import type { SquadExample } from '../../data/squad/read-squad.ts'
import { squadFeatures } from '../../data/squad/squad-features.ts'
import type { SquadFeatures } from '../../data/squad/squad-features.ts'
import { golden, goldenPath } from '../../testing/golden.ts'
import { readDump } from '../../testing/tensor-dump.ts'
import { vocabulary30k } from '../../testing/vocabulary.ts'
import { loadTokenizer } from '../../text/tokenizer.ts'
import { exactMatch, f1V1, f1V2, normalizeAnswer } from './answer-score.ts'
import { bestIndexes } from './candidates.ts'
import { decodeV1, decodeV2 } from './decode.ts'
import {
  answerableIds,
  bestThreshold,
  rawScoresV2,
  scoreV1,
  scoreV2,
  withThreshold,
} from './evaluate-squad.ts'
import { softmax } from './n-best.ts'
import { predictionFile } from './prediction-files.ts'

const WINDOWS = {
  '64-16': { max_seq_length: 64, doc_stride: 16, max_query_length: 24 },
  '384-128': { max_seq_length: 384, doc_stride: 128, max_query_length: 64 },
}
const LISTS = {
  'n4-a6': { n_best_size: 4, max_answer_length: 6 },
  'n20-a30': { n_best_size: 20, max_answer_length: 30 },
}
type Windows = keyof typeof WINDOWS
type Lists = keyof typeof LISTS
const CASES = (['64-16', '384-128'] as const).flatMap((windows) =>
  (['n4-a6', 'n20-a30'] as const).map((lists) => [windows, lists] as const),
)

const read = new Map<string, { examples: SquadExample[]; features: SquadFeatures[] }>()
beforeAll(async () => {
  const tokenizer = await loadTokenizer({
    spm_model_file: await vocabulary30k(),
    vocab_file: null,
    do_lower_case: true,
  })
  for (const version of ['v1', 'v2']) {
    const examples = await readSquad(goldenPath(`squad/${version}-dev.json`), { training: false })
    for (const [name, lengths] of Object.entries(WINDOWS)) {
      const { features } = squadFeatures(examples, tokenizer, {
        ...lengths,
        do_lower_case: true,
        training: false,
      })
      read.set(`${version}-${name}`, { examples, features })
    }
  }
})

describe.each(CASES)('version 1.1, windows %s, lists %s', (windows, lists) => {
  it('decodes to the same files', () => {
    const { examples, features } = readCase('v1', windows)
    const { predictions, nbest_predictions } = decodeV1(examples, features, spanLogits(windows), LISTS[lists])
    expect(predictionFile(predictions)).toBe(file('v1', windows, lists, 'predictions.json'))
    // The original's list of this one was left out of the golden data for its size.
    if (`${windows}-${lists}` !== '64-16-n20-a30') {
      expectSameList(predictionFile(nbest_predictions), file('v1', windows, lists, 'nbest_predictions.json'))
    }
  })
  it('scores the same', () => {
    const { examples, features } = readCase('v1', windows)
    const { predictions } = decodeV1(examples, features, spanLogits(windows), LISTS[lists])
    const { decoded } = golden(`squad/decode-v1-${windows}-metrics.json`) as {
      decoded: Record<string, { exact_match: number; f1: number }>
    }
    expect(scoreV1(examples, predictions)).toEqual(decoded[lists])
  })
})

it('scores made-up predictions of version 1.1 the same, missing ones too', () => {
  const { examples } = readCase('v1', '64-16')
  type Made = Record<string, string>
  const metrics = golden('squad/decode-v1-64-16-metrics.json') as {
    decoded: Record<string, { exact_match: number; f1: number }>
    gold_like_predictions: Made
    two_missing_predictions: Made
  }
  expect(scoreV1(examples, new Map(Object.entries(metrics.gold_like_predictions)))).toEqual(
    metrics.decoded['gold-like'],
  )
  expect(scoreV1(examples, new Map(Object.entries(metrics.two_missing_predictions)))).toEqual(
    metrics.decoded['two answers missing'],
  )
})

describe.each(CASES)('version 2.0, windows %s, lists %s', (windows, lists) => {
  type Scored = { exact: number; f1: number; total: number }
  type Metrics = {
    first_pass: Scored & {
      best_exact: number
      best_exact_thresh: number
      best_f1: number
      best_f1_thresh: number
    }
    raw_exact: Record<string, number>
    raw_f1: Record<string, number>
    final: Scored & { null_score_diff_threshold: number }
  }

  it('decodes, searches the threshold, decodes again and scores as the original does', () => {
    const { examples, features } = readCase('v2', windows)
    const metrics = (golden(`squad/decode-v2-${windows}-metrics.json`) as Record<Lists, Metrics>)[lists]
    const beams = spanBeams(windows)
    const first = decodeV2(examples, features, beams, { ...LISTS[lists], threshold: null })
    expect(predictionFile(first.predictions)).toBe(
      file('v2', windows, lists, 'no-threshold/predictions.json'),
    )
    expect(predictionFile(first.null_odds)).toBe(file('v2', windows, lists, 'null_odds.json'))
    if (`${windows}-${lists}` !== '64-16-n20-a30') {
      expectSameList(
        predictionFile(first.nbest_predictions),
        file('v2', windows, lists, 'nbest_predictions.json'),
      )
    }
    const answerable = answerableIds(examples)
    const raw = rawScoresV2(examples, first.predictions)
    expect(Object.fromEntries(raw.exact)).toEqual(metrics.raw_exact)
    expect(Object.fromEntries(raw.f1)).toEqual(metrics.raw_f1)
    const scored = (scores: typeof raw) =>
      scoreV2({
        exact: withThreshold(scores.exact, first.null_odds, answerable),
        f1: withThreshold(scores.f1, first.null_odds, answerable),
      })
    const best_exact = bestThreshold(first.predictions, raw.exact, first.null_odds, answerable)
    const best_f1 = bestThreshold(first.predictions, raw.f1, first.null_odds, answerable)
    expectClose(
      {
        ...scored(raw),
        best_exact: best_exact.score,
        best_exact_thresh: best_exact.threshold,
        best_f1: best_f1.score,
        best_f1_thresh: best_f1.threshold,
      },
      metrics.first_pass,
    )
    const last = decodeV2(examples, features, beams, { ...LISTS[lists], threshold: best_f1.threshold })
    expect(predictionFile(last.predictions)).toBe(file('v2', windows, lists, 'predictions.json'))
    expectClose(
      { ...scored(rawScoresV2(examples, last.predictions)), null_score_diff_threshold: best_f1.threshold },
      metrics.final,
    )
  })
})

describe('the parts alone', () => {
  type Flags = Record<string, boolean>
  type Numbers = Record<string, number>
  const units = golden('squad/units.json') as {
    metrics: {
      a: string
      b: string
      normalize_v1: [string, string]
      normalize_v2: [string, string]
      v1_f1: number
      v1_exact: boolean
      v2_f1: number
      v2_exact: number
    }[]
    best_indexes: { logits: number[]; n: number; result: number[] }[]
    softmax: { scores: number[]; result: number[] }[]
    best_threshold: {
      predictions: Record<string, string>
      scores: Numbers
      null_scores: Numbers
      has_answer: Flags
      best_score: number
      best_threshold: number
      thresholded_at_1: Numbers
    }[]
  }
  it('compare answers', () => {
    for (const { a, b, normalize_v1, normalize_v2, ...scores } of units.metrics) {
      expect([a, b].map(normalizeAnswer)).toEqual(normalize_v1)
      expect([a, b].map(normalizeAnswer)).toEqual(normalize_v2)
      expect(f1V1(a, b), `${a} | ${b}`).toBeCloseTo(scores.v1_f1, 12)
      expect(exactMatch(a, b)).toBe(Number(scores.v1_exact))
      expect(f1V2(a, b), `${a} | ${b}`).toBeCloseTo(scores.v2_f1, 12)
      expect(exactMatch(a, b)).toBe(scores.v2_exact)
    }
  })
  it('choose the highest and weigh scores', () => {
    for (const { logits, n, result } of units.best_indexes) expect(bestIndexes(logits, n)).toEqual(result)
    for (const { scores, result } of units.softmax) {
      softmax(scores).forEach((probability, index) => {
        expect(probability).toBeCloseTo(result[index] ?? Number.NaN, 15)
      })
    }
  })
  it('search the threshold', () => {
    for (const { predictions, scores, null_scores, has_answer, ...expected } of units.best_threshold) {
      const answerable = new Set(Object.keys(has_answer).filter((id) => has_answer[id]))
      const [own, odds] = [new Map(Object.entries(scores)), new Map(Object.entries(null_scores))]
      const { score, threshold } = bestThreshold(new Map(Object.entries(predictions)), own, odds, answerable)
      expect([score, threshold]).toEqual([expected.best_score, expected.best_threshold])
      expect(Object.fromEntries(withThreshold(own, odds, answerable))).toEqual(expected.thresholded_at_1)
    }
  })
})

function readCase(version: string, windows: Windows) {
  return read.get(`${version}-${windows}`) ?? expect.fail(windows)
}

function file(version: string, windows: Windows, lists: Lists, name: string): string {
  return readFileSync(goldenPath(`squad/decode-${version}-${windows}-${lists}/${name}`), 'utf8')
}

function spanLogits(windows: Windows) {
  const [start_logits, end_logits] = rowsOf(`squad/logits-v1-${windows}`, ['start_logits', 'end_logits'])
  return (start_logits ?? []).map((start, row) => ({
    start_logits: start,
    end_logits: end_logits?.[row] ?? [],
  }))
}

function spanBeams(windows: Windows) {
  const names = ['start_top_log_probs', 'start_top_index', 'end_top_log_probs', 'end_top_index', 'cls_logits']
  const [probs = [], starts = [], end_probs = [], ends = [], cls = []] = rowsOf(
    `squad/logits-v2-${windows}`,
    names,
  )
  return probs.map((start_top_log_probs, row) => ({
    start_top_log_probs,
    start_top_index: starts[row] ?? [],
    end_top_log_probs: end_probs[row] ?? [],
    end_top_index: ends[row] ?? [],
    cls_logits: cls[row]?.[0] ?? Number.NaN,
  }))
}

/** The rows of each tensor. */
function rowsOf(stem: string, names: string[]): ArrayLike<number>[][] {
  const dump = readDump(stem)
  return names.map((name) => {
    const { shape, data } = dump.get(name) ?? expect.fail(name)
    const [rows = 0, width = 1] = shape
    return Array.from({ length: rows }, (_, row) => data.subarray(row * width, (row + 1) * width))
  })
}

/** Equal to the letter but for the last digit of the probabilities, where C's `exp` and JavaScript's differ. */
function expectSameList(ours: string, theirs: string): void {
  const probability = /(?<="probability": )[-+.e\d]+/g
  expect(ours.replace(probability, '…')).toBe(theirs.replace(probability, '…'))
  const [own, other] = [ours, theirs].map((text) => (text.match(probability) ?? []).map(Number))
  expect(own?.length).toBeGreaterThan(0)
  own?.forEach((value, index) => {
    expect(Math.abs(value - (other?.[index] ?? Number.NaN))).toBeLessThanOrEqual(1e-15 + 1e-14 * value)
  })
}

function expectClose(ours: Record<string, number>, theirs: Record<string, number>): void {
  expect(Object.keys(ours).sort()).toEqual(Object.keys(theirs).sort())
  for (const [name, value] of Object.entries(theirs)) expect(ours[name], name).toBeCloseTo(value, 10)
}
