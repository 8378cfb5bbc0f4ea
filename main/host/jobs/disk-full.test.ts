// A database that takes no more: the run is stopped, the job is failed and not lost, and the program goes on.
import { expect, test, vi } from 'vitest'
import type * as Storage from '../storage/database.ts'
import { storageFailure } from '../storage/storage-failure.ts'
import {
  letGoOn,
  newDataset,
  newJob,
  startHost,
  until,
  untilItStays,
  untilStatus,
} from '../testing/host-fixture.ts'

const opened = vi.hoisted(() => ({ last: undefined as Storage.Database | undefined }))

vi.mock('../storage/database.ts', async (original) => {
  const real = await original<typeof Storage>()
  return {
    ...real,
    openDatabase: (...given: Parameters<typeof real.openDatabase>) =>
      (opened.last = real.openDatabase(...given)),
  }
})

test('a run whose records cannot be written any more is stopped, fails when that can be said, and resumes', async () => {
  const t = await startHost()
  const dataset = await newDataset(t)
  t.engine.behaviour = 'stays'
  t.engine.step_ms = 20
  const { id } = await newJob(t, dataset, { train_step: 60 })
  await untilItStays(t, id)
  const database = opened.last
  if (database === undefined) throw new Error('no database was opened')
  const { change } = database
  database.change = () => {
    const reason = Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' })
    throw storageFailure(reason, database.file)
  }
  letGoOn(t, id)
  await until(() => t.log.some((sentence) => sentence.includes('cannot be written yet')) || undefined)
  database.change = change
  const failed = await untilStatus(t, id, 'failed')
  expect(failed.error).toMatchObject({ code: 'disk-full', file: database.file })
  t.engine.behaviour = 'finishes'
  await t.host.handlers['jobs.resume']({ job_id: id })
  await untilStatus(t, id, 'done')
  const { points } = await t.host.handlers['jobs.history']({ job_id: id })
  expect(points.map(({ step }) => step)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1))
})

test('a database that another program holds for a while delays the records and not the run', async () => {
  const t = await startHost()
  const dataset = await newDataset(t)
  t.engine.behaviour = 'stays'
  t.engine.step_ms = 20
  const { id } = await newJob(t, dataset, { train_step: 60 })
  await untilItStays(t, id)
  const database = opened.last
  if (database === undefined) throw new Error('no database was opened')
  const { change } = database
  let refused = 0
  database.change = () => {
    refused += 1
    const reason = Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' })
    throw storageFailure(reason, database.file)
  }
  letGoOn(t, id)
  await until(() => refused > 10 || undefined)
  database.change = change
  await untilStatus(t, id, 'done')
  const { points } = await t.host.handlers['jobs.history']({ job_id: id })
  expect(points.map(({ step }) => step)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1))
})
