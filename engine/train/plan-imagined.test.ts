// Plans without a library and without data: what the largest models take is told in a process that could not train the smallest.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { graphVerbs, startShapes } from '../backends/native.ts'
import { RunRequest } from '../spec/run.ts'
import { planImagined } from './plan-imagined.ts'

const CONFIGS = path.resolve(import.meta.dirname, '../../assets/configs')
const GB = 1e9

function requestFor(
  size: string,
  hyperparameters: Partial<RunRequest['hyperparameters']>,
  runtime: Partial<RunRequest['runtime']> = {},
): RunRequest {
  const config = readFileSync(path.join(CONFIGS, `albert_${size}_v2_config.json`), 'utf8')
  const split = { file: 'none.tsv', header: true, columns: { text_a: 'text', label: 'label' } }
  return RunRequest.parse({
    task: {
      name: 'planned',
      title: 'Planned',
      kind: 'classification',
      labels: ['no', 'yes'],
      splits: { train: split, dev: split, test: null },
      metrics: ['accuracy'],
      best_by: 'accuracy',
    },
    data_dir: '/nowhere',
    model: {
      albert_config: JSON.parse(config) as unknown,
      spm_model_file: 'none',
      vocab_file: null,
      init_checkpoint: null,
    },
    hyperparameters: { train_step: 100, ...hyperparameters },
    runtime: { memory_gb: 24, precision: 'fp32', ...runtime },
    output_dir: '/nowhere',
    do_train: true,
    do_eval: true,
    do_predict: false,
  })
}

const planFor = (request: RunRequest, length: number) =>
  planImagined({ request, lengths: new Array<number>(64).fill(length), dev_examples: 640 })

test('nothing of it runs: a value that is asked for is not there', async () => {
  await startShapes()
  expect(graphVerbs()?.handles()).toBe(0)
  const verbs = graphVerbs()
  expect(() => verbs?.load('/nowhere')).toThrow()
})

test('a wide batch of long rows is taken in pieces that fit', async () => {
  const request = requestFor('base', { train_batch_size: 32, max_seq_length: 512 })
  const plan = await planFor(request, 512)
  expect(plan).toMatchObject({ fits: true, compiled: true, row_use: 'packed' })
  expect(plan.memory_bytes).toBeLessThan(24 * GB)
  const roomy = await planFor({ ...request, runtime: { ...request.runtime, memory_gb: 100 } }, 512)
  expect(roomy.micro_batches).toBe(1)
  const tight = await planFor({ ...request, runtime: { ...request.runtime, memory_gb: 6 } }, 512)
  expect(tight.micro_batches).toBeGreaterThan(plan.micro_batches - 1)
  expect(tight.micro_batches * (tight.micro_batch_size ?? 0)).toBeGreaterThanOrEqual(32)
  expect(tight.memory_bytes).toBeLessThanOrEqual(6 * GB)
  // The same work in pieces, but for what is done with the weights alone, which each piece does.
  expect(tight.update_flops / roomy.update_flops).toBeGreaterThanOrEqual(1)
  expect(tight.update_flops / roomy.update_flops).toBeLessThan(1.001)
})

test('short examples share rows, and padded ones take what they are padded to', async () => {
  const request = requestFor('base', { train_batch_size: 32, max_seq_length: 512 })
  const packed = await planFor(request, 12)
  const padded = await planFor(
    { ...request, runtime: { ...request.runtime, padding: 'max_seq_length', memory_gb: 100 } },
    12,
  )
  expect(packed.shapes.every(({ rows, row_length }) => rows * row_length < 32 * 24)).toBe(true)
  expect(padded.shapes).toEqual([{ rows: 32, row_length: 512 }])
  expect(padded.memory_parts.training).toBeGreaterThan(20 * packed.memory_parts.training)
})

test('the largest model fits with one example', async () => {
  const request = requestFor('xxlarge', { train_batch_size: 1, max_seq_length: 512, eval_batch_size: 1 })
  const plan = await planFor(request, 512)
  expect(plan.fits).toBe(true)
  expect(plan.memory_parts.weights).toBeGreaterThan(2.6 * GB)
})

test('a run that does not fit even in single examples names the sequence that does', async () => {
  const request = requestFor('large', { train_batch_size: 1, max_seq_length: 512, eval_batch_size: 1 })
  const plan = await planFor(request, 512)
  const small = { ...request.runtime, memory_gb: 0.9 * (plan.memory_bytes / GB) }
  const refused = await planFor({ ...request, runtime: small }, 512)
  expect(refused.fits).toBe(false)
  const shorter = refused.fitting.find(({ field }) => field === 'max_seq_length')
  expect(shorter?.value).toBeLessThan(512)
})

test('a step that is not compiled takes more', async () => {
  const request = requestFor('base', { train_batch_size: 8, max_seq_length: 128 }, { memory_gb: 1000 })
  const compiled = await planFor(request, 128)
  const eager = await planFor({ ...request, runtime: { ...request.runtime, jit: 'off' } }, 128)
  expect(eager).toMatchObject({ compiled: false, precision_reason: 'not-compiled' })
  expect(eager.memory_parts.training).toBeGreaterThan(compiled.memory_parts.training)
})

test.each([0, 4])(
  'narrow products take less, fp16 as much as bf16 (pieces of %d)',
  async (micro_batch_size) => {
    const knobs = { train_batch_size: 8, max_seq_length: 128 }
    const [fp32, bf16, fp16] = await Promise.all(
      (['fp32', 'bf16', 'fp16'] as const).map((precision) =>
        planFor(requestFor('base', knobs, { memory_gb: 1000, precision, micro_batch_size }), 128),
      ),
    )
    expect(fp16).toMatchObject({ precision: 'fp16', precision_reason: 'asked', fits: true })
    expect(fp16?.memory_parts.training).toBeLessThan(0.9 * (fp32?.memory_parts.training ?? NaN))
    const bf16_bytes = bf16?.memory_bytes ?? NaN
    expect(Math.abs((fp16?.memory_bytes ?? NaN) / bf16_bytes - 1)).toBeLessThan(0.05)
    expect(fp16?.update_flops).toBe(fp32?.update_flops)
  },
)
