// SQuAD's reader, alignment, windows and features against the original, row for row, and its bad files.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { golden, goldenPath } from '../../testing/golden.ts'
import { vocabulary30k } from '../../testing/vocabulary.ts'
import { loadTokenizer } from '../../text/tokenizer.ts'
import { placeOf } from './align-text.ts'
import { readSquad } from './read-squad.ts'
import { squadFeatures } from './squad-features.ts'
import { isMaxContext, windowsOver } from './windows.ts'

type GoldenWindow = {
  unique_id: number
  doc_span_index: number
  doc_spans: [number, number][] | string
  input_ids: number[]
  context_start: number
  tok_start_to_orig_index: number[]
  tok_end_to_orig_index: number[]
  token_is_max_context: number[]
}
type GoldenLabels = {
  unique_id: number
  example_index: number | null
  doc_span_index: number
  start_position: number | null
  end_position: number | null
  is_impossible: boolean
}
type GoldenFile<T> = {
  file: string
  max_seq_length: number
  doc_stride: number
  max_query_length: number
  do_lower_case: boolean
  is_training: boolean
  examples: number
  dropped_examples: number[] | null
  features: T[]
}

const TRAIN = [
  'v1-train-64-16',
  'v1-train-384-128',
  'v1-train-384-128-cased',
  'v2-train-64-16',
  'v2-train-384-128',
]
const DEV = ['v1-dev-64-16', 'v1-dev-384-128', 'v2-dev-64-16', 'v2-dev-384-128']

it.each(TRAIN)('%s', async (name) => {
  const theirs = golden(`squad/features-${name}.json`) as GoldenFile<GoldenWindow & GoldenLabels>
  const { features } = await ours(theirs)
  expect(features.length).toBe(theirs.features.length)
  for (const [row, expected] of theirs.features.entries()) {
    const one = features[row]
    if (!one) continue
    const real = expected.input_ids.length
    expect([...one.input_ids], `row ${row}`).toEqual(expected.input_ids)
    expect([...one.segment_ids], `row ${row}`).toEqual(
      expected.input_ids.map((_, at) => Number(at >= expected.context_start)),
    )
    const masked = expected.input_ids.map((_, at) =>
      Number(!(at === 0 || (at >= expected.context_start && at < real - 1))),
    )
    expect([...one.p_mask], `row ${row}`).toEqual(masked)
    expect(
      {
        unique_id: one.unique_id,
        doc_span_index: one.doc_span_index,
        context_start: one.context_start,
        tok_start_to_orig_index: one.tok_start_to_orig_index,
        tok_end_to_orig_index: one.tok_end_to_orig_index,
        token_is_max_context: one.token_is_max_context.map(Number),
        start_position: one.start_position,
        end_position: one.end_position,
        is_impossible: one.is_impossible,
      },
      `row ${row}`,
    ).toEqual({
      unique_id: expected.unique_id,
      doc_span_index: expected.doc_span_index,
      context_start: expected.context_start,
      tok_start_to_orig_index: expected.tok_start_to_orig_index,
      tok_end_to_orig_index: expected.tok_end_to_orig_index,
      token_is_max_context: expected.token_is_max_context,
      start_position: expected.start_position,
      end_position: expected.end_position,
      is_impossible: expected.is_impossible,
    })
  }
})

it.each(DEV)('%s', async (name) => {
  const theirs = golden(`squad/features-${name}.json`) as GoldenFile<GoldenLabels>
  const windows = golden(`squad/features-${name.replace('dev', 'train')}.json`) as GoldenFile<GoldenWindow>
  const { features, dropped } = await ours(theirs)
  expect(dropped).toEqual(theirs.dropped_examples)
  expect(
    features.map(
      ({ unique_id, example_index, doc_span_index, start_position, end_position, is_impossible }) => ({
        unique_id,
        example_index,
        doc_span_index,
        start_position,
        end_position,
        is_impossible,
      }),
    ),
  ).toEqual(theirs.features)
  expect(features.map(({ input_ids }) => [...input_ids])).toEqual(
    windows.features.map(({ input_ids }) => input_ids),
  )
})

describe('the parts alone', () => {
  const units = golden('squad/units.json') as {
    convert_index: {
      index: (number | null)[]
      pos: number
      m: number | null
      is_start: boolean
      result: number | 'AssertionError'
    }[]
    max_context: { spans: [number, number][]; owner: number[][] }[]
  }
  it('fill the gaps between mapped characters', () => {
    expect(units.convert_index.length).toBe(222)
    for (const { index, pos, m, is_start, result } of units.convert_index) {
      const places = index.map((place) => place ?? -1)
      if (result === 'AssertionError') expect(() => placeOf(places, pos, m, is_start)).toThrow('No character')
      else expect(placeOf(places, pos, m, is_start), JSON.stringify({ index, pos, m, is_start })).toBe(result)
    }
  })
  it('give each piece to one window', () => {
    for (const { spans, owner } of units.max_context) {
      const windows = spans.map(([start, length]) => ({ start, length }))
      for (const [piece, owners] of owner.entries()) {
        expect(
          windows.flatMap((_, window) => (isMaxContext(windows, window, piece) ? [window] : [])),
        ).toEqual(owners)
      }
    }
  })
  it('lay windows until one reaches the end', () => {
    expect(windowsOver(700, 317, 128).map(({ start, length }) => [start, length])).toEqual([
      [0, 317],
      [128, 317],
      [256, 317],
      [384, 316],
    ])
    expect(windowsOver(0, 10, 5)).toEqual([])
    expect(windowsOver(5, 0, 5)).toEqual([{ start: 0, length: 0 }])
  })
})

describe('files of one’s own', () => {
  const question = { id: 'q', question: 'Who?', answers: [{ text: 'Ida', answer_start: 0 }] }
  const write = (qas: unknown[], context = 'Ida built it.') =>
    JSON.stringify({ data: [{ paragraphs: [{ context, qas }] }] })
  it.each([
    ['no JSON', '{', 'bad-row', 'is not JSON'],
    ['another JSON', '{"rows": []}', 'bad-row', 'is no SQuAD file: data'],
    ['no questions', write([]), 'empty-file', 'holds no questions'],
    [
      'two answers',
      write([{ ...question, answers: [...question.answers, ...question.answers] }]),
      'bad-row',
      '2 answers to question q',
    ],
    ['no answer', write([{ id: 'q', question: 'Who?' }]), 'bad-row', '0 answers to question q'],
    [
      'an answer outside',
      write([{ ...question, answers: [{ text: 'Ida', answer_start: 12 }] }]),
      'bad-row',
      'outside its context',
    ],
    ['an empty context', write([question], ''), 'bad-row', 'outside its context'],
  ])('with %s end in a sentence', async (_, content, code, sentence) => {
    const folder = await mkdtemp(join(tmpdir(), 'albert-squad-'))
    try {
      const file = join(folder, 'train.json')
      await writeFile(file, content)
      const failure = readSquad(file, { training: true })
      await expect(failure).rejects.toMatchObject({ error: { code } })
      await expect(failure).rejects.toThrow(sentence)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
  it('may be missing', async () => {
    await expect(readSquad(goldenPath('squad/nowhere.json'), { training: false })).rejects.toMatchObject({
      error: { code: 'file-missing' },
    })
  })
})

async function ours({ file, is_training, do_lower_case, ...lengths }: GoldenFile<unknown>) {
  const tokenizer = await loadTokenizer({
    spm_model_file: await vocabulary30k(),
    vocab_file: null,
    do_lower_case,
  })
  const examples = await readSquad(goldenPath(`squad/${file}`), { training: is_training })
  return squadFeatures(examples, tokenizer, { ...lengths, do_lower_case, training: is_training })
}
