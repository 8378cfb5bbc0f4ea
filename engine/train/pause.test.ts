// A run that is paused: saved where it stands, and at the end as if it had never been stopped.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { RunEvent, RunRequest, StopReason } from '../spec/run.ts'
import { eventsOf, only, tinyRequest } from '../testing/tiny-run.ts'
import { run } from './run.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

let folder = ''
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'albert-pause-'))))
afterEach(async () => rm(folder, { recursive: true, force: true }))

async function stoppedAt(step: number, reason: StopReason, request: RunRequest): Promise<RunEvent[]> {
  const controller = new AbortController()
  const events: RunEvent[] = []
  for await (const event of run(request, { signal: controller.signal })) {
    events.push(event)
    if (event.type === 'step' && event.point.step === step) controller.abort(reason)
  }
  return events
}

const hyperparameters = { train_step: 8, save_checkpoints_steps: 4 }

test('a pause saves its step, is not evaluated there, and changes no bit of the result', async () => {
  const whole = await tinyRequest(path.join(folder, 'whole'), { hyperparameters })
  const straight = await eventsOf(run(whole, { signal: new AbortController().signal }))
  const paused = await tinyRequest(path.join(folder, 'paused'), { hyperparameters })
  const before = await stoppedAt(6, 'pause', paused)
  expect(before.at(-1)).toEqual({ type: 'cancelled', step: 6 })
  expect(only(before, 'checkpoint').at(-1)?.step).toBe(6)
  const after = await eventsOf(run(paused, { signal: new AbortController().signal }))
  expect(only(after, 'resumed')).toEqual([{ type: 'resumed', step: 6 }])
  expect(only(after, 'step').map(({ point }) => point.step)).toEqual([7, 8])

  const steps = (events: RunEvent[]) => only(events, 'evaluation').map(({ evaluation }) => evaluation)
  expect([...steps(before), ...steps(after)]).toEqual(steps(straight))
  for (const name of ['model.ckpt-8', 'model.ckpt-best'].map((prefix) => `${prefix}.data-00000-of-00001`)) {
    const [a, b] = await Promise.all(
      [whole, paused].map(({ output_dir }) => readFile(path.join(output_dir, name))),
    )
    expect(b?.equals(a as Buffer), name).toBe(true)
  }
  const results = await Promise.all(
    [whole, paused].map(({ output_dir }) => readFile(path.join(output_dir, 'eval_results.txt'), 'utf8')),
  )
  expect(results[1]).toBe(results[0])
})

test('a process that has numbered too many tensors saves between two steps, and the run ends with the same bits', async () => {
  const settings = {
    hyperparameters: { train_step: 3, save_checkpoints_steps: 3 },
    runtime: { jit: 'off' },
  } as const
  const whole = await tinyRequest(path.join(folder, 'whole'), settings)
  await eventsOf(run(whole, { signal: new AbortController().signal }))
  const worn = await tinyRequest(path.join(folder, 'worn'), settings)
  const again = () => eventsOf(run(worn, { signal: new AbortController().signal, tensor_numbers: 1 }))
  for (const step of [1, 2]) {
    const events = await again()
    expect(only(events, 'checkpoint').at(-1)?.step).toBe(step)
    expect(events.at(-1)).toEqual({ type: 'worn-out', step })
  }
  expect((await again()).at(-1)?.type).toBe('finished')
  const weights = [whole, worn].map(({ output_dir }) =>
    readFile(path.join(output_dir, 'model.ckpt-3.data-00000-of-00001')),
  )
  const [a, b] = await Promise.all(weights)
  expect(b?.equals(a as Buffer)).toBe(true)
})

test('a cancelled run goes on from the last checkpoint that was due', async () => {
  const request = await tinyRequest(folder, { hyperparameters })
  const before = await stoppedAt(6, 'cancel', request)
  expect(only(before, 'checkpoint').at(-1)?.step).toBe(4)
})
