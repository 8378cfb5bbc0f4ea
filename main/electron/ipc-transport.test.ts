// The messages between page and main: who is heard, what is refused, and that a flood or a broken text harms nobody.
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { HostFailure } from '../contract/errors.ts'
import type { Answer, HostEnd, Notice } from '../contract/transport.ts'
import { ADD_FILE, CALL, NOTICE } from './channels.ts'
import type { IpcEvent } from './ipc-transport.ts'
import { handleCalls, tellPage } from './ipc-transport.ts'

const page: IpcEvent = { senderFrame: { url: 'app://bundle/', parent: null } }

let handlers: Map<string, (event: IpcEvent, ...words: unknown[]) => unknown>
let called: [string, unknown][]
let refused: string[]
let end: HostEnd
const addFile = vi.fn(async (path: string): Promise<Answer> => ({ ok: true, value: path }))

beforeEach(() => {
  handlers = new Map()
  called = []
  refused = []
  addFile.mockClear()
  end = {
    answer: async (name, input) => {
      called.push([name, input])
      return { ok: true, value: input }
    },
    subscribe: () => () => undefined,
  }
})

function listen(host: Promise<HostEnd> = Promise.resolve(end)): void {
  handleCalls({ handle: (channel, listener) => handlers.set(channel, listener) }, host, addFile, (why) =>
    refused.push(why),
  )
}

async function send(channel: string, event: IpcEvent, ...words: unknown[]): Promise<Answer> {
  return JSON.parse(String(await handlers.get(channel)?.(event, ...words))) as Answer
}

test('exactly two channels are open to the page', () => {
  listen()
  expect([...handlers.keys()]).toEqual([CALL, ADD_FILE])
})

test('a call of our page is answered', async () => {
  listen()
  expect(await send(CALL, page, 'jobs.list', '{"a":1}')).toEqual({ ok: true, value: { a: 1 } })
  expect(called).toEqual([['jobs.list', { a: 1 }]])
})

describe('refused and told', () => {
  test.each([
    ['a frame inside the page', { url: 'app://bundle/', parent: {} }],
    ['another page', { url: 'https://evil.example/', parent: null }],
    ['an empty page', { url: 'about:blank', parent: null }],
    ['a page whose name only begins as ours', { url: 'app://bundle.evil/', parent: null }],
    ['a frame that is gone', null],
  ])('%s', async (_name, senderFrame) => {
    listen()
    await expect(send(CALL, { senderFrame }, 'jobs.list', '{}')).rejects.toThrow('not for this page')
    await expect(send(ADD_FILE, { senderFrame }, '/etc/passwd')).rejects.toThrow('not for this page')
    expect(called).toEqual([])
    expect(addFile).not.toHaveBeenCalled()
    expect(refused).toHaveLength(2)
  })
})

test.each([
  ['no text', [1, {}]],
  ['broken JSON', ['jobs.list', '{']],
  ['a deep text', ['jobs.list', '['.repeat(1_000_000) + ']'.repeat(1_000_000)]],
  ['100 MB', ['jobs.list', 'x'.repeat(100 * 2 ** 20)]],
])('%s is refused with a reason', async (_name, words) => {
  listen()
  expect(await send(CALL, page, ...words)).toMatchObject({ ok: false, error: { code: 'invalid-input' } })
  expect(called).toEqual([])
})

test('a flood is answered with “busy”, and the line is free afterwards', async () => {
  let open: () => void = () => undefined
  const gate = new Promise<void>((resolve) => (open = resolve))
  end = { ...end, answer: () => gate.then(() => ({ ok: true, value: null })) }
  listen()
  const answers = Array.from({ length: 1000 }, () => send(CALL, page, 'jobs.list', '{}'))
  const last = await answers[999]
  expect(last).toMatchObject({ ok: false, error: { code: 'not-allowed-now', status: 'busy' } })
  open()
  const ok = (await Promise.all(answers)).filter((answer) => answer.ok).length
  expect(ok).toBe(256)
  expect(await send(CALL, page, 'jobs.list', '{}')).toMatchObject({ ok: true })
})

test('calls wait for the host, and hear why it did not start', async () => {
  listen(Promise.reject(new HostFailure({ code: 'in-use', message: 'The folder is in use.' })))
  expect(await send(CALL, page, 'jobs.list', '{}')).toEqual({
    ok: false,
    error: { code: 'in-use', message: 'The folder is in use.' },
  })
})

test('a file without a place on disk is refused', async () => {
  listen()
  for (const path of ['', 'a\0b', { path: '/etc/passwd' }]) {
    expect(await send(ADD_FILE, page, path)).toMatchObject({ ok: false, error: { code: 'invalid-input' } })
  }
  expect(await send(ADD_FILE, page, '/data/train.tsv')).toEqual({ ok: true, value: '/data/train.tsv' })
})

test('notices go to the page that lives', () => {
  let tell: (notice: Notice) => void = () => undefined
  const stop = vi.fn()
  const sent: [string, string][] = []
  const alive = {
    isDestroyed: () => false,
    send: (channel: string, text: string) => sent.push([channel, text]),
  }
  let contents: typeof alive | null = alive
  const end_telling = tellPage(
    {
      ...end,
      subscribe: (teller) => {
        tell = teller
        return stop
      },
    },
    () => contents,
  )
  tell({ name: 'job.removed', payload: { job_id: 'a' } })
  contents = null
  tell({ name: 'job.removed', payload: { job_id: 'b' } })
  contents = { ...alive, isDestroyed: () => true }
  tell({ name: 'job.removed', payload: { job_id: 'c' } })
  expect(sent).toEqual([[NOTICE, '{"name":"job.removed","payload":{"job_id":"a"}}']])
  end_telling()
  expect(stop).toHaveBeenCalled()
})
