// The original's best checkpoints in: the same evaluation, predictions and files out as the original program left.
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { readRace } from '../data/race/read-race.ts'
import { AlbertConfig } from '../spec/albert-config.ts'
import { Hyperparameters } from '../spec/hyperparameters.ts'
import type {
  ExtractiveQaHyperparameters,
  MultipleChoiceHyperparameters,
} from '../spec/kind-hyperparameters.ts'
import { RunRequest } from '../spec/run.ts'
import { taskNamed } from '../tasks/index.ts'
import { golden, GOLDENS, largestError } from '../testing/tensor-dump.ts'
import { eventsOf, only } from '../testing/tiny-run.ts'
import { run } from './run.ts'

vi.setConfig({ testTimeout: 120_000 })

let output_dir = ''
beforeEach(async () => void (output_dir = await mkdtemp(path.join(tmpdir(), 'albert-end-to-end-'))))
afterEach(async () => rm(output_dir, { recursive: true, force: true }))

/** Float32's rounding, after another order of additions. */
const TOLERANCE = 3e-6

const ORIGINAL = path.join(GOLDENS, 'end-to-end')
const Expected = z.record(
  z.string(),
  z.object({
    best_global_step: z.int(),
    metrics_of_best: z.record(z.string(), z.union([z.number(), z.array(z.number())])),
  }),
)

const WAYS = ['on', 'check'] as const

test.each(['mrpc', 'cola', 'mnli', 'sts-b'].flatMap((name) => WAYS.map((jit) => [name, jit] as const)))(
  '%s is scored and predicted as by the original (jit %s)',
  async (name, jit) => {
    const task = taskNamed(name)
    if (task === null) throw new Error(`There is no task ${name}.`)
    await cp(path.join(ORIGINAL, name), output_dir, {
      recursive: true,
      filter: (file) => !/\.(txt|tsv)$/.test(file), // what the run is to write itself
    })
    const request = RunRequest.parse({
      task: {
        ...task,
        splits: {
          ...task.splits,
          dev: task.splits.train && { ...task.splits.train, group_by: task.splits.dev?.group_by },
        },
      }, // the original was run so, on a copy
      data_dir: path.join(GOLDENS, 'classifier/data'),
      model: {
        albert_config: golden('end-to-end/tiny/albert_config.json', AlbertConfig),
        spm_model_file: path.join(ORIGINAL, 'tiny/30k-clean.model'),
        vocab_file: null,
        init_checkpoint: null,
      },
      hyperparameters: Hyperparameters.parse({
        max_seq_length: 32,
        eval_batch_size: 3,
        predict_batch_size: 3,
      }),
      runtime: { jit },
      output_dir,
      do_train: false,
      do_eval: true,
      do_predict: true,
    })
    const events = await eventsOf(run(request, { signal: new AbortController().signal }))
    expect(only(events, 'failed')).toEqual([])

    const { best_global_step, metrics_of_best } = golden('end-to-end/expected.json', Expected)[
      name
    ] as z.infer<typeof Expected>[string]
    expect(only(events, 'finished')[0]?.result.best_step).toBe(best_global_step)
    const written_text = await readFile(path.join(output_dir, 'eval_results.txt'), 'utf8')
    const written = keysOf(written_text)
    const { submission = '' } = task
    expect(await readFile(path.join(output_dir, 'submission', submission), 'utf8')).toBe(
      await readFile(path.join(output_dir, 'submit_results.tsv'), 'utf8'),
    )
    for (const [key, value] of Object.entries(metrics_of_best)) {
      if (typeof value !== 'number') {
        const numbers =
          written_text.match(new RegExp(`(?<=^${key} = )\\[[^\\]]*`, 'm'))?.[0].match(/[^\s[]+/g) ?? []
        expect(largestError(numbers.map(Number), value), key).toBeLessThan(TOLERANCE)
        continue
      }
      const { pred, label_ids } = metrics_of_best
      const tolerance =
        key === 'pearson' && Array.isArray(pred) && Array.isArray(label_ids)
          ? 2 * rounding(pred, label_ids)
          : TOLERANCE
      expect(largestError([written[key] ?? NaN], [value]), key).toBeLessThan(tolerance)
    }

    if (name === 'mnli') {
      const genres = Object.keys(only(events, 'finished')[0]?.result.metrics ?? {})
      expect(genres).toEqual(expect.arrayContaining(['accuracy_fiction', 'accuracy_telephone']))
    }

    const [ours, theirs] = await Promise.all([output_dir, path.join(ORIGINAL, name)].map(numbersOf))
    expect(largestError(ours ?? [], theirs ?? [])).toBeLessThan(TOLERANCE)
    const [submitted, wanted] = await Promise.all([output_dir, path.join(ORIGINAL, name)].map(submittedOf))
    expect(submitted?.map(({ guid }) => guid)).toEqual(wanted?.map(({ guid }) => guid))
    submitted?.forEach(({ answer }, row) => {
      const want = wanted?.[row]?.answer ?? ''
      if (row === 0 || task.kind === 'classification') expect(answer).toBe(want)
      else expect(largestError([Number(answer)], [Number(want)])).toBeLessThan(TOLERANCE)
    })
  },
)

test.each(
  [
    ['SQuAD-v1.1', 'squad-v1', 'squad/v1-dev.json'],
    ['SQuAD-v2.0', 'squad-v2', 'squad/v2-dev.json'],
  ].flatMap(([name = '', folder = '', file = '']) => WAYS.map((jit) => ({ name, folder, file, jit }))),
)('$name is answered and scored as by the original (jit $jit)', async ({ name, folder, file, jit }) => {
  const eval_batch_size = jit === 'check' ? 64 : 16 // a check takes as long for many rows as for few
  const request = requestOf(name, {
    runtime: { jit },
    splits: { dev: file, test: file },
    data_dir: GOLDENS,
    hyperparameters: { max_seq_length: 40, eval_batch_size, predict_batch_size: eval_batch_size },
    extractive_qa: { doc_stride: 12, max_query_length: 12, n_best_size: 4, max_answer_length: 20 },
  })
  await cp(path.join(ORIGINAL, folder), output_dir, { recursive: true, filter: isCheckpoint })
  const events = await eventsOf(run(request, { signal: new AbortController().signal }))
  expect(only(events, 'failed')).toEqual([])

  const ours = (name: string) => readFile(path.join(output_dir, name), 'utf8')
  const theirs = (name: string) => readFile(path.join(ORIGINAL, folder, name), 'utf8')
  // The original's file has a block for every checkpoint of its training; the last one belongs to the best.
  const scores = (await theirs('eval_results.txt')).split(`${'='.repeat(50)}\n`).at(-1) ?? ''
  expect((await ours('eval_results.txt')).split(`${'='.repeat(50)}\n`).at(-1)).toBe(scores)
  expect(await ours('predictions.json')).toBe(await theirs('predictions.json'))
  expectSameJson(await ours('nbest_predictions.json'), await theirs('nbest_predictions.json'))
  if (folder === 'squad-v2') expectSameJson(await ours('null_odds.json'), await theirs('null_odds.json'))
  const { metrics_of_best } = golden('end-to-end/expected.json', Expected)[folder] as z.infer<
    typeof Expected
  >[string]
  const { f1 = NaN } = only(events, 'finished')[0]?.result.metrics ?? {}
  expect(f1 * 100).toBeCloseTo(Number(metrics_of_best['f1']), 10)
})

test.each(WAYS)('RACE is scored as by the original, each school apart (jit %s)', async (jit) => {
  const train = 'race/data/RACE/train' // the original was run so, on a copy
  const request = requestOf('RACE', {
    runtime: { jit },
    splits: { dev: train, test: train },
    data_dir: GOLDENS,
    hyperparameters: { max_seq_length: 36, eval_batch_size: 4, predict_batch_size: 4 },
    multiple_choice: { max_qa_length: 14 },
  })
  await cp(path.join(ORIGINAL, 'race'), output_dir, { recursive: true, filter: isCheckpoint })
  const events = await eventsOf(run(request, { signal: new AbortController().signal }))
  expect(only(events, 'failed')).toEqual([])
  const { best_global_step, metrics_of_best } = golden('end-to-end/expected.json', Expected)[
    'race'
  ] as z.infer<typeof Expected>[string]
  const result = only(events, 'finished')[0]?.result
  expect(result?.best_step).toBe(best_global_step)
  const written = keysOf(await readFile(path.join(output_dir, 'eval_results.txt'), 'utf8'))
  for (const [key, value] of Object.entries(metrics_of_best)) {
    expect(largestError([written[key] ?? NaN], [Number(value)]), key).toBeLessThan(TOLERANCE)
  }
  const { accuracy_middle = NaN, accuracy_high = NaN, accuracy = NaN } = result?.metrics ?? {}
  const asked = { middle: 0, high: 0 }
  for await (const { level } of readRace(path.join(GOLDENS, train))) asked[level ?? 'high']++
  expect(
    (accuracy_middle * asked.middle + accuracy_high * asked.high) / (asked.middle + asked.high),
  ).toBeCloseTo(accuracy, 10)
  expect(Object.keys(keysOf(await readFile(path.join(output_dir, 'predict_results.txt'), 'utf8')))).toEqual(
    expect.arrayContaining(['eval_accuracy', 'eval_accuracy_high', 'eval_accuracy_middle', 'eval_loss']),
  )
})

/** A run that evaluates and predicts with the checkpoint that lies in the output folder. */
function requestOf(
  name: string,
  {
    splits,
    hyperparameters,
    ...others
  }: {
    splits: { dev: string; test: string }
    data_dir: string
    hyperparameters: Partial<Hyperparameters>
    runtime: Partial<RunRequest['runtime']>
    extractive_qa?: Partial<ExtractiveQaHyperparameters>
    multiple_choice?: Partial<MultipleChoiceHyperparameters>
  },
): RunRequest {
  const task = taskNamed(name)
  if (task === null) throw new Error(`There is no task ${name}.`)
  const source = (file: string) => ({ file, header: false, columns: { text_a: 'question' } })
  return RunRequest.parse({
    ...others,
    task: { ...task, splits: { train: null, dev: source(splits.dev), test: source(splits.test) } },
    model: {
      albert_config: golden('end-to-end/tiny/albert_config.json', AlbertConfig),
      spm_model_file: path.join(ORIGINAL, 'tiny/30k-clean.model'),
      vocab_file: null,
      init_checkpoint: null,
    },
    hyperparameters: Hyperparameters.parse(hyperparameters),
    output_dir,
    do_train: false,
    do_eval: true,
    do_predict: true,
  })
}

/** Not what the run is to write itself. */
function isCheckpoint(file: string): boolean {
  return !/\.(txt|tsv|json)$/.test(file)
}

/** The same keys in the same order, the same texts, numbers within float32's rounding. */
function expectSameJson(ours: string, theirs: string): void {
  const number = /(?<=: )-?\d[\d.e+-]*/g
  expect(ours.replaceAll(number, '#')).toBe(theirs.replaceAll(number, '#'))
  const [found, wanted] = [ours, theirs].map((text) => (text.match(number) ?? []).map(Number))
  expect(largestError(found ?? [], wanted ?? [])).toBeLessThan(TOLERANCE)
}

function keysOf(text: string): Record<string, number> {
  return Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const [key, value] = line.split(' = ')
      return key === undefined || value === undefined ? [] : [[key, Number(value)]]
    }),
  )
}

async function numbersOf(folder: string): Promise<number[]> {
  const text = await readFile(path.join(folder, 'test_results.tsv'), 'utf8')
  return text
    .trimEnd()
    .split(/[\t\n]/)
    .map(Number)
}

async function submittedOf(
  folder: string,
): Promise<{ guid: string | undefined; answer: string | undefined }[]> {
  const text = await readFile(path.join(folder, 'submit_results.tsv'), 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [guid, answer] = line.split('\t')
      return { guid, answer }
    })
}

/**
 * How far the correlation of float32 predictions with their labels moves when the last place of each moves, the worst way: Σ |∂r/∂pᵢ|.
 * The original's predictions lie within 2e-3 of each other at 1.6, which magnifies a last place of 1.2e-7 to 1.4e-4.
 */
function rounding(pred: number[], labels: number[]): number {
  const centred = (values: number[]) => {
    const mean = values.reduce((total, value) => total + value, 0) / values.length
    return values.map((value) => value - mean)
  }
  const [p, l] = [centred(pred), centred(labels)]
  const [p_size, l_size] = [Math.hypot(...p), Math.hypot(...l)]
  const r = p.reduce((total, value, at) => total + value * (l[at] ?? NaN), 0) / (p_size * l_size)
  const last_place = 2 ** (Math.floor(Math.log2(Math.max(...pred))) - 23)
  return p.reduce(
    (total, value, at) =>
      total + Math.abs((l[at] ?? NaN) / (p_size * l_size) - (r * value) / p_size ** 2) * last_place,
    0,
  )
}
