// Runs in fp16 from their request to their files: the scale is told of, saved and gone on with, and what half cannot hold is said.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { TrainingRecord } from '../checkpoint/training-record.ts'
import { FIRST_LOSS_SCALE, MOST_SCALE, type LossScaleNumbers } from '../optim/loss-scale.ts'
import type { RunEvent, RunRequest } from '../spec/run.ts'
import { eventsOf, only, tinyRequest, type TinyOptions } from '../testing/tiny-run.ts'
import { run } from './run.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

let folder = ''
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'albert-fp16-'))))
afterEach(async () => rm(folder, { recursive: true, force: true }))

const TRAIN_STEP = 6

async function request(
  name: string,
  { runtime, hyperparameters, ...more }: TinyOptions = {},
): Promise<RunRequest> {
  const whole = await tinyRequest(path.join(folder, name), {
    runtime: { precision: 'fp16', ...runtime },
    hyperparameters: { train_step: TRAIN_STEP, save_checkpoints_steps: TRAIN_STEP, ...hyperparameters },
    ...more,
  })
  return { ...whole, do_eval: false, do_predict: false }
}

/** Runs until it ends, or is stopped as by `reason` at the first event that `isLast` finds. */
async function events(
  request: RunRequest,
  isLast: (event: RunEvent) => boolean = () => false,
  reason: 'pause' | 'cancel' = 'cancel',
): Promise<RunEvent[]> {
  const controller = new AbortController()
  const all: RunEvent[] = []
  for await (const event of run(request, { signal: controller.signal })) {
    all.push(event)
    if (isLast(event)) controller.abort(reason)
  }
  return all
}

const Manifest = z.looseObject({ record: TrainingRecord })

function manifestOf({ output_dir }: RunRequest, step: number): string {
  return path.join(output_dir, `model.ckpt-${step}.json`)
}

async function scaleIn(request: RunRequest, step: number): Promise<LossScaleNumbers | undefined> {
  return Manifest.parse(JSON.parse(await readFile(manifestOf(request, step), 'utf8'))).record.loss_scale
}

/** Lets a run that has not begun to train begin with another scale. */
async function beginWith(request: RunRequest, loss_scale: LossScaleNumbers): Promise<RunRequest> {
  await events(request, ({ type }) => type === 'checkpoint')
  const file = manifestOf(request, 0)
  const manifest = Manifest.parse(JSON.parse(await readFile(file, 'utf8')))
  expect(manifest.record.loss_scale).toEqual(FIRST_LOSS_SCALE)
  await writeFile(file, JSON.stringify({ ...manifest, record: { ...manifest.record, loss_scale } }))
  return request
}

const messages = (all: RunEvent[]): string[] => only(all, 'log').map(({ message }) => message)
const weights = ({ output_dir }: RunRequest, step = TRAIN_STEP): Promise<Buffer> =>
  readFile(path.join(output_dir, `model.ckpt-${step}.data-00000-of-00001`))

test.each([0, 2])(
  'a scale that is too large is told of, costs no step, and ends with the bits of the scale it falls to (pieces of %d)',
  async (micro_batch_size) => {
    const options = { runtime: { micro_batch_size } }
    const high = await beginWith(await request('high', options), { scale: MOST_SCALE, good_steps: 0 })
    const batch_size = high.hyperparameters.train_batch_size
    const told = await events(high)
    expect(messages(told)).toContain(
      'At step 1 gradients exceeded what half holds: no weight was changed, and the step is tried again with the loss scaled by 8388608 in place of 16777216.',
    )
    expect(only(told, 'step').map(({ point }) => point.step)).toEqual([1, 2, 3, 4, 5, 6])
    const [finished] = only(told, 'finished')
    const points = only(told, 'step').map(({ point }) => point)
    const updates = points.reduce((sum, point) => sum + batch_size / point.examples_per_second, 0)
    expect(finished?.result.train_seconds).toBeGreaterThan(updates + 1e-6) // what was tried again is counted
    const { scale = NaN, good_steps } = (await scaleIn(high, TRAIN_STEP)) ?? {}
    expect(scale).toBeLessThan(MOST_SCALE)
    expect(points.at(-1)?.loss_scale).toBe(scale)

    const low = await beginWith(await request('low', options), { scale, good_steps: 0 })
    expect(messages(await events(low)).filter((line) => line.includes('exceeded'))).toEqual([])
    expect((await weights(low)).equals(await weights(high))).toBe(true)
    expect((await scaleIn(low, TRAIN_STEP))?.good_steps).toBe(TRAIN_STEP)
    expect(good_steps).toBeLessThanOrEqual(TRAIN_STEP)
  },
)

test.each([
  [
    'while the scale falls',
    (event: RunEvent) => event.type === 'log' && event.message.includes('exceeded'),
    'cancel',
  ],
  ['between two updates', (event: RunEvent) => event.type === 'step' && event.point.step === 3, 'pause'],
] as const)(
  'a run that is stopped %s ends with the same bits and the same scale',
  async (_, isLast, reason) => {
    const scale = { scale: MOST_SCALE, good_steps: 5 }
    const whole = await beginWith(await request('whole'), scale)
    await events(whole)
    const broken = await beginWith(await request('broken'), scale)
    expect((await events(broken, isLast, reason)).at(-1)?.type).toBe('cancelled')
    expect(only(await events(broken), 'finished')).toHaveLength(1)
    expect((await weights(broken)).equals(await weights(whole))).toBe(true)
    expect(await scaleIn(broken, TRAIN_STEP)).toEqual(await scaleIn(whole, TRAIN_STEP))
  },
)

test('a run in another precision keeps no scale, and says that it does not go on as it began', async () => {
  const begun = await request('begun', { hyperparameters: { save_checkpoints_steps: 3 } })
  await events(begun, (event) => event.type === 'step' && event.point.step === 4)
  expect(await scaleIn(begun, 3)).toEqual({ ...FIRST_LOSS_SCALE, good_steps: 3 })
  const other = await events({ ...begun, runtime: { ...begun.runtime, precision: 'fp32' } })
  expect(messages(other).filter((line) => line.includes('arithmetic changed'))).toHaveLength(1)
  expect(messages(other).filter((line) => line.includes('The loss is scaled'))).toEqual([])
  expect(await scaleIn(begun, TRAIN_STEP)).toBeUndefined()
  const again = { ...begun, hyperparameters: { ...begun.hyperparameters, train_step: TRAIN_STEP + 1 } }
  const back = await events(again)
  expect(messages(back)).toContain(
    'The loss is scaled by 32768 before its gradients are taken, so that half holds them.',
  )
  expect(await scaleIn(begun, TRAIN_STEP + 1)).toEqual({ ...FIRST_LOSS_SCALE, good_steps: 1 })
})

test('products that half cannot hold stop a run with what to choose, where fp32 goes on', async () => {
  const large = { albert_config: { initializer_range: 1e5 } }
  const [failed] = only(await events(await request('fp16', large)), 'failed')
  expect(failed?.error.code).toBe('loss-not-finite')
  expect(failed?.error.message).toMatch(
    /^At step 1 the loss is NaN .* in fp16 .* exceeds 65504.*precision fp32 or bf16/,
  )
  const plain = await events(await request('fp32', { ...large, runtime: { precision: 'fp32' } }))
  expect(only(plain, 'step').length).toBeGreaterThan(0)
})

test('answers that half cannot hold are told of', async () => {
  const asked = await request('asked', {
    albert_config: { initializer_range: 1e5 },
    runtime: { precision: 'fp32' },
  })
  await events(asked, ({ type }) => type === 'checkpoint')
  const answered = { ...asked, do_train: false, do_eval: true }
  const told = async (precision: 'fp32' | 'fp16') =>
    messages(await events({ ...answered, runtime: { ...asked.runtime, precision } })).filter((line) =>
      line.includes('answers are no numbers'),
    )
  expect(await told('fp32')).toEqual([])
  expect((await told('fp16')).map((line) => line.slice(0, 36))).toEqual([
    '8 of 8 answers are no numbers, and w',
  ])
})

test('a run in fp16 learns what one in fp32 learns', async () => {
  const hyperparameters = { train_step: 30, save_checkpoints_steps: 30 }
  const results = []
  for (const precision of ['fp32', 'fp16'] as const) {
    const all = await eventsOf(
      run(await request(precision, { hyperparameters, runtime: { precision } }), {
        signal: new AbortController().signal,
      }),
    )
    expect(only(all, 'plan')[0]?.plan).toMatchObject({ precision, precision_reason: 'asked' })
    results.push(only(all, 'step').map(({ point }) => point.loss))
  }
  const [fp32 = [], fp16 = []] = results
  fp16.forEach((loss, at) => expect(Math.abs(loss - (fp32[at] ?? NaN)), `step ${at + 1}`).toBeLessThan(0.05))
  const mean = (losses: number[]) => losses.reduce((sum, loss) => sum + loss, 0) / losses.length
  expect(mean(fp16.slice(-5))).toBeLessThan(mean(fp16.slice(0, 5)) / 1.5)
})

test('a check finds nothing in fp16, and does not take a step that overflows for a difference', async () => {
  const checked = await request('checked', { runtime: { jit: 'check' }, hyperparameters: { train_step: 3 } })
  const all = await events(await beginWith(checked, { scale: MOST_SCALE, good_steps: 0 }))
  expect(only(all, 'failed')).toEqual([])
  expect(messages(all).filter((line) => line.includes('exceeded')).length).toBeGreaterThan(0)
  expect(only(all, 'step')).toHaveLength(3)
})
