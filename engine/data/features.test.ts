// Readers and features against the original: every file of the classifier golden data, row for row.
import { readdirSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import type { SplitName, TaskSpec } from '../spec/task-spec.ts'
import { taskNamed } from '../tasks/index.ts'
import { golden, goldenPath } from '../testing/golden.ts'
import { vocabulary30k } from '../testing/vocabulary.ts'
import { loadSentencePiece } from '../text/sentencepiece.ts'
import { loadTokenizer } from '../text/tokenizer.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import { featuresOf } from './features.ts'
import type { Features } from './features.ts'
import { readSplit } from './read-split.ts'
import type { Example } from './example.ts'

type GoldenFeatures = {
  max_seq_length: number
  real_tokens: number
  input_ids: number[]
  label_id: number
  segment_b_start: number | null
}
type GoldenExample = {
  guid: string
  text_a: string
  text_b: string | null
  label: string | number
  features: GoldenFeatures[]
}
type GoldenTask = {
  processor: string
  do_lower_case: boolean
  use_spm: boolean
  labels: (string | null)[]
  splits: Partial<Record<SplitName, GoldenExample[]>>
}

const DATA = goldenPath('classifier/data')
const APART = ['custom.json', 'errors.json', 'xnli.json']
const FILES = readdirSync(goldenPath('classifier')).filter(
  (name) => name.endsWith('.json') && !APART.includes(name),
)

let spm_model_file = ''
beforeAll(async () => {
  spm_model_file = await vocabulary30k()
})

it('has a golden file for every task', () => {
  expect(FILES.length).toBe(15)
})

describe.each(FILES)('%s', (file) => {
  const { processor, do_lower_case, use_spm, labels, splits } = golden(`classifier/${file}`) as GoldenTask
  it('lists the same labels in the same order', () => {
    expect(taskNamed(processor)?.labels ?? [null]).toEqual(labels)
  })
  it.each(Object.keys(splits) as SplitName[])('%s', async (split) => {
    const task = taskNamed(processor)
    if (task === null) return expect.fail(`no task ${processor}`)
    const tokenizer = await tokenizerOf(use_spm, do_lower_case)
    const examples = await all(readSplit(task, split, DATA))
    const theirs = splits[split] ?? []
    expect(examples.length).toBe(theirs.length)
    for (const [row, expected] of theirs.entries()) {
      const example = examples[row]
      if (!example) continue
      expect(example.guid, `row ${row}`).toBe(expected.guid)
      expect(tokenizer.cleanUp(example.text_a)).toBe(expected.text_a)
      expect(example.text_b === null ? null : tokenizer.cleanUp(example.text_b)).toBe(expected.text_b)
      if (example.label !== null) expect(example.label).toBe(expected.label)
      for (const one of expected.features)
        expectSame(featuresOf(example, task, tokenizer, one.max_seq_length), one)
    }
  })
})

describe('texts given straight to the converter', () => {
  const { labels, rows } = golden('classifier/custom.json') as {
    labels: string[]
    rows: (GoldenExample & { name: string })[]
  }
  it.each(rows)('$name', async ({ text_a, text_b, label, features }) => {
    const { encodePieces, ...rest } = await loadSentencePiece(spm_model_file, { do_lower_case: true })
    const untouched = { ...rest, encode: (text: string) => rest.idsOf(encodePieces(text)) } // without the clean-up, as these rows were made
    for (const one of features) {
      expectSame(
        featuresOf({ guid: '0', text_a, text_b, label, line: 1 }, { labels }, untouched, one.max_seq_length),
        one,
      )
    }
  })
})

describe('XNLI, which the original has no reader for', () => {
  type Row = GoldenExample & {
    language: string
    do_lower_case: boolean
    wordpiece_features: GoldenFeatures[]
  }
  const { rows } = golden('classifier/xnli.json') as { rows: Row[] }
  const task = taskNamed('xnli') as TaskSpec

  it('keeps the rows of one language', async () => {
    const examples = await all(readSplit(task, 'dev', DATA))
    expect(examples.map(({ label }) => label)).toEqual(['entailment'])
    expect(await all(readSplit(task, 'train', DATA))).toMatchObject([
      { guid: 'train-1', label: 'entailment', line: 2 },
    ])
  })

  it('gives the features of all languages, with both kinds of vocabulary', async () => {
    const { dev } = task.splits
    if (dev === null) return expect.fail('no dev file')
    const { keep_rows: _, ...everything } = dev
    const examples = await all(
      readSplit({ ...task, splits: { ...task.splits, dev: everything } }, 'dev', DATA),
    )
    const languages = ['en', 'fr', 'de', 'es', 'zh', 'ar', 'th', 'vi'] // the order of the file
    expect(rows.length).toBe(2 * examples.length)
    for (const [row, expected] of rows.entries()) {
      const example = examples[languages.indexOf(expected.language)]
      if (!example) continue
      expect(example.label, `row ${row}`).toBe(expected.label)
      const spm = await tokenizerOf(true, expected.do_lower_case)
      expect(spm.cleanUp(example.text_a), `row ${row}`).toBe(expected.text_a)
      for (const one of expected.features) expectSame(featuresOf(example, task, spm, one.max_seq_length), one)
      const wordpiece = await tokenizerOf(false, expected.do_lower_case)
      for (const one of expected.wordpiece_features)
        expectSame(featuresOf(example, task, wordpiece, one.max_seq_length), one)
    }
  })
})

const loaded = new Map<string, Promise<Tokenizer>>()
function tokenizerOf(use_spm: boolean, do_lower_case: boolean): Promise<Tokenizer> {
  const key = `${use_spm} ${do_lower_case}`
  const known = loaded.get(key)
  if (known) return known
  const vocab_file = goldenPath('tokenization/wordpiece/vocab.txt')
  const tokenizer = loadTokenizer({
    spm_model_file: use_spm ? spm_model_file : null,
    vocab_file,
    do_lower_case,
  })
  loaded.set(key, tokenizer)
  return tokenizer
}

function expectSame(ours: Features, theirs: GoldenFeatures): void {
  const at = `max_seq_length ${theirs.max_seq_length}`
  expect([...ours.input_ids], at).toEqual(theirs.input_ids)
  expect(ours.tokens, at).toBe(theirs.real_tokens)
  expect([...ours.input_mask], at).toEqual(new Array(theirs.real_tokens).fill(1))
  const start = theirs.segment_b_start ?? theirs.real_tokens
  expect([...ours.segment_ids], at).toEqual(theirs.input_ids.map((_, position) => Number(position >= start)))
  expect(ours.label_id, at).toBe(theirs.label_id)
}

async function all(examples: AsyncGenerator<Example>): Promise<Example[]> {
  const list: Example[] = []
  for await (const example of examples) list.push(example)
  return list
}
