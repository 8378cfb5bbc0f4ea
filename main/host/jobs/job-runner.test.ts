// Runs from the queue to their end, with engines that finish, fail, crash, hang and flood.
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { measureTurns } from '../testing/longest-turn.ts'
import {
  heard,
  IMPATIENT,
  job,
  letGoOn,
  newDataset,
  newJob,
  startHost,
  until,
  untilItStays,
  untilStatus,
} from '../testing/host-fixture.ts'

const steps = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

test('a run that finishes leaves its curve, its result, its log and its folder', async () => {
  const t = await startHost()
  const { id } = await newJob(t, await newDataset(t))
  const done = await untilStatus(t, id, 'done')
  expect(done).toMatchObject({
    error: null,
    result: { best_step: 20 },
    progress: { step: 20, train_step: 20 },
  })
  expect(done.worked_seconds).toBeGreaterThan(0)

  const history = await t.host.handlers['jobs.history']({ job_id: id })
  expect(history.points.map(({ step }) => step)).toEqual(steps(1, 20))
  expect(history.evaluations.map(({ step }) => step)).toEqual([5, 10, 15, 20])
  expect(heard(t, 'job.progress').flatMap(({ points }) => points)).toEqual(history.points)
  expect(history.points.map(({ loss_scale }) => loss_scale).slice(9, 11)).toEqual([null, 2 ** 15])

  expect(await t.host.handlers['results.list']({})).toMatchObject([{ job_id: id, result: { best_step: 20 } }])
  const log = await t.host.handlers['jobs.log']({ job_id: id, last: 500 })
  expect(log.map(({ message }) => message)).toContain('Checkpoint of step 20 saved.')
  const config: unknown = JSON.parse(readFileSync(path.join(t.host.runFolder(id), 'config.json'), 'utf8'))
  expect(config).toMatchObject({ hyperparameters: { train_step: 20 }, do_train: true })
  const statuses = heard(t, 'job.changed').map(({ status }) => status)
  expect([...new Set(statuses)]).toEqual(['queued', 'preparing', 'running', 'finishing', 'done'])
})

test('jobs run one after the other, in the order of the queue', async () => {
  const t = await startHost()
  const dataset = await newDataset(t)
  const [a, b, c] = [await newJob(t, dataset), await newJob(t, dataset), await newJob(t, dataset)]
  await t.host.handlers['jobs.move']({ job_id: c.id, before: b.id })
  for (const { id } of [a, b, c]) await untilStatus(t, id, 'done')
  const started = heard(t, 'job.changed').filter(({ status }) => status === 'preparing')
  expect([...new Set(started.map(({ id }) => id))]).toEqual([a.id, c.id, b.id])
  for (const [index, { ended_at }] of [await job(t, a.id), await job(t, c.id)].entries()) {
    const next = await job(t, [c.id, b.id][index] ?? '')
    expect(next.started_at ?? 0).toBeGreaterThanOrEqual(ended_at ?? Infinity)
  }
})

test('an engine that fails gives the reason, and the next job runs', async () => {
  const t = await startHost()
  const dataset = await newDataset(t)
  t.engine.behaviour = 'fails'
  const { id } = await newJob(t, dataset)
  const failed = await untilStatus(t, id, 'failed')
  expect(failed.error).toEqual({ code: 'out-of-memory', message: 'There is no memory left.' })
  expect(failed.progress?.step).toBe(7)
  t.engine.behaviour = 'finishes'
  await untilStatus(t, (await newJob(t, dataset)).id, 'done')
})

test('a bug in the engine is said with its stack in the record', async () => {
  const t = await startHost()
  t.engine.behaviour = 'throws'
  const { id } = await newJob(t, await newDataset(t))
  expect((await untilStatus(t, id, 'failed')).error).toMatchObject({
    code: 'internal',
    message: expect.stringContaining('a bug') as unknown,
    stack: expect.stringContaining('stand-in-engine') as unknown,
  })
})

test.each([
  ['crashes', { exit_code: 3, signal: null }, 'The engine ended by itself with code 3 at step 7'],
  ['is killed', { exit_code: null, signal: 'SIGKILL' }, 'memory runs out'],
] as const)(
  'an engine that %s interrupts the job at its step; resuming goes on from the checkpoint',
  async (behaviour, facts, words) => {
    const t = await startHost()
    const dataset = await newDataset(t)
    t.engine.behaviour = behaviour
    t.engine.step_ms = 30
    const { id } = await newJob(t, dataset)
    const next = await newJob(t, dataset)
    const interrupted = await untilStatus(t, id, 'interrupted')
    expect(interrupted.error).toMatchObject({ code: 'engine-exited', ...facts })
    expect(interrupted.error?.message).toContain(words)
    expect(interrupted.error?.message).toContain('at step 7')
    expect(interrupted.progress?.step).toBe(7)
    t.engine.behaviour = 'finishes'
    await t.host.handlers['jobs.cancel']({ job_id: next.id })
    await t.host.handlers['jobs.resume']({ job_id: id })
    await untilStatus(t, id, 'done')
    expect(heard(t, 'job.progress').map(({ reset_after }) => reset_after)).toContain(5)
    const { points } = await t.host.handlers['jobs.history']({ job_id: id })
    expect(points.map(({ step }) => step)).toEqual(steps(1, 20))
    if (behaviour !== 'crashes') return
    const log = await t.host.handlers['jobs.log']({ job_id: id, last: 500 })
    expect(log.map(({ message }) => message)).toContain('terminate called without an active exception')
  },
)

test('an engine that is killed right after a save leaves no gap in the curve', async () => {
  const t = await startHost()
  t.engine.behaviour = 'is killed after a save'
  const { id } = await newJob(t, await newDataset(t))
  expect((await untilStatus(t, id, 'interrupted')).progress?.step).toBe(10)
  t.engine.behaviour = 'finishes'
  await t.host.handlers['jobs.resume']({ job_id: id })
  await untilStatus(t, id, 'done')
  const { points } = await t.host.handlers['jobs.history']({ job_id: id })
  expect(points.map(({ step }) => step)).toEqual(steps(1, 20))
})

test('a run whose process is worn out goes on in a new one, with one curve and no interruption', async () => {
  const t = await startHost()
  t.engine.behaviour = 'wears out'
  const { id } = await newJob(t, await newDataset(t))
  await untilStatus(t, id, 'done')
  const { points } = await t.host.handlers['jobs.history']({ job_id: id })
  expect(points.map(({ step }) => step)).toEqual(steps(1, 20))
  const statuses = heard(t, 'job.changed').map(({ status }) => status)
  expect([...new Set(statuses)]).toEqual(['queued', 'preparing', 'running', 'finishing', 'done'])
  const log = (await t.host.handlers['jobs.log']({ job_id: id, last: 500 })).map(({ message }) => message)
  expect(log.filter((message) => message.includes('worn out'))).toHaveLength(2) // at steps 7 and 14
})

test.each(['hangs', 'hangs while preparing'] as const)(
  'a job whose engine %s can be cancelled',
  async (behaviour) => {
    const t = await startHost(IMPATIENT)
    t.engine.behaviour = behaviour
    const { id } = await newJob(t, await newDataset(t))
    await until(
      async () => ((await job(t, id)).progress?.step ?? 0) >= (behaviour === 'hangs' ? 6 : 0) || undefined,
    )
    await untilStatus(t, id, 'preparing', 'running')
    expect((await t.host.handlers['jobs.cancel']({ job_id: id })).status).toBe('stopping')
    expect(await untilStatus(t, id, 'cancelled')).toMatchObject({ error: null })
  },
)

test('a paused job is saved at its step and goes on there', async () => {
  const t = await startHost()
  t.engine.behaviour = 'stays'
  const { id } = await newJob(t, await newDataset(t), { train_step: 40, save_checkpoints_steps: 1000 })
  await untilItStays(t, id)
  await t.host.handlers['jobs.pause']({ job_id: id })
  const paused = await untilStatus(t, id, 'paused')
  t.engine.behaviour = 'finishes'
  await t.host.handlers['jobs.resume']({ job_id: id })
  await untilStatus(t, id, 'done')
  const resets = heard(t, 'job.progress').flatMap(({ reset_after }) => reset_after ?? [])
  expect(resets).toEqual([paused.progress?.step])
  const log = await t.host.handlers['jobs.log']({ job_id: id, last: 500 })
  expect(log).toContainEqual(
    expect.objectContaining({
      level: 'info',
      message: `The run was paused at step ${paused.progress?.step}.`,
    }),
  )
  expect(log.filter(({ level }) => level === 'error')).toEqual([])
  const { points } = await t.host.handlers['jobs.history']({ job_id: id })
  expect(points.map(({ step }) => step)).toEqual(steps(1, 40))
})

test('a waiting job is paused, resumed and cancelled without an engine', async () => {
  const t = await startHost()
  const dataset = await newDataset(t)
  t.engine.behaviour = 'stays'
  const running = await newJob(t, dataset)
  const { id } = await newJob(t, dataset)
  expect((await t.host.handlers['jobs.pause']({ job_id: id })).status).toBe('paused')
  expect((await t.host.handlers['jobs.resume']({ job_id: id })).status).toBe('queued')
  expect((await t.host.handlers['jobs.cancel']({ job_id: id })).status).toBe('cancelled')
  await expect(t.host.handlers['jobs.pause']({ job_id: id })).rejects.toMatchObject({
    error: { code: 'not-allowed-now' },
  })
  await expect(t.host.handlers['jobs.delete']({ job_id: running.id })).rejects.toMatchObject({
    error: { code: 'not-allowed-now' },
  })
  await t.host.handlers['jobs.cancel']({ job_id: running.id })
  await untilStatus(t, running.id, 'cancelled')
  const folder = t.host.runFolder(id)
  expect(existsSync(folder)).toBe(true)
  await t.host.handlers['jobs.delete']({ job_id: id })
  expect(existsSync(folder)).toBe(false)
  expect(heard(t, 'job.removed')).toEqual([{ job_id: id }])
})

test('an event that does not fit is left out and said; the run goes on', async () => {
  const t = await startHost()
  t.engine.behaviour = 'says nonsense'
  const { id } = await newJob(t, await newDataset(t))
  await untilStatus(t, id, 'done')
  const log = await t.host.handlers['jobs.log']({ job_id: id, last: 500 })
  expect(log.map(({ message }) => message).join()).toContain('The engine sent an event that does not fit')
})

test('a dataset that is gone between import and run fails the job by name, and the program goes on', async () => {
  const t = await startHost()
  const dataset = await newDataset(t)
  t.engine.behaviour = 'stays'
  const first = await newJob(t, dataset)
  const { id } = await newJob(t, dataset)
  await untilItStays(t, first.id)
  rmSync(path.join(t.data_dir, 'datasets', dataset), { recursive: true })
  letGoOn(t, first.id)
  const failed = await untilStatus(t, id, 'failed')
  expect(failed.error).toMatchObject({
    code: 'file-missing',
    file: expect.stringContaining('train.tsv') as unknown,
  })
  expect(failed.error?.message).toContain('import the dataset again')
  expect((await job(t, first.id)).status).toBe('done')
  expect(await t.host.handlers['datasets.list']({})).toMatchObject([{ id: dataset, available: false }])
})

test('a flood of events does not hold up the host, and none is lost', async () => {
  const t = await startHost({ timing: { poll: 1000, flush: 250, grace: 10_000 } })
  const dataset = await newDataset(t)
  t.engine.behaviour = 'floods'
  const end = measureTurns()
  const { id } = await newJob(t, dataset, { train_step: 20_000, save_checkpoints_steps: 20_000 })
  await untilStatus(t, id, 'done')
  const { points } = await t.host.handlers['jobs.history']({ job_id: id })
  expect(end()).toBeLessThan(50)
  expect(points.at(-1)?.step).toBe(20_000)
  expect(points).toHaveLength(5000) // thinned for the window; all are kept
  const told = heard(t, 'job.progress').flatMap(({ points: some }) => some)
  expect(told).toHaveLength(20_000)
})

test('a data file that is changed while the run goes on ends it, with the file and the way out', async () => {
  const t = await startHost(IMPATIENT)
  t.engine.behaviour = 'hangs'
  const dataset_id = await newDataset(t)
  const { id } = await newJob(t, dataset_id)
  await untilStatus(t, id, 'running')
  const file = path.join(t.data_dir, 'datasets', dataset_id, 'train.tsv')
  // Until it was looked at once, a change is no change: it is made again until it is seen.
  const ended = await until(async () => {
    appendFileSync(file, 'one more row\tearly\n')
    const { status, error } = await job(t, id)
    return status === 'failed' ? error : undefined
  })
  expect(ended).toMatchObject({ code: 'data-changed', file })
  expect(ended?.message).toContain('was changed while the run went on')
})

test('files that changed after the import are named before a run starts on them', async () => {
  const t = await startHost()
  const dataset_id = await newDataset(t)
  const file = path.join(t.data_dir, 'datasets', dataset_id, 'dev.tsv')
  const before = readFileSync(file)
  writeFileSync(file, Buffer.concat([before.subarray(0, -2), Buffer.from('x\n')]))
  await expect(newJob(t, dataset_id)).rejects.toMatchObject({ error: { code: 'bad-file', file } })
  writeFileSync(file, before)
  expect((await newJob(t, dataset_id)).dataset_version).toMatch(/^[0-9a-f]{12}$/)
})
