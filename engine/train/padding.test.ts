// Packed rows and padded ones, whole batches and pieces give the same losses, gradients, weights and answers; only the dropout inside the encoder draws other masks.
import { dispose, tensor1d } from '@tensorflow/tfjs-core'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { startNative } from '../backends/native.ts'
import type * as Dropping from '../model/dropout.ts'
import { createParams } from '../model/params.ts'
import { AlbertConfig } from '../spec/albert-config.ts'
import { RunRequest } from '../spec/run.ts'
import type { Runtime } from '../spec/runtime.ts'
import { taskNamed } from '../tasks/index.ts'
import { golden, GOLDENS, largestError } from '../testing/tensor-dump.ts'
import { tinyRequest } from '../testing/tiny-run.ts'
import { loadTokenizer } from '../text/tokenizer.ts'
import { startWorkers } from './features/workers.ts'
import { workloadOf } from './kinds/index.ts'
import { disposeState, freshState, type TrainState } from './state.ts'

vi.setConfig({ testTimeout: 300_000 })

const BAR = 1e-5
/** Whether anything is dropped. */
let drops = true
vi.mock('../model/dropout.ts', async (load) => {
  const real = await load<typeof Dropping>()
  const keyedDropout: typeof real.keyedDropout = (...args) =>
    drops ? real.keyedDropout(...args) : real.noDropout
  return { ...real, keyedDropout }
})
afterEach(() => {
  drops = true
})

const STEPS = 2
const BATCH = 5

let folder = ''
beforeAll(async () => {
  await startNative({ backend: 'native', threads: 0 })
  folder = await mkdtemp(path.join(tmpdir(), 'albert-padding-'))
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

const NO_DROPOUT = { hidden_dropout_prob: 0, attention_probs_dropout_prob: 0 }

const REQUESTS: Record<string, () => Promise<RunRequest>> = {
  classification: () => tinyRequest(path.join(folder, 'classification'), { albert_config: NO_DROPOUT }),
  regression: () =>
    tinyRequest(path.join(folder, 'regression'), { kind: 'regression', albert_config: NO_DROPOUT }),
  'multiple choice': async () => {
    const file = path.join(folder, 'articles.txt')
    await writeFile(file, ARTICLES.map((article) => JSON.stringify(article) + '\n').join(''))
    return goldenRequest('RACE', file)
  },
  'question answering': async () => {
    const File = z.object({ data: z.array(z.object({ paragraphs: z.array(z.unknown()) })) })
    const { data } = golden('squad/v2-train.json', File)
    const few = { data: [{ paragraphs: data.flatMap(({ paragraphs }) => paragraphs).slice(1, 3) }] }
    await writeFile(path.join(folder, 'squad.json'), JSON.stringify(few))
    return goldenRequest('SQuAD-v2.0', path.join(folder, 'squad.json'))
  },
}

function goldenRequest(name: string, file: string): RunRequest {
  const split = { file, header: false, columns: { text_a: 'question' } }
  return RunRequest.parse({
    task: { ...taskNamed(name), splits: { train: split, dev: split, test: split } },
    data_dir: folder,
    model: {
      albert_config: {
        ...golden('end-to-end/tiny/albert_config.json', AlbertConfig),
        ...NO_DROPOUT,
        initializer_range: 0.1,
        max_position_embeddings: 256,
      },
      spm_model_file: path.join(GOLDENS, 'end-to-end/tiny/30k-clean.model'),
      vocab_file: null,
      init_checkpoint: null,
    },
    hyperparameters: { max_seq_length: 256, train_step: STEPS, train_batch_size: 5, eval_batch_size: 3 },
    extractive_qa: { doc_stride: 96, max_query_length: 12 },
    multiple_choice: { max_qa_length: 14 },
    output_dir: path.join(folder, 'output'),
    do_train: true,
    do_eval: true,
    do_predict: true,
  })
}

const ARTICLES = ['Ida mends the boat.', 'The bees are out, and so is the smith.', 'Soup.'].map(
  (article, at) => ({
    article,
    questions: ['Who mends the _ ?', 'What is warm?'],
    options: [
      ['boat', 'lake', 'smith and the bees', 'way'],
      ['rain', 'soup', 'a', 'nobody knows why'],
    ],
    answers: ['ABCD'.charAt(at), 'B'],
    id: `high${at}.txt`,
  }),
)

type Measured = {
  shapes: number[]
  steps: { loss: number; grad_norm: number }[]
  /** Weights and both moments, by name. */
  weights: Map<string, Float32Array>
  metrics: Record<string, number>
}

/** A few updates and an evaluation of what they make. The same weights, examples and keys whatever the padding. */
async function measured(request: RunRequest, runtime: Partial<Runtime>, pieces = 1): Promise<Measured> {
  const hyperparameters = { ...request.hyperparameters, train_batch_size: BATCH }
  const workload = workloadOf({ ...request, hyperparameters, runtime: { ...request.runtime, ...runtime } })
  const { signal } = new AbortController()
  const files = { ...request.model, do_lower_case: true }
  const [tokenizer, workers] = [await loadTokenizer(files), startWorkers(files, 0)]
  const split = await valueOf(workload.prepare('train', { tokenizer, workers }, signal))
  tokenizer.close()
  const updates = split.updates(pieces)
  let state: TrainState = freshState(createParams(workload.params, 1))
  const steps: Measured['steps'] = []
  for (let step = 0; step < STEPS; step++) {
    const key = tensor1d([1, step], 'int32')
    const indexes = Uint32Array.from({ length: BATCH }, (_, at) => (at * 3 + step) % split.examples)
    const result = updates.update(state, indexes, key)
    disposeState(state)
    state = result.state
    steps.push({ loss: numberIn(result.loss), grad_norm: numberIn(result.grad_norm) })
    dispose([key, result.loss, result.grad_norm, result.learning_rate])
  }
  const { metrics } = await valueOf(split.evaluate(state.params, signal))
  const weights = new Map(
    (['params', 'adam_m', 'adam_v'] as const).flatMap((part) =>
      Object.entries(state[part]).map(([name, tensor]): [string, Float32Array] => [
        `${part} ${name}`,
        Float32Array.from(tensor.dataSync()),
      ]),
    ),
  )
  disposeState(state)
  updates.close()
  workload.close()
  const shapes = updates.plan.shapes.map(({ rows, row_length }) => rows * row_length)
  return { shapes, steps, weights, metrics }
}

function numberIn(scalar: { dataSync(): ArrayLike<number> }): number {
  return scalar.dataSync()[0] ?? NaN
}

async function valueOf<T>(stream: AsyncGenerator<unknown, T>): Promise<T> {
  for (;;) {
    const next = await stream.next()
    if (next.done === true) return next.value
  }
}

/** To 1e-5 of the largest number of each. */
function expectSame(one: Measured, other: Measured): void {
  one.steps.forEach(({ loss, grad_norm }, step) => {
    const same = other.steps[step]
    expect(Math.abs(loss - (same?.loss ?? NaN)), `loss of step ${step}`).toBeLessThan(BAR)
    expect(Math.abs(grad_norm / (same?.grad_norm ?? NaN) - 1), `norm of step ${step}`).toBeLessThan(BAR)
  })
  expect([...one.weights.keys()]).toEqual([...other.weights.keys()])
  for (const [name, values] of one.weights) {
    expect(largestError(values, other.weights.get(name) ?? []), name).toBeLessThan(BAR)
  }
  expect(Object.keys(one.metrics)).toEqual(Object.keys(other.metrics))
  for (const [name, value] of Object.entries(one.metrics)) {
    expect(Math.abs(value - (other.metrics[name] ?? NaN)), name).toBeLessThan(BAR)
  }
}

describe.each(Object.keys(REQUESTS))('%s', (kind) => {
  let request: RunRequest
  beforeAll(async () => {
    request = await (REQUESTS[kind]?.() ?? Promise.reject(new Error(kind)))
  })

  test('packed rows make the same updates and answers as rows of max_seq_length', async () => {
    const full = await measured(request, { padding: 'max_seq_length' })
    const packed = await measured(request, { padding: 'packed' })
    expect(Math.max(...packed.shapes)).toBeLessThan(Math.min(...full.shapes))
    expectSame(packed, full)
    expect(await measured(request, { padding: 'packed' })).toEqual(packed)
  })

  test('a batch in pieces makes the same updates as the batch as a whole', async () => {
    drops = false // a piece draws masks of its own
    const whole = await measured(request, {})
    const two = await measured(request, {}, 2) // of 2 and 3 examples
    expect(Math.max(...two.shapes)).toBeLessThanOrEqual(Math.max(...whole.shapes))
    expectSame(two, whole)
    if (kind !== 'regression') return // one kind shows the rest
    expectSame(await measured(request, {}, BATCH), whole)
    expectSame(await measured(request, { jit: 'off' }, 2), whole)
    expectSame(await measured(request, { padding: 'max_seq_length' }, 2), whole)
  })
})
