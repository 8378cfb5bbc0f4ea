// Questions of every form from a drop to a dataset that the engine reads: SQuAD, RACE, tables with answers and with options, GLUE's folders.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { readRace } from '../../../engine/data/race/read-race.ts'
import { readSquad } from '../../../engine/data/squad/read-squad.ts'
import { Runtime } from '../../../engine/spec/runtime.ts'
import { mnli } from '../../../engine/tasks/mnli.ts'
import type { DatasetDraft } from '../../contract/datasets.ts'
import type { DatasetRecord } from '../../contract/records.ts'
import { addFile, draft, knobs, startHost, temporaryFolder, type TestHost } from '../testing/host-fixture.ts'

const CONTEXT = 'The Amazon rises in Peru. It flows east through Brazil to the sea.'

/** Paragraphs with two questions each, one of which has no answer. */
function squadText(paragraphs: number): string {
  const all = Array.from({ length: paragraphs }, (_, at) => ({
    context: `${CONTEXT} Sentence ${at}.`,
    qas: [
      {
        id: `a${at}`,
        question: 'Where does the Amazon rise?',
        answers: [{ text: 'Peru', answer_start: 20 }],
        is_impossible: false,
      },
      { id: `b${at}`, question: 'Who named it?', answers: [], is_impossible: true },
    ],
  }))
  return JSON.stringify({ version: 'v2.0', data: [{ title: 'Rivers', paragraphs: all }] })
}

const article = (id: string) =>
  JSON.stringify({
    id,
    article: `${CONTEXT} Text ${id}.`,
    questions: ['Where does it rise?', 'It flows _ .'],
    options: [
      ['Peru', 'Chile', 'Spain', 'Italy'],
      ['north', 'south', 'west', 'east'],
    ],
    answers: ['A', 'D'],
  })

function raceFolder(articles: number): string {
  const folder = path.join(temporaryFolder(), 'RACE')
  for (const split of ['train', 'dev', 'test']) {
    for (const level of ['middle', 'high']) {
      const at = path.join(folder, split, level)
      mkdirSync(at, { recursive: true })
      for (let index = 1; index <= articles; index++) {
        writeFileSync(path.join(at, `${index}.txt`), article(`${level}${index}.txt`))
      }
    }
  }
  return folder
}

/** Drops a file or folder and imports the first thing that it is recognised as. */
async function imported(
  t: TestHost,
  file_id: string,
  more: Partial<DatasetDraft> = {},
): Promise<DatasetRecord> {
  const { found } = await t.host.handlers['datasets.recognize']({ file_ids: [file_id] })
  const [first] = found
  if (first?.files.train == null) throw new Error('nothing was recognised')
  const { task_name, kind, layout, files } = first
  return t.host.handlers['datasets.import']({
    ...draft(first.files.train.file_id),
    task_name,
    kind,
    layout,
    files: {
      train: first.files.train.file_id,
      dev: files.dev?.file_id ?? null,
      test: files.test?.file_id ?? null,
    },
    ...more,
  })
}

const folderOf = (t: TestHost, { id }: DatasetRecord): string => path.join(t.data_dir, 'datasets', id)

test('a SQuAD file is known by what it holds, and questions about one text stay on one side of the split', async () => {
  const t = await startHost()
  const file_id = await addFile(t, squadText(20), 'my questions.json')
  const preview = await t.host.handlers['datasets.preview']({ file_id })
  expect(preview).toMatchObject({ layout: 'squad', guess: { kind: 'extractive-qa' } })
  expect(preview.rows[0]?.cells).toEqual([
    'a0',
    'Where does the Amazon rise?',
    `${CONTEXT} Sentence 0.`,
    'Peru',
  ])
  const record = await imported(t, file_id, { name: 'Rivers' })
  expect(record).toMatchObject({
    name: 'Rivers',
    task: { kind: 'extractive-qa', unanswerable: true, metrics: ['exact_match', 'f1'], labels: null },
    splits: { train: { rows: 32 }, dev: { rows: 8 } },
  })
  const read = await Promise.all(
    ['train.json', 'dev.json'].map((file) =>
      readSquad(path.join(folderOf(t, record), file), { training: true }),
    ),
  )
  const [train = [], dev = []] = read
  const learnt = new Set(train.map(({ context }) => context))
  expect(dev.filter(({ context }) => learnt.has(context))).toEqual([])
  expect([...train, ...dev].map(({ id }) => id).sort()).toEqual(
    Array.from({ length: 20 }, (_, at) => [`a${at}`, `b${at}`])
      .flat()
      .sort(),
  )
  const shown = await t.host.handlers['datasets.rows']({ dataset_id: record.id, split: 'dev', limit: 3 })
  expect(shown.columns).toEqual(['id', 'question', 'context', 'answers'])
  expect(shown.rows).toHaveLength(3)
})

test('files with the names of SQuAD become the built-in task with its recipe', async () => {
  const t = await startHost()
  const folder = path.join(temporaryFolder(), 'SQuAD')
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'train-v2.0.json'), squadText(4))
  writeFileSync(path.join(folder, 'dev-v2.0.json'), squadText(2))
  const { file_id } = await t.host.registerFile(folder)
  const { found, files } = await t.host.handlers['datasets.recognize']({ file_ids: [file_id] })
  expect(found).toMatchObject([{ task_name: 'SQuAD-v2.0', layout: 'squad' }])
  expect(files.map(({ name }) => name)).toEqual(['dev-v2.0.json', 'train-v2.0.json'])
  const record = await imported(t, file_id)
  expect(record.task).toMatchObject({ name: 'SQuAD-v2.0', preset: { train_step: 8144, learning_rate: 3e-5 } })
  expect(record.splits).toMatchObject({ train: { rows: 8 }, dev: { rows: 4 } })
})

test('a folder of RACE keeps its schools apart and is read in the order of the original', async () => {
  const t = await startHost()
  const folder = raceFolder(3)
  const { file_id } = await t.host.registerFile(folder)
  const record = await imported(t, file_id)
  expect(record).toMatchObject({
    task: { name: 'RACE', kind: 'multiple-choice', splits: { train: { file: 'train' } } },
    splits: { train: { rows: 12, label_counts: { A: 6, D: 6 } }, dev: { rows: 12 }, test: { rows: 12 } },
  })
  const all = async (source: string) => {
    const questions = []
    for await (const { file: _, line: __, ...question } of readRace(source)) questions.push(question)
    return questions
  }
  expect(await all(path.join(folderOf(t, record), 'train'))).toEqual(await all(path.join(folder, 'train')))
  expect(record.available).toBe(true)
  expect(await t.host.handlers['datasets.list']({})).toMatchObject([{ available: true }])
})

const TABLE_QA = [
  ['passage', 'question', 'answer', 'answer_start'],
  [CONTEXT, 'Where does it rise?', 'Peru', '20'],
  [CONTEXT, 'Where does it flow?', 'east', '33'],
  ['二零零八年在北京举行。', '在哪里举行？', '北京', ''],
  [CONTEXT, 'Who named it?', '', ''],
]

test('a table of questions is mapped by its names, and each answer finds its place in the text', async () => {
  const t = await startHost()
  const text = TABLE_QA.map((cells) => cells.join('\t')).join('\n')
  const train = await addFile(t, text, 'asked.tsv')
  const { guess, layout } = await t.host.handlers['datasets.preview']({ file_id: train })
  expect({ guess, layout }).toMatchObject({
    layout: 'table',
    guess: {
      kind: 'extractive-qa',
      text_a: 'passage',
      question: 'question',
      label: 'answer',
      answer_start: 'answer_start',
    },
  })
  const dev = await addFile(t, text, 'asked-dev.tsv')
  const { labels: _, kind, ...roles } = guess
  const record = await t.host.handlers['datasets.import'](
    draft(train, { kind, columns: roles, files: { train, dev, test: null } }),
  )
  const questions = await readSquad(path.join(folderOf(t, record), 'train.json'), { training: true })
  expect(questions.map(({ answers }) => answers)).toEqual([
    [{ text: 'Peru', start: 20 }],
    [{ text: 'east', start: 35 }], // the place that the file gives is two off
    [{ text: '北京', start: 6 }],
    [],
  ])
  expect(record.task.unanswerable).toBe(true)
})

test.each([
  [
    'JSON Lines with a list of options',
    'chosen.jsonl',
    [
      '{"article": "T 1", "question": "Q _?", "options": ["x", "y", "z"], "answer": 1}',
      '{"article": "T 2", "question": "R?", "options": ["x", "y", "z"], "answer": "z"}',
    ].join('\n'),
  ],
  [
    'one JSON list',
    'chosen.json',
    '[{"article": "T 1", "question": "Q _?", "options": ["x", "y", "z"], "answer": "B"},\n {"article": "T 2", "question": "R?", "options": ["x", "y", "z"], "answer": "C"}]',
  ],
  [
    'a column for each option',
    'chosen.csv',
    'article,question,A,B,C,answer\nT 1,Q _?,x,y,z,B\nT 2,R?,x,y,z,c\n',
  ],
])('a table with options: %s', async (_, name, text) => {
  const t = await startHost()
  const train = await addFile(t, text, name)
  const dev = await addFile(t, text, name)
  const { guess, format, header } = await t.host.handlers['datasets.preview']({ file_id: train })
  expect(guess).toMatchObject({
    kind: 'multiple-choice',
    text_a: 'article',
    question: 'question',
    label: 'answer',
  })
  const { labels: __, kind, ...roles } = guess
  const record = await t.host.handlers['datasets.import'](
    draft(train, { kind, format, header, columns: roles, files: { train, dev, test: null } }),
  )
  expect(record.task).toMatchObject({ kind: 'multiple-choice', labels: ['A', 'B', 'C'] })
  const questions = []
  for await (const { context, options, label } of readRace(path.join(folderOf(t, record), 'train.jsonl'), {
    choices: 3,
  }))
    questions.push({ context, options, label })
  expect(questions).toEqual([
    { context: 'T 1', options: ['x', 'y', 'z'], label: 1 },
    { context: 'T 2', options: ['x', 'y', 'z'], label: 2 },
  ])
})

test('what is wrong with questions is told with its place, and such rows can be left out', async () => {
  const t = await startHost()
  const text = [...TABLE_QA, [CONTEXT, 'Which city?', 'Lima', ''], ['   ', 'Nothing?', 'x', '']]
    .map((cells) => cells.join('\t'))
    .join('\n')
  const train = await addFile(t, text, 'asked.tsv')
  const { guess } = await t.host.handlers['datasets.preview']({ file_id: train })
  const { labels: _, kind, ...roles } = guess
  const asked = draft(train, { kind, columns: roles })
  const check = await t.host.handlers['datasets.check'](asked)
  expect(check.faults).toMatchObject([
    { code: 'answer-not-found', file: 'asked.tsv', line: 6, column: 'answer', value: 'Lima' },
    { code: 'empty-text', file: 'asked.tsv', line: 7, column: 'passage' },
  ])
  expect(check.code_counts).toEqual({ 'answer-not-found': 1, 'empty-text': 1 })
  await expect(
    t.host.handlers['datasets.import']({ ...asked, skip_faults: ['empty-text'] }),
  ).rejects.toMatchObject({
    error: { code: 'bad-file', line: 6, fault: { code: 'answer-not-found', value: 'Lima' } },
  })
  const both = ['empty-text', 'answer-not-found']
  const record = await t.host.handlers['datasets.import']({ ...asked, skip_faults: both })
  expect((record.splits.train?.rows ?? 0) + (record.splits.dev?.rows ?? 0)).toBe(4)
})

test('a folder of GLUE is the benchmarks that it holds; MNLI has its two evaluations and the diagnostics', async () => {
  const t = await startHost()
  const folder = path.join(temporaryFolder(), 'glue_data')
  const write = (file: string, lines: string[]): void => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    writeFileSync(path.join(folder, file), lines.map((line) => `${line}\n`).join(''))
  }
  const head = 'index\tpromptID\tpairID\tgenre\ts1p\ts2p\ts1b\ts2b\tsentence1\tsentence2\tlabel1\tgold_label'
  const labels = ['contradiction', 'entailment', 'neutral']
  const pair = (at: number) =>
    `${at}\tp\tq\tfiction\ta\tb\tc\td\tThe ${at} dogs ran.\tDogs moved.\tx\t${labels[at % 3]}`
  const rows = (count: number) => [head, ...Array.from({ length: count }, (_, at) => pair(at))]
  write('MNLI/train.tsv', rows(12))
  for (const genres of ['matched', 'mismatched']) {
    write(`MNLI/dev_${genres}.tsv`, rows(6))
    write(
      `MNLI/test_${genres}.tsv`,
      rows(3).map((row) => row.split('\t').slice(0, 10).join('\t')),
    )
  }
  write('diagnostic/diagnostic.tsv', ['index\tsentence1\tsentence2', '0\tIt rained.\tIt was wet.'])
  write('CoLA/train.tsv', ['gj04\t1\t\tThe book was read.', 'gj04\t0\t*\tBook the read was.'])
  write('CoLA/dev.tsv', ['gj04\t1\t\tShe sang.', 'gj04\t0\t*\tSang she it.'])
  write('CoLA/test.tsv', ['index\tsentence', '0\tHe left.'])
  write('SST-2/train.tsv', ['sentence\tlabel', 'a fine film\t1', 'a dull film\t0'])
  write('SST-2/dev.tsv', ['sentence\tlabel', 'fine\t1', 'dull\t0'])
  write('mine/train.tsv', ['sentence\tlabel', 'sold\t1', 'kept\t0']) // as SST-2, but in a folder of another name
  const { file_id } = await t.host.registerFile(folder)
  const { found } = await t.host.handlers['datasets.recognize']({ file_ids: [file_id] })
  const named = found.map(({ task_name, files }) => [
    task_name,
    files.train?.name,
    files.dev?.name,
    files.test?.name,
  ])
  expect(named).toEqual([
    ['CoLA', 'train.tsv', 'dev.tsv', 'test.tsv'],
    ['SST-2', 'train.tsv', 'dev.tsv', undefined],
    ['MNLI', 'train.tsv', 'dev_matched.tsv', 'test_matched.tsv'],
    ['MisMNLI', 'train.tsv', 'dev_mismatched.tsv', 'test_mismatched.tsv'],
    ['AX', 'train.tsv', 'dev_matched.tsv', 'diagnostic.tsv'],
  ])
  const take = async (name: string): Promise<DatasetRecord> => {
    const one = found.find(({ task_name }) => task_name === name)
    const { train, dev, test } = one?.files ?? {}
    return t.host.handlers['datasets.import'](
      draft(train?.file_id ?? '', {
        task_name: name,
        files: { train: train?.file_id ?? '', dev: dev?.file_id ?? null, test: test?.file_id ?? null },
      }),
    )
  }
  const record = await take('MNLI')
  expect(record.task).toEqual({
    ...mnli,
    splits: {
      train: { ...mnli.splits.train, file: 'train.tsv' },
      dev: { ...mnli.splits.dev, file: 'dev.tsv' },
      test: { ...mnli.splits.test, file: 'test.tsv' },
    },
  })
  expect(record.splits).toMatchObject({
    train: { rows: 12, label_counts: { contradiction: 4, entailment: 4, neutral: 4 } },
    dev: { rows: 6 },
    test: { rows: 3 },
  })
  expect(readFileSync(path.join(folderOf(t, record), 'train.tsv'), 'utf8')).toBe(
    readFileSync(path.join(folder, 'MNLI/train.tsv'), 'utf8'),
  )
  const diagnostics = await take('AX')
  expect(diagnostics.task).toMatchObject({ name: 'AX', metrics: ['matthews', 'accuracy', 'loss'] })
  expect(diagnostics.splits).toMatchObject({ train: { rows: 12 }, dev: { rows: 6 }, test: { rows: 1 } })
})

test('a run of questions keeps the knobs of its kind, in its record, its request and its command', async () => {
  const t = await startHost()
  const record = await imported(t, await addFile(t, squadText(10), 'asked.json'), { name: 'Asked' })
  const extractive_qa = {
    doc_stride: 16,
    max_query_length: 12,
    max_answer_length: 8,
    n_best_size: 4,
    start_n_top: 3,
    end_n_top: 3,
    dropout_prob: 0.2,
  }
  const wish = {
    name: '',
    dataset_id: record.id,
    model_id: 'sample',
    hyperparameters: knobs(),
    runtime: Runtime.parse({}),
    do_predict: true,
  }
  const job = await t.host.handlers['jobs.create']({ ...wish, extractive_qa })
  expect(job).toMatchObject({ extractive_qa, task: { kind: 'extractive-qa' } })
  expect(job.multiple_choice).toBeUndefined()
  expect(t.host.runRequest(job.id).extractive_qa).toEqual(extractive_qa)
  const { command } = await t.host.handlers['jobs.command']({ job_id: job.id })
  expect(command).toMatch(/^albert run_squad_v2 --train_file=\S+\/train\.json --predict_file=\S+\/dev\.json /)
  expect(command).toContain('--doc_stride=16 --max_query_length=12 --max_answer_length=8 --n_best_size=4')
  const byDefault = await t.host.handlers['jobs.create']({
    ...wish,
    hyperparameters: knobs({ max_seq_length: 96 }),
  })
  expect(byDefault.extractive_qa).toMatchObject({ doc_stride: 128, max_query_length: 64 })
  await expect(
    t.host.handlers['jobs.create']({ ...wish, extractive_qa: { ...extractive_qa, max_query_length: 29 } }),
  ).rejects.toMatchObject({
    error: { code: 'invalid-input', faults: [{ field: 'extractive_qa.max_query_length' }] },
  })
})

test('questions twice, other answers to the same question, and dev questions that were learnt are told', async () => {
  const t = await startHost()
  const row = (text: string, question: string, answer: string): string => `${text}\t${question}\t${answer}`
  const head = 'text\tquestion\tanswer'
  const one = row('The Amazon rises in Peru.', 'Where?', 'Peru')
  const train = [
    head,
    one,
    row('The Nile is long.', 'What?', 'The Nile'),
    one,
    row('The Amazon rises in Peru.', 'Where?', 'in Peru'),
  ]
  const dev = [head, one, row('The Amazon rises in Peru.', 'What rises?', 'The Amazon')]
  const files = {
    train: await addFile(t, `${train.join('\n')}\n`),
    dev: await addFile(t, `${dev.join('\n')}\n`, 'dev.tsv'),
    test: null,
  }
  const columns = { ...draft('').columns, text_a: 'text', question: 'question', label: 'answer' }
  const check = await t.host.handlers['datasets.check'](
    draft(files.train, { kind: 'extractive-qa', columns, files }),
  )
  expect(check.code_counts).toEqual({
    'duplicate-question': 1,
    'conflicting-answer': 1,
    'leaked-question': 1,
  })
  expect(check.faults).toMatchObject([
    { split: 'train', code: 'duplicate-question', severity: 'warning', value: 'Where?', facts: { first: 1 } },
    { split: 'train', code: 'conflicting-answer', facts: { first: 1 } },
    { split: 'dev', code: 'leaked-question', file: 'dev.tsv', facts: { first: 1 } },
  ])
  expect(check.label_counts).toEqual({ train: { answer: 4 }, dev: { answer: 2 } })
})

test('a question of RACE with other options is another question; with another answer it conflicts', async () => {
  const t = await startHost()
  const line = (id: string, options: string[], answer: string): string =>
    JSON.stringify({ id, article: CONTEXT, questions: ['Where?'], options: [options], answers: [answer] })
  const all = ['Peru', 'Chile', 'Spain', 'Italy']
  const text = [line('1', all, 'A'), line('2', [...all].reverse(), 'D'), line('3', all, 'B')].join('\n')
  const train = await addFile(t, `${text}\n`, 'train.jsonl')
  const check = await t.host.handlers['datasets.check'](
    draft(train, { kind: 'multiple-choice', layout: 'race' }),
  )
  expect(check.code_counts).toEqual({ 'conflicting-answer': 1 })
})
