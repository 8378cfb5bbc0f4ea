// A finished run answers files that it has never seen: each kind of task, columns by other names, and what cannot be answered.
import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { Runtime } from '../../../engine/spec/runtime.ts'
import type { DatasetDraft } from '../../contract/datasets.ts'
import type { MethodParsedInput } from '../../contract/host.ts'
import { hostsWithEngine } from '../testing/bundled-engine.ts'
import {
  addFile,
  draft,
  knobs,
  newDataset,
  newJob,
  root,
  rows,
  startHost,
  tinyAssets,
  untilStatus,
  type TestHost,
} from '../testing/host-fixture.ts'

const withEngine = hostsWithEngine()

function withVocabulary(): Promise<TestHost> {
  const assets_dir = tinyAssets()
  const vocabulary = path.join(root, 'engine/testing/goldens/checkpoint/30k-clean.model')
  copyFileSync(vocabulary, path.join(assets_dir, 'vocabulary.model'))
  return withEngine({ assets_dir })
}

const NO_COLUMNS = {
  guid: null,
  text_a: null,
  text_b: null,
  label: null,
  question: null,
  answer_start: null,
  options: [],
}

/** Imports, trains two steps and waits for the end. */
async function trained(t: TestHost, wish: Partial<DatasetDraft>, train: string): Promise<string> {
  const { handlers } = t.host
  const dataset = await handlers['datasets.import'](draft(train, { dev_share: 0.4, ...wish }))
  const { id } = await handlers['jobs.create']({
    name: 'learnt',
    dataset_id: dataset.id,
    model_id: 'sample',
    hyperparameters: knobs({ train_step: 2, save_checkpoints_steps: 2, max_seq_length: 32 }),
    extractive_qa: { ...QA, max_query_length: 12 },
    runtime: Runtime.parse({ threads: 1 }),
    do_predict: false,
  })
  await untilStatus(t, id, 'done', 'failed')
  return id
}
const QA = {
  doc_stride: 16,
  max_query_length: 12,
  max_answer_length: 8,
  n_best_size: 4,
  start_n_top: 2,
  end_n_top: 2,
  dropout_prob: 0.1,
}

const wish = (job_id: string, file_id: string, more: Partial<MethodParsedInput<'jobs.predict'>> = {}) => ({
  from: { job_id },
  file_id,
  name: '',
  layout: 'table' as const,
  format: { delimiter: '\t', quote: null, encoding: 'utf-8' as const },
  header: true,
  columns: NO_COLUMNS as MethodParsedInput<'jobs.predict'>['columns'],
  skip_faulty_rows: false,
  ...more,
})

async function answered(t: TestHost, wanted: ReturnType<typeof wish>) {
  const { handlers } = t.host
  const { id } = await handlers['jobs.predict'](wanted)
  const done = await untilStatus(t, id, 'done', 'failed')
  expect(done.error).toBeNull()
  return { id, table: await handlers['jobs.predictions']({ job_id: id, from: 0, limit: 200 }) }
}

test('a classifier answers a file whose columns have other names, row by row; the run and its files stay', async () => {
  const t = await withVocabulary()
  const { handlers } = t.host
  const learnt = await trained(t, {}, await addFile(t, rows(20)))
  const file = await addFile(t, 'id;said\n7;"one; of them"\n8;two\n9;三\n', 'new.csv')
  const format = { delimiter: ';', quote: '"', encoding: 'utf-8' as const }
  const columns = { ...NO_COLUMNS, guid: 'id', text_a: 'said' }
  const { id, table } = await answered(t, wish(learnt, file, { format, columns }))
  expect(table).toMatchObject({ texts: ['text_a'], total: 3 })
  expect(table.rows.map(({ id: guid, texts }) => [guid, ...texts])).toEqual([
    ['7', 'one; of them'],
    ['8', 'two'],
    ['9', '三'],
  ])
  for (const { prediction, probability } of table.rows) {
    expect(['early', 'modern']).toContain(prediction)
    expect(probability).toBeGreaterThanOrEqual(0.5)
  }
  expect(table.files).toEqual(['submit_results.tsv', 'test_results.tsv'])
  const submitted = readFileSync(path.join(table.folder, 'submit_results.tsv'), 'utf8')
  expect(submitted.trim().split('\n').slice(-3)).toEqual(
    table.rows.map(({ id: guid, prediction }) => `${guid}\t${prediction}`),
  )
  const second = await handlers['jobs.predictions']({ job_id: id, from: 1, limit: 1 })
  expect(second).toEqual({ ...table, rows: table.rows.slice(1, 2) })
  // It is a run of the queue, and no line of the comparison.
  const [, job] = await handlers['jobs.list']({})
  expect(job).toMatchObject({ do_train: false, name: 'new.csv, learnt', dataset_name: 'new.csv' })
  expect((await handlers['results.list']({})).map(({ job_id }) => job_id)).toEqual([learnt])
  expect((await handlers['jobs.command']({ job_id: id })).command).toContain('--do_predict=true')
})

test('a regression answers pairs with numbers', async () => {
  const t = await withVocabulary()
  const lines = Array.from({ length: 12 }, (_, at) => `first ${at}\tsecond ${at}\t${at / 3}`)
  const train = await addFile(t, `a\tb\tscore\n${lines.join('\n')}\n`)
  const columns = { ...NO_COLUMNS, text_a: 'a', text_b: 'b', label: 'score' }
  const learnt = await trained(t, { kind: 'regression', columns }, train)
  const file = await addFile(t, 'a\tb\nhere\tthere\n')
  const { table } = await answered(t, wish(learnt, file, { columns: { ...columns, label: null } }))
  expect(table).toMatchObject({
    texts: ['text_a', 'text_b'],
    rows: [{ id: 'test-1', texts: ['here', 'there'], probability: null }],
  })
  expect(Number.isFinite(Number(table.rows[0]?.prediction))).toBe(true)
  await expect(
    t.host.handlers['jobs.predict'](wish(learnt, file, { columns: { ...NO_COLUMNS, text_a: 'a' } })),
  ).rejects.toMatchObject({ error: { code: 'invalid-input', faults: [{ field: 'columns.text_b' }] } })
})

test('questions are answered from a table of questions without answers', async () => {
  const t = await withVocabulary()
  const lines = Array.from({ length: 6 }, (_, at) => `Text ${at} has a word.\tWhat has text ${at}?\ta word`)
  const columns = { ...NO_COLUMNS, text_a: 'text', question: 'question', label: 'answer' }
  const train = await addFile(t, `text\tquestion\tanswer\n${lines.join('\n')}\n`)
  const learnt = await trained(t, { kind: 'extractive-qa', columns }, train)
  const file = await addFile(t, 'text\tquestion\nThe sea is wide.\tWhat is wide?\n')
  const { table } = await answered(t, wish(learnt, file, { columns: { ...columns, label: null } }))
  expect(table).toMatchObject({
    texts: ['question', 'context'],
    rows: [{ texts: ['What is wide?', 'The sea is wide.'] }],
    total: 1,
  })
  expect('The sea is wide.').toContain(table.rows[0]?.prediction)
  expect(table.files).toContain('predictions.json')
})

test('one of several options is chosen from a table without answers', async () => {
  const t = await withVocabulary()
  const lines = Array.from(
    { length: 6 },
    (_, at) => `Text ${at}.\tWhich ${at}?\tone\ttwo\tthree\t${'ABC'[at % 3]}`,
  )
  const options = ['x', 'y', 'z']
  const columns = { ...NO_COLUMNS, text_a: 'text', question: 'question', label: 'right', options }
  const train = await addFile(t, `text\tquestion\tx\ty\tz\tright\n${lines.join('\n')}\n`)
  const learnt = await trained(t, { kind: 'multiple-choice', columns }, train)
  const file = await addFile(t, 'text\tquestion\tx\ty\tz\nSea.\tWhich?\tblue\tgreen\tgrey\n')
  const { table } = await answered(t, wish(learnt, file, { columns: { ...columns, label: null } }))
  expect(table).toMatchObject({
    texts: ['question', 'options', 'context'],
    rows: [{ texts: ['Which?', 'blue | green | grey', 'Sea.'] }],
  })
  expect(['A', 'B', 'C']).toContain(table.rows[0]?.prediction)
})

test('a faulty file is refused with line and column, or its faulty rows are left out; nothing of a refusal stays', async () => {
  const t = await withVocabulary()
  const { handlers } = t.host
  const learnt = await trained(t, {}, await addFile(t, rows(20)))
  const before = readdirSync(path.join(t.data_dir, 'runs'))
  const file = await addFile(t, 'sentence\nfine\n\nfine too\n')
  const columns = { ...NO_COLUMNS, text_a: 'sentence' }
  await expect(handlers['jobs.predict'](wish(learnt, file, { columns }))).rejects.toMatchObject({
    error: { code: 'bad-file', line: 3, fault: { code: 'blank-line' } },
  })
  const empty = await addFile(t, '')
  await expect(handlers['jobs.predict'](wish(learnt, empty, { columns }))).rejects.toMatchObject({
    error: { code: 'bad-file', fault: { code: 'empty-file' } },
  })
  expect(readdirSync(path.join(t.data_dir, 'runs'))).toEqual(before)
  const { table } = await answered(t, wish(learnt, file, { columns, skip_faulty_rows: true }))
  expect(table.rows.map(({ texts }) => texts)).toEqual([['fine'], ['fine too']])
})

test('a run that is not finished answers nothing, nor does a model without trained answers', async () => {
  const t = await startHost()
  const { handlers } = t.host
  t.engine.step_ms = 50
  const dataset_id = await newDataset(t)
  const running = await newJob(t, dataset_id, { train_step: 10_000 })
  const file = await addFile(t, 'sentence\nnew\n')
  const columns = { ...NO_COLUMNS, text_a: 'sentence' }
  await expect(handlers['jobs.predict'](wish(running.id, file, { columns }))).rejects.toMatchObject({
    error: { code: 'not-allowed-now', fault: { code: 'predict-not-finished' } },
  })
  await expect(
    handlers['jobs.predictions']({ job_id: running.id, from: 0, limit: 10 }),
  ).rejects.toMatchObject({ error: { fault: { code: 'nothing-predicted' } } })
  await handlers['jobs.cancel']({ job_id: running.id })
  await untilStatus(t, running.id, 'cancelled')
  // With a model and a dataset the request is the same but for where the weights come from; the engine says what is missing.
  const from = { model_id: 'sample', dataset_id }
  const { id } = await handlers['jobs.predict']({ ...wish('', file, { columns }), from })
  const request = t.host.runRequest(id)
  expect(request).toMatchObject({ do_train: false, do_predict: true, model: { init_checkpoint: null } })
  expect(existsSync(path.join(request.data_dir, 'test.tsv'))).toBe(true)
})
