// Two programs on one data folder, and programs that are killed: no job is lost, none is worked on twice.
import { spawn, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import {
  heard,
  job,
  newDataset,
  newJob,
  standIn,
  startHost,
  until,
  untilItStays,
  untilStatus,
  type TestHost,
} from '../testing/host-fixture.ts'
import { openDatabase } from '../storage/database.ts'
import { STAYS_AT } from '../testing/stay.ts'
import { createJobStore } from './job-store.ts'
import { isAlive } from './owner.ts'

/** Another program on the same data folder. */
async function startProcess(
  t: TestHost,
  dataset_id: string,
  queue: 'every' | 'own',
): Promise<{ id: string; process: ChildProcess }> {
  const script = path.join(path.dirname(standIn), 'host-process.ts')
  const child = spawn(process.execPath, [script, t.data_dir, t.assets_dir, standIn, dataset_id, queue], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, STAND_IN: 'stays', NODE_NO_WARNINGS: '1' },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const id = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (text: Buffer) => resolve(text.toString().trim()))
    child.on('exit', (code) => reject(new Error(`the other program ended with ${code}`)))
  })
  return { id, process: child }
}

test('a job of a program that was killed is interrupted at its step and goes on from its checkpoint', async () => {
  const first = await startHost()
  const dataset = await newDataset(first)
  await first.host.close()
  const other = await startProcess(first, dataset, 'every')
  const store = createJobStore(openDatabase(path.join(first.data_dir, 'workbench.sqlite')))
  onTestFinished(() => store.database.close())
  await until(() => store.get(other.id).record.progress?.step === STAYS_AT || undefined)
  const { engine } = store.get(other.id)
  other.process.kill('SIGKILL')

  const t = await startHost({ data_dir: first.data_dir, assets_dir: first.assets_dir })
  const interrupted = await untilStatus(t, other.id, 'interrupted')
  const step = interrupted.progress?.step ?? 0
  expect(step).toBe(STAYS_AT)
  expect(interrupted.error).toMatchObject({ code: 'engine-exited', exit_code: null, signal: null })
  expect(interrupted.error?.message).toContain(`The program ended while this run was at step ${step}.`)
  if (engine === null) throw new Error('the engine was not recorded')
  await until(
    () => !isAlive(engine, Date.now()) || undefined,
    () => 'the end of the engine that was left behind',
  )

  await t.host.handlers['jobs.resume']({ job_id: other.id })
  await untilStatus(t, other.id, 'done')
  const { points } = await t.host.handlers['jobs.history']({ job_id: other.id })
  expect(points.map((point) => point.step)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1))
  const [reset] = heard(t, 'job.progress').flatMap(({ reset_after }) => reset_after ?? [])
  expect((reset ?? 1) % 10).toBe(0)
})

test('a living program keeps its job; the window sees its curve and log, waits for its turn, and can cancel it', async () => {
  const t = await startHost()
  const dataset = await newDataset(t)
  const other = await startProcess(t, dataset, 'own')
  const mine = await newJob(t, dataset)
  const steps = () => heard(t, 'job.progress').flatMap(({ points }) => points.map(({ step }) => step))
  await until(() => steps().includes(STAYS_AT) || undefined)
  expect((await job(t, other.id)).status).toBe('running')
  expect((await job(t, mine.id)).status).toBe('queued')
  expect(steps()).toEqual(Array.from({ length: STAYS_AT }, (_, index) => index + 1))
  await until(
    () =>
      heard(t, 'job.log').some(({ lines }) => lines.some(({ message }) => message.includes('Checkpoint'))) ||
      undefined,
  )

  await t.host.handlers['jobs.cancel']({ job_id: other.id })
  await untilStatus(t, other.id, 'cancelled')
  await untilStatus(t, mine.id, 'done')
})

test('a job that the command line still waits with is its own; when the command is killed the job can be resumed by all', async () => {
  const t = await startHost()
  const dataset = await newDataset(t)
  const mine = await newJob(t, dataset, { train_step: 100_000 })
  await untilStatus(t, mine.id, 'running')
  const other = await startProcess(t, dataset, 'own')
  expect((await job(t, other.id)).status).toBe('queued')
  other.process.kill('SIGKILL')
  const interrupted = await untilStatus(t, other.id, 'interrupted')
  expect(interrupted.error?.message).toContain('ended before its turn came')
  await t.host.handlers['jobs.cancel']({ job_id: mine.id })
  await untilStatus(t, mine.id, 'cancelled')
  await t.host.handlers['jobs.resume']({ job_id: other.id })
  await untilStatus(t, other.id, 'done')
})

test('a host that closes saves the running job and leaves it resumable; what waits goes on at the next start', async () => {
  const first = await startHost()
  const dataset = await newDataset(first)
  first.engine.behaviour = 'stays'
  const { id } = await newJob(first, dataset)
  const waiting = await newJob(first, dataset)
  await untilItStays(first, id)
  await first.host.close()
  const t = await startHost({ data_dir: first.data_dir, assets_dir: first.assets_dir })
  const interrupted = await job(t, id)
  expect(interrupted.status).toBe('interrupted')
  expect(interrupted.error?.message).toContain('The program was closed at step')
  await untilStatus(t, waiting.id, 'done')
  await t.host.handlers['jobs.resume']({ job_id: id })
  await untilStatus(t, id, 'done')
  const resets = heard(t, 'job.progress').flatMap(({ reset_after }) => reset_after ?? [])
  expect(resets).toEqual([interrupted.progress?.step]) // saved where it stood, not at the last checkpoint
})
