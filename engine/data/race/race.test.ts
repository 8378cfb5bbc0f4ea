// RACE's reader and features against the original, row for row, and its bad files.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EngineFailure } from '../../spec/errors.ts'
import type { SplitName } from '../../spec/task-spec.ts'
import { golden, goldenPath } from '../../testing/golden.ts'
import { vocabulary30k } from '../../testing/vocabulary.ts'
import { loadTokenizer } from '../../text/tokenizer.ts'
import { choiceFeaturesOf, endingsOf } from './race-features.ts'
import { readRace } from './read-race.ts'
import type { ChoiceExample, RaceLevel } from './read-race.ts'

type GoldenChoice = { real_tokens: number; segment_b_start: number; input_ids: number[] }
type GoldenFeatures = {
  max_seq_length: number
  max_qa_length: number
  label_id: number
  example_id: string
  choices: GoldenChoice[]
}
type GoldenExample = {
  id: string
  context?: string
  endings: string[]
  label: number
  features?: GoldenFeatures[]
}
type GoldenFile = {
  do_lower_case: boolean
  high_only: boolean
  middle_only: boolean
  splits: Partial<Record<SplitName, GoldenExample[]>>
}

const DATA = goldenPath('race/data')

describe.each(['uncased.json', 'cased-dev.json', 'high-only.json', 'middle-only.json'])('%s', (name) => {
  const { do_lower_case, high_only, middle_only, splits } = golden(`race/${name}`) as GoldenFile
  const levels: RaceLevel[] = [
    ...(high_only ? [] : ['middle' as const]),
    ...(middle_only ? [] : ['high' as const]),
  ]

  it.each(Object.keys(splits) as SplitName[])('%s', async (split) => {
    const tokenizer = await loadTokenizer({
      spm_model_file: await vocabulary30k(),
      vocab_file: null,
      do_lower_case,
    })
    const examples = await all(readRace(join(DATA, 'RACE', split), { levels }))
    const theirs = splits[split] ?? []
    expect(examples.length).toBe(theirs.length)
    expect(theirs.length).toBeGreaterThan(0)
    for (const [row, expected] of theirs.entries()) {
      const example = examples[row]
      if (!example) continue
      expect(
        { id: example.id, label: example.label, endings: endingsOf(example, tokenizer) },
        `row ${row}`,
      ).toEqual({
        id: expected.id,
        label: expected.label,
        endings: expected.endings,
      })
      if (expected.context !== undefined) expect(tokenizer.cleanUp(example.context)).toBe(expected.context)
      for (const { choices, label_id, example_id, ...lengths } of expected.features ?? []) {
        const ours = choiceFeaturesOf(example, tokenizer, lengths)
        expect([ours.example_id, ours.label_id]).toEqual([example_id, label_id])
        expect(ours.choices.map(({ input_ids }) => [...input_ids])).toEqual(
          choices.map(({ input_ids }) => input_ids),
        )
        expect(ours.choices.map(({ input_ids }) => input_ids.length)).toEqual(
          choices.map(({ real_tokens }) => real_tokens),
        )
        expect(ours.choices.map(({ segment_ids }) => segment_ids.indexOf(1))).toEqual(
          choices.map(({ segment_b_start }) => segment_b_start),
        )
        expect(
          ours.choices.every(({ segment_ids }) => segment_ids.lastIndexOf(0) === segment_ids.indexOf(1) - 1),
        ).toBe(true)
      }
    }
  })
})

describe('files of one’s own', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'albert-race-'))
  })
  afterAll(() => rm(folder, { recursive: true }))
  const article = {
    id: 'x',
    article: 'A text.',
    questions: ['Why?'],
    options: [['a', 'b', 'c', 'd']],
    answers: ['C'],
  }

  it('are read one article a file as well, by their numbers', async () => {
    const data = await write('published', {
      '10.txt': { ...article, id: 'ten' },
      '9.txt': { ...article, id: 'nine' },
    })
    expect(
      (await all(readRace(join(data, 'RACE', 'dev'), { levels: ['high'] }))).map(({ id, label }) => [
        id,
        label,
      ]),
    ).toEqual([
      ['nine', 2],
      ['ten', 2],
    ])
  })
  it.each([
    ['no JSON', '{"id": ', 'line 2 is not JSON'],
    ['a field that is missing', { id: 'x' }, 'article'],
    ['three options', { ...article, options: [['a', 'b', 'c']] }, '3 options for question 1'],
    ['an answer beyond D', { ...article, answers: ['E'] }, '"E"'],
    [
      'fewer answers than questions',
      { ...article, answers: [] },
      '1 questions, 1 lists of options and 0 answers',
    ],
  ])('with %s end in a sentence', async (name, content, sentence) => {
    const data = await write(name, { 'all.txt': [article, content] })
    const failure = await all(readRace(join(data, 'RACE', 'dev'), { levels: ['high'] })).catch(
      (error: unknown) => error,
    )
    expect(failure).toBeInstanceOf(EngineFailure)
    expect(failure).toMatchObject({ error: { code: 'bad-row', line: 2 } })
    expect(String(failure)).toContain(sentence)
  })
  it('may be one file of articles, with any number of options', async () => {
    const file = join(folder, 'own.jsonl')
    const three = { ...article, options: [['a', 'b', 'c']] }
    await writeFile(file, `${JSON.stringify(three)}\n${JSON.stringify({ ...three, answers: ['B'] })}\n`)
    expect((await all(readRace(file, { choices: 3 }))).map(({ label, level }) => [label, level])).toEqual([
      [2, null],
      [1, null],
    ])
  })
  it('may be missing or hold nothing', async () => {
    await expect(all(readRace(join(folder, 'nowhere')))).rejects.toMatchObject({
      error: { code: 'file-missing' },
    })
    await expect(
      all(readRace(join(await write('empty', { 'all.txt': [] }), 'RACE', 'dev'), { levels: ['high'] })),
    ).rejects.toMatchObject({
      error: { code: 'empty-file' },
    })
  })

  async function write(name: string, files: Record<string, unknown>): Promise<string> {
    const high = join(folder, name, 'RACE', 'dev', 'high')
    await mkdir(high, { recursive: true })
    for (const [file, content] of Object.entries(files)) {
      const lines = (Array.isArray(content) ? content : [content]).map((one) =>
        typeof one === 'string' ? one : JSON.stringify(one),
      )
      await writeFile(join(high, file), lines.join('\n'))
    }
    return join(folder, name)
  }
})

async function all(examples: AsyncGenerator<ChoiceExample>): Promise<ChoiceExample[]> {
  const list: ChoiceExample[] = []
  for await (const example of examples) list.push(example)
  return list
}
