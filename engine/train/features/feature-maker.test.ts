// Worker threads make what this thread makes, in the same order; what they cannot do is done here, and told.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Example } from '../../data/example.ts'
import { featuresOf } from '../../data/features.ts'
import type { ChoiceExample } from '../../data/race/read-race.ts'
import type { SquadExample } from '../../data/squad/read-squad.ts'
import { goldenPath } from '../../testing/golden.ts'
import { loadTokenizer, type Tokenizer } from '../../text/tokenizer.ts'
import { chunked, featureMaker, inOrder } from './feature-maker.ts'
import { namesOf, unpackFeatures } from './pack-features.ts'
import { startWorkers, threadsFor, WORKERS_FROM } from './workers.ts'

const files = {
  spm_model_file: goldenPath('end-to-end/tiny/30k-clean.model'),
  vocab_file: null,
  do_lower_case: true,
}
const settings = { labels: ['no', 'yes'], max_seq_length: 24 }

let folder = ''
let tokenizer: Tokenizer
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'albert-features-'))
  tokenizer = await loadTokenizer(files)
})
afterAll(async () => {
  tokenizer.close()
  await rm(folder, { recursive: true, force: true })
})

const EXAMPLES: Example[] = Array.from({ length: 60 }, (_, index) => ({
  guid: `row-${index}`,
  text_a: `The smith ${'mends the boat, '.repeat(index % 7)}for $${index * 1000 + 7},${index} “naïvely”.`,
  text_b: index % 3 === 0 ? `Ida ${index}` : null,
  label: index % 2 === 0 ? 'no' : 'yes',
  line: index + 2,
  ...(index % 5 === 0 && { group: 'fives' }),
}))

async function madeBy(threads: number, vocabulary = files) {
  const workers = startWorkers(vocabulary, threads)
  const maker = featureMaker('labelled', settings, { tokenizer, workers })
  await workers.ready
  const features = []
  const chunks = Array.from({ length: 12 }, (_, chunk) => EXAMPLES.slice(5 * chunk, 5 * chunk + 5))
  for await (const { examples, made } of inOrder(chunks, maker))
    features.push(...unpackFeatures(made, namesOf(examples)))
  await workers.close()
  return { features, trouble: maker.trouble() }
}

test('two workers give the features of one thread, in the same order', async () => {
  const expected = EXAMPLES.map((example) =>
    featuresOf(example, settings, tokenizer, settings.max_seq_length),
  )
  expect(expected.some(({ truncated }) => truncated)).toBe(true)
  expect(await madeBy(0)).toEqual({ features: expected, trouble: null })
  expect(await madeBy(2)).toEqual({ features: expected, trouble: null })
})

test('workers that cannot start are replaced by this thread, which says so', async () => {
  const broken = path.join(folder, 'broken.model')
  await writeFile(broken, 'no model')
  const { features, trouble } = await madeBy(2, { ...files, spm_model_file: broken })
  expect(features).toEqual((await madeBy(0)).features)
  expect(trouble).toContain(broken)
})

test('a fault of an example is the same error from a worker as from this thread', async () => {
  const odd = EXAMPLES.map((example, index) => (index === 7 ? { ...example, label: 'perhaps' } : example))
  for (const threads of [0, 2]) {
    const workers = startWorkers(files, threads)
    const maker = featureMaker('labelled', settings, { tokenizer, workers })
    await workers.ready
    const read = async () => {
      for await (const { made } of inOrder([odd.slice(0, 5), odd.slice(5, 10)], maker))
        expect(made.tokens.length).toBe(5)
    }
    await expect(read()).rejects.toThrow('Example row-7 has the label perhaps')
    expect(maker.trouble()).toBeNull()
    await workers.close()
  }
})

test('who stops reading stops the source', async () => {
  let closed = false
  let read = 0
  async function* source(): AsyncGenerator<Example[]> {
    try {
      for (;;) {
        read++
        yield await Promise.resolve(EXAMPLES.slice(0, 5))
      }
    } finally {
      closed = true
    }
  }
  const workers = startWorkers(files, 2)
  const maker = featureMaker('labelled', settings, { tokenizer, workers })
  for await (const { made } of inOrder(source(), maker)) {
    expect(made.tokens.length).toBe(5)
    break
  }
  expect(closed).toBe(true)
  expect(read).toBeLessThan(8) // a few chunks ahead, not the whole source
  await workers.close()
})

test('questions and choices are made by workers as by this thread', async () => {
  const context = EXAMPLES.map(({ text_a }) => text_a).join(' ')
  const asked = (row: number): SquadExample => ({
    id: `question-${row}`,
    question: `What does the smith mend, ${row}?`,
    context: context.slice(0, 400 + 40 * row),
    answers: [{ text: 'smith', start: 4 }],
    is_impossible: false,
  })
  const offered = (row: number): ChoiceExample => ({
    id: `choice-${row}`,
    level: 'high',
    context: context.slice(0, 100 + 30 * row),
    question: 'The smith mends _ .',
    options: ['boats', 'nothing', `the “${row}”`, ''],
    label: row % 4,
    file: 'high.txt',
    line: row,
  })
  const lengths = {
    max_seq_length: 48,
    max_query_length: 16,
    doc_stride: 16,
    do_lower_case: true,
    training: true,
  }
  const made = []
  for (const threads of [0, 1]) {
    const workers = startWorkers(files, threads)
    await workers.ready
    const questions = featureMaker('questions', lengths, { tokenizer, workers })
    const choices = featureMaker('choices', { max_seq_length: 48, max_qa_length: 16 }, { tokenizer, workers })
    const rows = Array.from({ length: 6 }, (_, row) => row)
    made.push(
      await Promise.all([
        ...rows.map((row) => questions.make([asked(row)])),
        ...rows.map((row) => choices.make([offered(row)])),
      ]),
    )
    expect([questions.trouble(), choices.trouble()]).toEqual([null, null])
    await workers.close()
  }
  expect(made[0]?.length).toBe(12)
  expect(made[1]).toEqual(made[0])
})

test('while the workers begin, and while they are busy, this thread does not wait', async () => {
  const workers = startWorkers(files, 1)
  const maker = featureMaker('labelled', settings, { tokenizer, workers })
  const before = await maker.make(EXAMPLES)
  expect(before.tokens.length).toBe(EXAMPLES.length)
  await workers.ready
  const all = await Promise.all(Array.from({ length: 9 }, () => maker.make(EXAMPLES)))
  expect(all.map((made) => unpackFeatures(made, namesOf(EXAMPLES)))).toEqual(
    all.map(() => unpackFeatures(before, namesOf(EXAMPLES))),
  )
  await workers.close()
  expect(maker.trouble()).toBeNull()
})

test('workers that never had to begin are no trouble', async () => {
  const workers = startWorkers(files, 1)
  await workers.close()
  await workers.ready
  expect(workers.trouble()).toBeNull()
})

test('chunks hold all examples once, and about as much text each', async () => {
  const chunks: Example[][] = []
  for await (const chunk of chunked(EXAMPLES, () => 6000, { threads: 0 })) chunks.push(chunk)
  expect(chunks.flat()).toEqual(EXAMPLES)
  expect(new Set(chunks.map(({ length }) => length))).toEqual(new Set([3]))
})

test('small sources and lone cores have no workers', () => {
  expect([
    threadsFor(WORKERS_FROM - 1, 8),
    threadsFor(1 << 30, 1),
    threadsFor(1 << 30, 2),
    threadsFor(1 << 30, 64),
  ]).toEqual([0, 0, 1, 4])
})
