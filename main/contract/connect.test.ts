// What a client makes of answers and events that are not as they should be, and of a line that breaks.
import { expect, test, vi } from 'vitest'
import { connect } from './connect.ts'
import { HostFailure } from './errors.ts'
import type { HostHandlers } from './host.ts'
import { serve } from './serve.ts'
import type { Transport } from './transport.ts'

type Line = Transport & { tell(notice: unknown): void; state(connected: boolean): void; stopped: boolean }

function line(answer: (name: string, input: unknown) => Promise<unknown>): Line {
  let onNotice: (notice: unknown) => void = () => undefined
  let onState: (connected: boolean) => void = () => undefined
  const made: Line = {
    call: answer,
    addFile: async () => ({ ok: true, value: { file_id: 'f' } }),
    listen: (hear, hearState) => {
      onNotice = hear
      onState = hearState
      return () => {
        made.stopped = true
      }
    },
    tell: (notice) => onNotice(notice),
    state: (connected) => onState(connected),
    stopped: false,
  }
  return made
}

const failure = async (failing: Promise<unknown>): Promise<unknown> =>
  failing.then(
    () => 'no failure',
    (cause: unknown) => (cause instanceof HostFailure ? cause.error.code : cause),
  )

test('an answer of another shape is a fault, not a value', async () => {
  for (const answer of [
    null,
    'x',
    { ok: true },
    { ok: true, value: [{ id: 'a' }] },
    { ok: false, error: { code: 'odd' } },
  ]) {
    expect(await failure(connect(line(async () => answer)).call('jobs.list', {}))).toBe('internal')
  }
  expect(await connect(line(async () => ({ ok: true, value: [] }))).call('jobs.list', {})).toEqual([])
  expect(await failure(connect(line(async () => null)).addFile({}))).toBe('internal')
})

test('a line that breaks is said as such', async () => {
  const broken = connect(line(() => Promise.reject(new TypeError('fetch failed'))))
  expect(await failure(broken.call('jobs.list', {}))).toBe('disconnected')
})

test('after the end nothing is called and nothing is heard', async () => {
  const wire = line(async () => ({ ok: true, value: [] }))
  const client = connect(wire)
  const listener = vi.fn()
  client.on('job.removed', listener)
  client.close()
  wire.tell({ name: 'job.removed', payload: { job_id: 'a' } })
  expect(wire.stopped).toBe(true)
  expect(listener).not.toHaveBeenCalled()
  expect(await failure(client.call('jobs.list', {}))).toBe('disconnected')
})

test('unknown events are ignored; malformed ones and failing listeners are told and stop nobody', () => {
  const wire = line(async () => null)
  const faults: string[] = []
  const client = connect(wire, (fault) => faults.push(fault.message))
  const heard: string[] = []
  client.on('job.removed', () => {
    throw new Error('listener')
  })
  const off = client.on('job.removed', ({ job_id }) => heard.push(job_id))
  wire.tell({ name: 'job.exploded', payload: {} })
  wire.tell({ name: 'constructor', payload: {} })
  expect(faults).toEqual([])
  wire.tell({ name: 'job.removed', payload: {} })
  wire.tell(null)
  wire.tell({ name: 'job.removed', payload: { job_id: 'a' } })
  off()
  wire.tell({ name: 'job.removed', payload: { job_id: 'b' } })
  expect(heard).toEqual(['a'])
  expect(faults).toEqual([
    'The host sent a malformed job.removed.',
    'The host sent something that is no event.',
    'listener',
    'listener',
  ])
})

test('who asks late hears the state of the line too', () => {
  const wire = line(async () => null)
  const client = connect(wire)
  const states: boolean[] = []
  wire.state(true)
  client.onConnection((state) => states.push(state))
  wire.state(false)
  wire.state(true)
  expect(states).toEqual([true, false, true])
})

test('an error that no handler foresaw is logged with its cause and answered as internal', async () => {
  const cause = new Error('the disk sang', { cause: new Error('why') })
  const handlers = { 'jobs.list': () => Promise.reject(cause) } as unknown as HostHandlers
  const onInternal = vi.fn()
  expect(await serve(handlers, onInternal)('jobs.list', {})).toMatchObject({
    ok: false,
    error: { code: 'internal', message: expect.stringContaining('the disk sang') as string },
  })
  expect(onInternal).toHaveBeenCalledWith('jobs.list', cause)
})
