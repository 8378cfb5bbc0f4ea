// The page's end of the HTTP transport: what it sends, what it hears, and how it comes back after a break.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { httpTransport } from './http.ts'

class FakeSocket {
  static all: FakeSocket[] = []
  readonly address: string
  onopen: () => void = () => undefined
  onmessage: (message: { data: unknown }) => void = () => undefined
  onclose: () => void = () => undefined
  closed = false
  constructor(address: string) {
    this.address = address
    FakeSocket.all.push(this)
  }
  close() {
    this.closed = true
    this.onclose()
  }
}

const newest = () => FakeSocket.all[FakeSocket.all.length - 1]!

beforeEach(() => {
  vi.useFakeTimers()
  FakeSocket.all = []
  vi.stubGlobal('WebSocket', FakeSocket)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function listening() {
  const notices: unknown[] = []
  const states: boolean[] = []
  const stop = httpTransport().listen(
    (notice) => notices.push(notice),
    (connected) => states.push(connected),
  )
  return { notices, states, stop }
}

describe('calls', () => {
  it('are posted as JSON to the path of their method, and bring the answer as it is', async () => {
    const answer = { ok: false, error: { code: 'in-use', message: 'Still in use.' } }
    const fetch = vi.fn().mockResolvedValue({ json: async () => answer })
    vi.stubGlobal('fetch', fetch)
    expect(await httpTransport().call('jobs.list', { a: 1 })).toEqual(answer)
    expect(fetch).toHaveBeenCalledWith('/call/jobs.list', {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'Content-Type': 'application/json' },
    })
  })

  it('reject when the host is gone', async () => {
    vi.stubGlobal('fetch', vi.fn().mockRejectedValue(new TypeError('Failed to fetch')))
    await expect(httpTransport().call('jobs.list', {})).rejects.toThrow('Failed to fetch')
  })
})

describe('files', () => {
  it('go up as they are, under their name', async () => {
    const fetch = vi.fn().mockResolvedValue({ json: async () => ({ ok: true }) })
    vi.stubGlobal('fetch', fetch)
    const file = new File(['a\tb'], 'a & b/训练.tsv')
    await httpTransport().addFile(file)
    expect(fetch).toHaveBeenCalledWith(
      '/files?name=a%20%26%20b%2F%E8%AE%AD%E7%BB%83.tsv',
      expect.objectContaining({ body: file, headers: { 'Content-Type': 'application/octet-stream' } }),
    )
  })

  it('must be files', async () => {
    await expect(httpTransport().addFile('/etc/passwd')).rejects.toThrow(TypeError)
  })
})

describe('events', () => {
  it('are heard from the own origin', () => {
    const { notices, states } = listening()
    expect(newest().address).toBe(`${window.location.origin.replace('http', 'ws')}/events`)
    newest().onopen()
    newest().onmessage({ data: '{"name":"job.removed","payload":{"job_id":"7"}}' })
    expect(states).toEqual([true])
    expect(notices).toEqual([{ name: 'job.removed', payload: { job_id: '7' } }])
  })

  it('are heard again after a break, with longer and longer waits until it works', () => {
    const { states } = listening()
    newest().onopen()
    newest().onclose()
    expect(states).toEqual([true, false])
    const waits: number[] = []
    for (let attempt = 0; attempt < 7; attempt += 1) {
      const before = FakeSocket.all.length
      let waited = 0
      while (FakeSocket.all.length === before) {
        vi.advanceTimersByTime(250)
        waited += 250
      }
      waits.push(waited)
      newest().onclose()
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000])
    vi.advanceTimersByTime(4000)
    newest().onopen()
    expect(states[states.length - 1]).toBe(true)
    newest().onclose()
    const before = FakeSocket.all.length
    vi.advanceTimersByTime(250)
    expect(FakeSocket.all.length).toBe(before + 1)
  })

  it('are not heard any more after the end', () => {
    const { states, stop } = listening()
    newest().onopen()
    stop()
    expect(newest().closed).toBe(true)
    vi.advanceTimersByTime(60_000)
    expect(FakeSocket.all).toHaveLength(1)
    expect(states).toEqual([true])
  })
})
