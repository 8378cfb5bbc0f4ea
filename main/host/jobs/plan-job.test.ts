// The plan of a run that is not queued: what it is asked with, how long it says, and that a process that dies is told and replaced.
import { expect, test } from 'vitest'
import { Runtime } from '../../../engine/spec/runtime.ts'
import type { RunPlan } from '../../../engine/spec/run-plan.ts'
import type { JobRecord } from '../../contract/records.ts'
import { createPlanner } from '../engine/planner.ts'
import type { EngineProcess } from '../engine/engine-process.ts'
import { knobs, newDataset, startHost, type TestHost } from '../testing/host-fixture.ts'
import type { StoredJob } from './job-store.ts'
import { createMachineSpeed } from './machine-speed.ts'

const wish = (dataset_id: string, runtime: Partial<Runtime> = {}) => ({
  name: '',
  dataset_id,
  model_id: 'sample',
  hyperparameters: knobs({ train_batch_size: 4 }),
  runtime: Runtime.parse(runtime),
  do_predict: false,
})

const planned = async (t: TestHost, runtime: Partial<Runtime> = {}) =>
  t.host.handlers['jobs.plan'](wish(await newDataset(t), runtime))

test('a plan says memory and time, and queues nothing', async () => {
  const t = await startHost()
  const { plan, seconds, speed_from, sampled } = await planned(t)
  expect(plan).toMatchObject({ fits: true, memory_bytes: 4 * 32 * 1e6, compiled: true })
  expect(sampled).toBe(0) // the vocabulary of the fixture cannot be read, so each example counts as 32 pieces
  // 20 steps of 128 tokens at a million multiplications each, on a machine that does 10⁹ a second
  expect(seconds?.training).toBeCloseTo((20 * 128 * 1e6) / 1e9 + 20 * 0.01)
  expect(seconds?.evaluating).toBeCloseTo((5 * 4 * 1e6) / 1e9) // 4 of the 20 rows, before the first step and after each five
  expect(speed_from).toBe('calibration')
  expect(await t.host.handlers['jobs.list']({})).toEqual([])
})

test('what does not fit is said with what does', async () => {
  const { plan } = await planned(await startHost(), { memory_gb: 0.1 })
  expect(plan).toMatchObject({ fits: false, fitting: [{ field: 'train_batch_size', value: 1 }] })
})

test('a plan of knobs that do not go together is refused at the fields, as the run is', async () => {
  const t = await startHost()
  const asked = wish(await newDataset(t))
  const hyperparameters = { ...asked.hyperparameters, warmup_step: 30 }
  await expect(t.host.handlers['jobs.plan']({ ...asked, hyperparameters })).rejects.toMatchObject({
    error: { code: 'invalid-input' },
  })
})

const PLAN: RunPlan = {
  memory_bytes: 1,
  allowed_bytes: 2,
  memory_parts: { library: 1, weights: 0, training: 0, answering: 0 },
  fits: true,
  fitting: [],
  micro_batch_size: 8,
  micro_batches: 1,
  row_use: 'packed',
  shapes: [],
  places_per_token: 1,
  compiled: true,
  precision: 'fp32',
  precision_reason: 'no-unit',
  update_flops: 8e9,
  evaluation_flops: 0,
}

test('the speed is that of the earlier run whose updates are most like these', async () => {
  const job = (id: string, update_flops: number) =>
    ({
      record: {
        id,
        created_at: 0,
        status: 'done',
        plan: { ...PLAN, update_flops },
        runtime: Runtime.parse({}),
        progress: { step: 20 },
        hyperparameters: { train_batch_size: 8 },
      } as JobRecord,
    }) as StoredJob
  const points = (examples_per_second: number) =>
    Array.from({ length: 20 }, (_, at) => ({
      step: at + 1,
      loss: 1,
      learning_rate: 1,
      grad_norm: 1,
      examples_per_second: at < 5 ? 0.001 : examples_per_second,
      at,
    }))
  const store = {
    list: () => [job('small', 8e8), job('like', 4e9), job('smaller still', 1e6)],
    history: (id: string) => ({ points: points(id === 'like' ? 10 : 1000), evaluations: [] }),
  }
  const speedFor = createMachineSpeed(store, () => Promise.reject(new Error('It is not needed.')))
  // 4·10⁹ for 8 examples, 10 examples a second
  expect(await speedFor(Runtime.parse({}), PLAN)).toEqual({ flops_per_second: 5e9, from: 'earlier-runs' })
  expect(await speedFor(Runtime.parse({ threads: 3 }), PLAN)).toBeNull() // none like it, and the calibration fails
})

test('one process answers one plan after the other; one that died is told, and replaced', async () => {
  const started: { tell: (message: unknown) => void; exit: () => void; questions: number }[] = []
  const fork = (): EngineProcess => {
    const listeners = { message: (_: unknown): void => undefined, exit: (): void => undefined }
    const one = {
      tell: (message: unknown) => listeners.message(message),
      exit: () => listeners.exit(),
      questions: 0,
    }
    started.push(one)
    return {
      pid: 1,
      send: ({ type }) => void (one.questions += type === 'question' ? 1 : 0),
      onMessage: (listener) => void (listeners.message = listener),
      onOutput: () => undefined,
      onExit: (listener) => void (listeners.exit = () => listener(null, 'SIGKILL')),
      kill: () => undefined,
    }
  }
  const planner = createPlanner(fork)
  const question = { ask: 'plan', lengths: [1], dev_examples: 0 } as unknown as Parameters<
    typeof planner.plan
  >[0]
  const answer = { type: 'answer', answer: { ask: 'plan', plan: PLAN } }
  const [first, second] = [planner.plan(question), planner.plan(question)]
  const [one] = started
  one?.tell({ type: 'ready' })
  one?.tell(answer)
  expect(await first).toEqual(PLAN)
  expect(one?.questions).toBe(2)
  one?.exit()
  await expect(second).rejects.toMatchObject({ error: { code: 'engine-exited', signal: 'SIGKILL' } })
  const third = planner.plan(question)
  started[1]?.tell({ type: 'ready' })
  started[1]?.tell(answer)
  expect(await third).toEqual(PLAN)
  expect(started.length).toBe(2)
  planner.close()
})
