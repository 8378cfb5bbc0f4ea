// What a run says of its memory before it starts: the pieces it chooses, the refusal with what fits, and that a resumed run keeps them.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { RunEvent, RunRequest } from '../spec/run.ts'
import { eventsOf, only, tinyRequest } from '../testing/tiny-run.ts'
import { run } from './run.ts'

vi.setConfig({ testTimeout: 120_000 })

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'albert-memory-'))
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

/** Wide enough for a batch to be most of what the run takes. */
const WIDE = { hidden_size: 64, intermediate_size: 65_536, num_hidden_layers: 4 }

function wide(name: string, runtime: Partial<RunRequest['runtime']>): Promise<RunRequest> {
  return tinyRequest(path.join(folder, name), {
    albert_config: WIDE,
    runtime: { padding: 'max_seq_length', ...runtime },
    hyperparameters: { train_batch_size: 8, train_step: 2, save_checkpoints_steps: 1, max_seq_length: 32 },
  })
}

async function eventsFrom(request: RunRequest, until: RunEvent['type'] = 'finished'): Promise<RunEvent[]> {
  const controller = new AbortController()
  const events: RunEvent[] = []
  for await (const event of run(request, { signal: controller.signal })) {
    events.push(event)
    if (event.type === until) controller.abort('cancel')
  }
  return events
}

const planOf = (events: RunEvent[]) => only(events, 'plan')[0]?.plan
const GB = 1e9

test('a batch is taken in as many pieces as its memory needs, and the plan says so', async () => {
  const free = planOf(await eventsFrom(await wide('free', {}), 'plan'))
  expect(free).toMatchObject({ fits: true, micro_batches: 1, micro_batch_size: 8, compiled: true })
  expect(free?.shapes).toEqual([{ rows: 8, row_length: 32 }])
  const { memory_bytes = 0, memory_parts } = free ?? {}
  const memory_gb = (memory_bytes - (memory_parts?.training ?? 0) / 3) / GB
  const tight = await eventsFrom(await wide('tight', { memory_gb }), 'plan')
  const { micro_batches = 0, micro_batch_size = 0, memory_bytes: less = 0 } = planOf(tight) ?? {}
  expect(micro_batches).toBeGreaterThan(1)
  expect(micro_batch_size).toBe(8 / micro_batches)
  expect(less).toBeLessThanOrEqual(memory_gb * GB)
  const said = only(tight, 'log').map(({ message }) => message)
  expect(said.join('\n')).toContain(`in ${micro_batches} pieces of up to ${micro_batch_size}`)
})

test('a run that does not fit is refused before it computes, with the settings that do', async () => {
  const free = planOf(await eventsFrom(await wide('for-its-size', {}), 'plan'))
  const { library = 0, weights = 0, training = 0 } = free?.memory_parts ?? {}
  const memory_gb = (library + weights + training * 0.8) / GB
  const events = await eventsFrom(await wide('refused', { memory_gb, micro_batch_size: 8 }))
  expect(only(events, 'step')).toEqual([])
  const [failed] = only(events, 'failed')
  if (failed?.error.code !== 'does-not-fit') throw new Error(JSON.stringify(failed))
  const { needed_bytes, allowed_bytes, fitting, message } = failed.error
  expect(allowed_bytes).toBe(memory_gb * GB)
  expect(needed_bytes).toBeGreaterThan(allowed_bytes)
  expect(fitting.map(({ field }) => field)).toContain('micro_batch_size')
  for (const { field, value } of fitting) expect(message).toContain(`${field} ${value}`)
  const { field, value } = fitting.find((one) => one.field === 'train_batch_size') ?? fitting[0]!
  const request = await wide('advised', { memory_gb, micro_batch_size: 8 })
  const advised = { ...request, hyperparameters: { ...request.hyperparameters, [field]: value } }
  expect(planOf(await eventsFrom(advised, 'plan'))?.fits).toBe(true)
})

test('where nothing fits, the refusal says that', async () => {
  const events = await eventsFrom(await wide('hopeless', { memory_gb: 0.01 }))
  const [failed] = only(events, 'failed')
  expect(failed?.error).toMatchObject({ code: 'does-not-fit', fitting: [] })
  expect(failed?.error.message).toContain('choose a smaller model')
})

test('a run in pieces repeats, and goes on from a checkpoint in the same pieces, bit by bit', async () => {
  const pieces = { micro_batch_size: 3 }
  const of = (name: string, runtime: Partial<RunRequest['runtime']>) =>
    tinyRequest(path.join(folder, name), { runtime })
  const losses = (events: RunEvent[]) =>
    only(events, 'step').map(({ point }) => [point.step, point.loss, point.grad_norm])
  const whole = await eventsOf(run(await of('whole', pieces), { signal: new AbortController().signal }))
  expect(only(whole, 'failed')).toEqual([])
  expect(losses(whole).length).toBe(6)
  const again = await eventsOf(run(await of('again', pieces), { signal: new AbortController().signal }))
  expect(losses(again)).toEqual(losses(whole))

  const begun = await eventsFrom(await of('resumed', pieces), 'evaluation')
  expect(only(begun, 'cancelled').length).toBe(1)
  const resumed = await eventsOf(run(await of('resumed', {}), { signal: new AbortController().signal }))
  expect(planOf([...resumed].reverse())?.micro_batches).toBe(2)
  const [first] = losses(resumed)[0] ?? []
  expect(losses(resumed)).toEqual(losses(whole).slice(Number(first) - 1))
})
