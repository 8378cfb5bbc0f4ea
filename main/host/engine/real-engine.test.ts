// The real engine behind the host: killed, paused and resumed, it ends with the weights of a run that nobody disturbed.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { AlbertConfig } from '../../../engine/spec/albert-config.ts'
import { Hyperparameters } from '../../../engine/spec/hyperparameters.ts'
import type { RunRequest } from '../../../engine/spec/run.ts'
import { Runtime } from '../../../engine/spec/runtime.ts'
import { TaskSpec } from '../../../engine/spec/task-spec.ts'
import { createJobStore } from '../jobs/job-store.ts'
import { openDatabase } from '../storage/database.ts'
import { hostsWithEngine } from '../testing/bundled-engine.ts'
import { createSaveGate } from '../testing/save-gate.ts'
import { heard, job, rows, temporaryFolder, untilStatus, type TestHost } from '../testing/host-fixture.ts'

const gate = createSaveGate()
const withEngine = hostsWithEngine(gate.before)
const STEPS = 60
const EVERY = 10

function tinyRun(folder: string): RunRequest {
  mkdirSync(folder, { recursive: true })
  for (const split of ['train', 'dev']) writeFileSync(path.join(folder, `${split}.tsv`), rows(24, ['a', 'b']))
  const words = [
    '[PAD]',
    '[UNK]',
    '[CLS]',
    '[SEP]',
    '[MASK]',
    'sentence',
    'number',
    ...'0123456789'.split(''),
  ]
  writeFileSync(path.join(folder, 'vocab.txt'), `${words.join('\n')}\n`)
  const source = (file: string) => ({ file, header: true, columns: { text_a: 'sentence', label: 'label' } })
  return {
    task: TaskSpec.parse({
      name: 'tiny',
      title: 'Tiny',
      kind: 'classification',
      labels: ['a', 'b'],
      splits: { train: source('train.tsv'), dev: source('dev.tsv'), test: null },
      metrics: ['accuracy', 'loss'],
      best_by: 'accuracy',
    }),
    data_dir: folder,
    model: {
      albert_config: AlbertConfig.parse({
        vocab_size: words.length,
        embedding_size: 8,
        hidden_size: 16,
        num_hidden_layers: 2,
        num_attention_heads: 2,
        intermediate_size: 32,
        max_position_embeddings: 32,
        hidden_dropout_prob: 0.1,
        attention_probs_dropout_prob: 0.1,
      }),
      spm_model_file: null,
      vocab_file: path.join(folder, 'vocab.txt'),
      init_checkpoint: null,
    },
    hyperparameters: Hyperparameters.parse({
      max_seq_length: 16,
      train_batch_size: 4,
      learning_rate: 1e-3,
      train_step: STEPS,
      save_checkpoints_steps: EVERY,
      eval_batch_size: 8,
    }),
    runtime: Runtime.parse({ threads: 1 }),
    output_dir: path.join(folder, 'output'),
    do_train: true,
    do_eval: true,
    do_predict: false,
  }
}

const startReal = (): Promise<TestHost> => withEngine({ timing: { poll: 50, flush: 20, grace: 20_000 } })

const queue = async (t: TestHost, request: RunRequest): Promise<string> =>
  (await t.host.createRun({ name: 'tiny', dataset_name: 'tiny', model_name: 'tiny', request })).id

const step = async (t: TestHost, id: string) => (await job(t, id)).progress?.step ?? 0
const LAST = `model.ckpt-${STEPS}.data-00000-of-00001`

test('after a kill -9 at a random save, a pause and a cancel the weights are those of an undisturbed run, bit for bit', async () => {
  const t = await startReal()
  const folder = temporaryFolder()
  const straight = tinyRun(path.join(folder, 'straight'))
  const straight_id = await queue(t, straight)
  const finished = await untilStatus(t, straight_id, 'done', 'failed', 'interrupted')
  expect(finished).toMatchObject({ status: 'done', result: { best_by: 'accuracy' } })

  const broken = tinyRun(path.join(folder, 'broken'))
  const killed_at = 5 + Math.floor(Math.random() * 30)
  const reached = gate.closeAt(killed_at)
  const id = await queue(t, broken)
  const records = createJobStore(openDatabase(path.join(t.data_dir, 'workbench.sqlite')))
  await reached
  const pid = records.get(id).engine?.pid
  if (pid === undefined) throw new Error('the engine was not recorded')
  process.kill(pid, 'SIGKILL')
  records.database.close()
  const interrupted = await untilStatus(t, id, 'interrupted', 'done')
  expect(interrupted, `killed at ${killed_at}`).toMatchObject({
    status: 'interrupted',
    error: { code: 'engine-exited', signal: 'SIGKILL' },
  })

  for (const [wish, status] of [
    ['jobs.pause', 'paused'],
    ['jobs.cancel', 'cancelled'],
  ] as const) {
    const before = await step(t, id)
    const again = gate.closeAt(before - EVERY + 3)
    await t.host.handlers['jobs.resume']({ job_id: id })
    const letGoOn = await again
    await t.host.handlers[wish]({ job_id: id })
    letGoOn()
    await untilStatus(t, id, status)
  }
  await t.host.handlers['jobs.resume']({ job_id: id })
  await untilStatus(t, id, 'done')

  const [a, b] = [straight, broken].map(({ output_dir }) => readFileSync(path.join(output_dir, LAST)))
  expect(b?.equals(a ?? Buffer.alloc(0))).toBe(true)
  const curves = await Promise.all(
    [straight_id, id].map((job_id) => t.host.handlers['jobs.history']({ job_id })),
  )
  const [one, two] = curves.map(({ points, evaluations }) => ({
    losses: points.map((point) => [point.step, point.loss, point.learning_rate, point.grad_norm]),
    evaluations: evaluations.map(({ step: at, metrics }) => [at, metrics]),
  }))
  expect(two).toEqual(one)
  expect(heard(t, 'job.progress').flatMap(({ reset_after }) => reset_after ?? [])).toHaveLength(3)
})

test('without TensorFlow the job says so, and the host goes on', async () => {
  const t = await withEngine({ tensorflow_dir: path.join(temporaryFolder(), 'nothing') })
  const id = await queue(t, tinyRun(path.join(temporaryFolder(), 'run')))
  expect(await untilStatus(t, id, 'failed')).toMatchObject({ error: { code: 'backend-missing' } })
  expect(await t.host.handlers['host.info']({})).toMatchObject({ tensorflow: { available: false } })
})
