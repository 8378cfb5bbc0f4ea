// Question answering and multiple choice through the whole loop: trained, stopped, gone on with, predicted; and what is refused.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { AlbertConfig } from '../../spec/albert-config.ts'
import type { RunEvent } from '../../spec/run.ts'
import { RunRequest } from '../../spec/run.ts'
import { taskNamed } from '../../tasks/index.ts'
import { golden, GOLDENS } from '../../testing/tensor-dump.ts'
import { eventsOf, only } from '../../testing/tiny-run.ts'
import { run } from '../run.ts'

vi.setConfig({ testTimeout: 300_000 })

const RACE = path.join(GOLDENS, 'race/data/RACE')

const KINDS = {
  'SQuAD-v1.1': {
    splits: { train: 'v1-train.json', dev: 'v1-dev.json', test: 'v1-dev.json' },
    extractive_qa: { doc_stride: 12, max_query_length: 12, n_best_size: 4, max_answer_length: 20 },
    files: ['predictions.json', 'nbest_predictions.json'],
  },
  'SQuAD-v2.0': {
    splits: { train: 'v2-train.json', dev: 'v2-dev.json', test: 'v2-dev.json' },
    extractive_qa: { doc_stride: 12, max_query_length: 12, n_best_size: 4, max_answer_length: 20 },
    files: ['predictions.json', 'nbest_predictions.json', 'null_odds.json'],
  },
  RACE: {
    splits: { train: `${RACE}/train`, dev: `${RACE}/train`, test: `${RACE}/test` },
    multiple_choice: { max_qa_length: 14 },
    files: ['predict_results.txt', 'test_results.tsv', 'submit_results.tsv'],
  },
} as const
type Name = keyof typeof KINDS

/** Every row of an example as pieces, ids and segments, and what is to be answered. */
const SHOWN =
  /^Training example (\d), .+: (?:tokens: \[CLS\] .*\[SEP\]; input_ids: 2 [\d ]*3; segment_ids: 0 [01 ]*1; )+(?:label: [A-D] \(id = [0-3]\)|answer: \d+ to \d+|no answer here)$/

const SquadFile = z.object({
  data: z.array(z.object({ paragraphs: z.array(z.looseObject({ context: z.string() })) })),
})
/** Characters; the golden files have a long context too, which would take most of the time. */
const LONGEST = 300

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'albert-kinds-'))
  for (const name of ['v1-train.json', 'v1-dev.json', 'v2-train.json', 'v2-dev.json']) {
    const { data } = golden(`squad/${name}`, SquadFile)
    const short = data
      .flatMap(({ paragraphs }) => paragraphs)
      .filter(({ context }) => context.length < LONGEST)
    await writeFile(path.join(folder, name), JSON.stringify({ data: [{ paragraphs: short }] }))
  }
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

function requestOf(name: Name, output: string, change: Record<string, unknown> = {}): RunRequest {
  const task = taskNamed(name)
  const { splits, files: _, ...knobs } = KINDS[name]
  const sourceOf = (split: keyof typeof splits) => ({ ...task?.splits[split], file: splits[split] })
  const hyperparameters = {
    max_seq_length: 40,
    train_batch_size: 8,
    learning_rate: 2e-3,
    train_step: 4,
    save_checkpoints_steps: 2,
    eval_batch_size: 64,
    predict_batch_size: 64,
  }
  return RunRequest.parse({
    task: { ...task, splits: { train: sourceOf('train'), dev: sourceOf('dev'), test: sourceOf('test') } },
    data_dir: folder,
    model: {
      albert_config: {
        ...golden('end-to-end/tiny/albert_config.json', AlbertConfig),
        hidden_dropout_prob: 0.1,
        initializer_range: 0.1,
      },
      spm_model_file: path.join(GOLDENS, 'end-to-end/tiny/30k-clean.model'),
      vocab_file: null,
      init_checkpoint: null,
    },
    output_dir: path.join(folder, output),
    do_train: true,
    do_eval: true,
    do_predict: true,
    ...knobs,
    ...change,
    hyperparameters: { ...hyperparameters, ...(change['hyperparameters'] ?? {}) },
  })
}

const whole = (request: RunRequest): Promise<RunEvent[]> =>
  eventsOf(run(request, { signal: new AbortController().signal }))

describe.each(Object.keys(KINDS) as Name[])('%s', (name) => {
  const written = [
    'model.ckpt-4.data-00000-of-00001',
    'model.ckpt-best.data-00000-of-00001',
    'eval_results.txt',
    ...KINDS[name].files,
  ]
  const remains = async ({ output_dir }: RunRequest): Promise<string[]> =>
    Promise.all(written.map(async (file) => (await readFile(path.join(output_dir, file))).toString('base64')))

  test('a run that was stopped goes on to the same bits and files', async () => {
    const straight = requestOf(name, `${name}-straight`)
    const events = await whole(straight)
    expect(only(events, 'failed')).toEqual([])
    expect(only(events, 'step').map(({ point }) => point.step)).toEqual([1, 2, 3, 4])
    expect(only(events, 'evaluation').map(({ evaluation }) => evaluation.step)).toEqual([0, 2, 4])
    const shown = only(events, 'log').filter(({ message }) => message.startsWith('Training example '))
    expect(shown.map(({ message }) => SHOWN.exec(message)?.[1])).toEqual(['1', '2', '3', '4', '5'])
    const [finished] = only(events, 'finished')
    expect(finished?.result.files).toEqual(expect.arrayContaining(written))

    const stopped = requestOf(name, `${name}-stopped`)
    const controller = new AbortController()
    for await (const event of run(stopped, { signal: controller.signal })) {
      if (event.type === 'step' && event.point.step === 3) controller.abort('cancel')
    }
    const again = await whole(stopped)
    expect(only(again, 'resumed')[0]?.step).toBe(2)
    expect(only(again, 'finished')[0]?.result.metrics).toEqual(finished?.result.metrics)
    expect(await remains(stopped)).toEqual(await remains(straight))

    // Without training: the best checkpoint of the folder, and the same answers.
    const evaluated = await whole({ ...straight, do_train: false })
    expect(only(evaluated, 'finished')[0]?.result.metrics).toEqual(finished?.result.metrics)
  })

  test('the loss falls', async () => {
    const request = requestOf(name, `${name}-learns`, {
      hyperparameters: { train_step: 40, save_checkpoints_steps: 40, warmup_step: 4 },
      do_eval: false,
      do_predict: false,
    })
    const losses = only(await whole(request), 'step').map(({ point }) => point.loss)
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
    expect(mean(losses.slice(-8))).toBeLessThan(0.9 * mean(losses.slice(0, 8)))
  })
})

test('a test file without answers is answered with the threshold of dev', async () => {
  const request = requestOf('SQuAD-v2.0', 'threshold')
  const [finished] = only(await whole(request), 'finished')
  const threshold = finished?.result.metrics['null_score_diff_threshold'] ?? NaN
  const read = async (file: string): Promise<Record<string, unknown>> =>
    JSON.parse(await readFile(path.join(request.output_dir, file), 'utf8')) as Record<string, unknown>
  const [answers, odds] = [await read('predictions.json'), await read('null_odds.json')]
  const nothing = Object.keys(odds).filter((id) => !(Number(odds[id]) < threshold))
  expect(nothing.length).toBeGreaterThan(0)
  expect(nothing.map((id) => answers[id])).toEqual(nothing.map(() => ''))
})

test.each([
  ['SQuAD-v2.0', { extractive_qa: { max_query_length: 40 } }, 'max_seq_length'],
  ['RACE', { multiple_choice: { high_only: true, middle_only: true } }, 'high_only'],
] as const)('%s refuses knobs that leave nothing to read', async (name, change, field) => {
  const [failed] = only(await whole(requestOf(name, 'refused', change)), 'failed')
  expect(failed?.error).toMatchObject({ code: 'bad-config', field })
})

test('questions whose contexts cannot be found in their pieces are told, and nothing else left is a fault', async () => {
  const hangul = '가나다라마바사'
  const qas = [{ id: 'k', question: '가?', answers: [{ text: '나', answer_start: 1 }] }]
  await writeFile(
    path.join(folder, 'korean.json'),
    JSON.stringify({ data: [{ paragraphs: [{ context: hangul, qas }] }] }),
  )
  const request = requestOf('SQuAD-v1.1', 'korean')
  const file = path.join(folder, 'korean.json')
  const events = await whole({
    ...request,
    task: {
      ...request.task,
      splits: {
        ...request.task.splits,
        train: {
          file,
          header: false,
          columns: { guid: null, text_a: 'question', text_b: null, label: null },
        },
      },
    },
  })
  expect(only(events, 'log').map(({ message }) => message)).toEqual(
    expect.arrayContaining([expect.stringContaining('1 questions have no window') as string]),
  )
  expect(only(events, 'failed')[0]?.error).toMatchObject({ code: 'empty-file', file })
})

test('another dropout of the head, or another arithmetic, is told when a run goes on', async () => {
  const first = requestOf('RACE', 'recipe', {
    hyperparameters: { train_step: 2 },
    do_eval: false,
    do_predict: false,
  })
  await whole(first)
  const told = async (dropout_prob: number, runtime = first.runtime): Promise<string[]> => {
    const multiple_choice = { max_qa_length: 14, high_only: false, middle_only: false, dropout_prob }
    const events = await whole({ ...first, multiple_choice, runtime })
    return only(events, 'log').flatMap(({ message }) => (message.includes('changed since') ? [message] : []))
  }
  expect(await told(0.1)).toEqual([])
  expect(await told(0.2)).toEqual([expect.stringContaining('recipe')])
  expect(await told(0.1, { ...first.runtime, jit: 'off' })).toEqual([expect.stringContaining('arithmetic')])
})

test('questions without answers are answered, and neither scored nor learnt from', async () => {
  const articles = path.join(folder, 'unanswered.jsonl')
  const [line = ''] = (await readFile(path.join(RACE, 'test/high/all.txt'), 'utf8')).split('\n')
  const { answers: _, ...article } = JSON.parse(line) as Record<string, unknown>
  await writeFile(articles, JSON.stringify(article) + '\n')
  const request = requestOf('RACE', 'unanswered', {
    hyperparameters: { train_step: 1, save_checkpoints_steps: 1 },
    do_eval: false,
  })
  const withFile = (split: 'train' | 'test'): RunRequest => {
    const splits = { ...request.task.splits, [split]: { ...request.task.splits[split], file: articles } }
    return { ...request, task: { ...request.task, splits } }
  }
  const events = await whole(withFile('test'))
  expect(only(events, 'finished')).toHaveLength(1)
  expect(only(events, 'log').map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/^(\d+) of \1 questions of test have no answer to compare with/),
  )
  const written = await readdir(request.output_dir)
  expect(written).toContain('test_results.tsv')
  expect(written).not.toContain('predict_results.txt')
  const refused = only(await whole(withFile('train')), 'failed')[0]?.error
  expect(refused).toMatchObject({ code: 'bad-row', file: articles, line: 1, column: 'answers' })
})

test('one school alone is read where that is asked for', async () => {
  const evaluation = { do_train: true, do_predict: false }
  const request = requestOf('RACE', 'high', {
    multiple_choice: { max_qa_length: 14, high_only: true },
    ...evaluation,
  })
  const metrics = only(await whole(request), 'finished')[0]?.result.metrics ?? {}
  expect(Object.keys(metrics)).toContain('accuracy_high')
  expect(Object.keys(metrics)).not.toContain('accuracy_middle')
  expect(metrics['accuracy_high']).toBe(metrics['accuracy'])
})

test('a model of version 2 that is trained on RACE at the rate of version 1 is warned of', async () => {
  const warnings = async (hidden_dropout_prob: number, learning_rate: number) => {
    const request = requestOf('RACE', `RACE-rate-${hidden_dropout_prob}-${learning_rate}`, {
      hyperparameters: { train_step: 1, save_checkpoints_steps: 1, learning_rate },
      do_eval: false,
      do_predict: false,
    })
    const { albert_config } = request.model
    Object.assign(albert_config, { hidden_dropout_prob, attention_probs_dropout_prob: 0 })
    const told = only(await whole(request), 'log').filter(({ level }) => level === 'warning')
    return told.map(({ message }) => message).filter((message) => message.includes('version 2'))
  }
  expect(await warnings(0, 2e-5)).toEqual([
    expect.stringContaining('learning_rate 0.00002 is of the recipe for version 1'),
  ])
  expect(await warnings(0, 1e-5)).toEqual([])
  expect(await warnings(0.1, 2e-5)).toEqual([])
})
