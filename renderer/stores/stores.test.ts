// The stores hold what the host holds: after loading, after events, after actions, after the line was broken.
import { waitFor } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { HostFailure } from '../../main/contract/errors.ts'
import { jobOf, pointAt, runningJob } from '../testing/fake-data.ts'
import { createFakeHost } from '../testing/fake-host.ts'
import { createCollection } from './collection.ts'
import { readyOr } from './remote.ts'
import { createStores } from './stores.ts'

async function loaded(options?: Parameters<typeof createFakeHost>[0]) {
  const fake = createFakeHost(options)
  const stores = createStores(fake.host)
  await waitFor(() => {
    expect(stores.jobs.getState().items.status).toBe('ready')
    expect(stores.results.getState().items.status).toBe('ready')
    expect(stores.settings.getState().loaded).toBe(true)
  })
  return { fake, stores, jobs: () => readyOr(stores.jobs.getState().items, []) }
}

describe('the jobs', () => {
  it('stand in queue order and change by events', async () => {
    const { fake, jobs } = await loaded()
    expect(jobs().map(({ id }) => id)).toEqual(fake.world.jobs.map(({ id }) => id))
    fake.tell('job.changed', { ...runningJob, status: 'paused' })
    await waitFor(() => expect(jobs().find(({ id }) => id === runningJob.id)?.status).toBe('paused'))
    fake.tell('job.changed', jobOf('job-0', 'queued'))
    await waitFor(() => expect(jobs()[0]?.id).toBe('job-0'))
    fake.tell('job.removed', { job_id: 'job-0' })
    await waitFor(() => expect(jobs()[0]?.id).toBe('job-1'))
  })

  it('do what is asked of them', async () => {
    const { stores, jobs } = await loaded()
    const statusOf = (id: string) => jobs().find((job) => job.id === id)?.status
    await stores.jobs.pause('job-5')
    expect(statusOf('job-5')).toBe('paused')
    await stores.jobs.resume('job-5')
    expect(statusOf('job-5')).toBe('queued')
    await stores.jobs.cancel('job-6')
    expect(statusOf('job-6')).toBe('cancelled')
    await stores.jobs.move('job-7', 'job-1')
    expect(jobs()[0]?.id).toBe('job-7')
    await stores.jobs.remove('job-4')
    expect(statusOf('job-4')).toBeUndefined()
    const sample = await stores.jobs.runSample()
    expect(statusOf(sample.id)).toBe('queued')
  })

  it('say why when something cannot be done', async () => {
    const { fake, stores } = await loaded()
    const refusal = new HostFailure({ code: 'not-allowed-now', status: 'done', message: 'It is done.' })
    fake.failNext('jobs.pause', refusal)
    await expect(stores.jobs.pause('job-5')).rejects.toMatchObject({ error: { code: 'not-allowed-now' } })
  })
})

describe('a collection', () => {
  it('keeps an event that came while its list was under way', async () => {
    let answer: (items: { id: string; n: number }[]) => void = () => undefined
    const collection = createCollection<{ id: string; n: number }>({
      list: () => new Promise((done) => (answer = done)),
      keyOf: ({ id }) => id,
    })
    const loading = collection.refresh()
    collection.put({ id: 'a', n: 2 })
    collection.drop('b')
    answer([
      { id: 'a', n: 1 },
      { id: 'b', n: 1 },
      { id: 'c', n: 1 },
    ])
    await loading
    expect(readyOr(collection.getState().items, [])).toEqual([
      { id: 'a', n: 2 },
      { id: 'c', n: 1 },
    ])
  })

  it('keeps what it has when asking again fails', async () => {
    let fails = false
    const collection = createCollection<string>({
      list: () => (fails ? Promise.reject(new Error('gone')) : Promise.resolve(['a'])),
      keyOf: (item) => item,
    })
    await collection.refresh()
    fails = true
    await collection.refresh()
    expect(collection.getState().items).toEqual({ status: 'ready', value: ['a'] })
  })

  it('says why when there never was a list', async () => {
    const collection = createCollection<string>({
      list: () => Promise.reject(new Error('gone')),
      keyOf: (item) => item,
    })
    await collection.refresh()
    expect(collection.getState().items).toEqual({
      status: 'failed',
      error: { code: 'internal', message: 'gone' },
    })
  })
})

describe('a run that is looked at', () => {
  it('has its history, then what arrives, and no step twice', async () => {
    const { fake, stores } = await loaded()
    const { run, release } = stores.jobs.acquire(runningJob.id)
    fake.train(5) // told before the history can have come
    await waitFor(() => expect(run.state.getState().history.status).toBe('ready'))
    fake.train(5)
    await waitFor(() => expect(run.series.length).toBe(178))
    expect([...run.series.column('step')]).toEqual(Array.from({ length: 178 }, (_, index) => index + 1))
    expect(run.series.column('loss')[177]).toBe(pointAt(178, runningJob).loss)
    release()
  })

  it('is one for all who look, and ends with the last of them', async () => {
    const { fake, stores } = await loaded()
    const first = stores.jobs.acquire(runningJob.id)
    const second = stores.jobs.acquire(runningJob.id)
    expect(second.run).toBe(first.run)
    await waitFor(() => expect(first.run.series.length).toBe(168))
    first.release()
    first.release()
    fake.train(1)
    await waitFor(() => expect(second.run.series.length).toBe(169))
    second.release()
    fake.train(1)
    await new Promise((done) => setTimeout(done, 20))
    expect(second.run.series.length).toBe(169)
    expect(stores.jobs.acquire(runningJob.id).run).not.toBe(first.run)
  })

  it('shows new lines of the log after the old ones', async () => {
    const { fake, stores } = await loaded()
    const { run } = stores.jobs.acquire(runningJob.id)
    await waitFor(() => expect(run.log.getState().lines.length).toBe(3))
    const line = { at: Date.now(), level: 'info' as const, message: 'checkpoint at step 200' }
    fake.tell('job.log', { job_id: runningJob.id, lines: [line] })
    fake.tell('job.log', { job_id: 'another', lines: [line] })
    await waitFor(() => expect(run.log.getState().lines.length).toBe(4))
    expect(run.log.getState().lines[3]).toEqual(line)
  })
})

describe('the connection', () => {
  it('asks anew for everything when it comes back', async () => {
    const { fake, stores, jobs } = await loaded()
    const { run } = stores.jobs.acquire(runningJob.id)
    await waitFor(() => expect(run.series.length).toBe(168))
    fake.setConnected(false)
    expect(stores.connection.getState().connection).toBe('lost')
    fake.world.jobs = fake.world.jobs.map((job) =>
      job.id === runningJob.id && job.progress !== null
        ? { ...job, progress: { ...job.progress, step: 300 } }
        : job.id === 'job-6'
          ? { ...job, status: 'done' }
          : job,
    )
    fake.setConnected(true)
    expect(stores.connection.getState().connection).toBe('connected')
    await waitFor(() => expect(run.series.length).toBe(300))
    await waitFor(() => expect(jobs().find(({ id }) => id === 'job-6')?.status).toBe('done'))
  })
})

describe('the settings', () => {
  it('are shown at once, kept by the host, and taken back when it refuses', async () => {
    const { fake, stores } = await loaded()
    await stores.settings.change({ theme: 'dark' })
    expect(fake.world.settings).toMatchObject({ language: 'system', theme: 'dark' })
    fake.failNext(
      'settings.set',
      new HostFailure({ code: 'disk-full', file: 'db', message: 'The disk is full.' }),
    )
    const changing = stores.settings.change({ language: 'zh' })
    expect(stores.settings.getState().settings.language).toBe('zh')
    await expect(changing).rejects.toMatchObject({ error: { code: 'disk-full' } })
    expect(stores.settings.getState().settings).toMatchObject({ language: 'system', theme: 'dark' })
  })
})
