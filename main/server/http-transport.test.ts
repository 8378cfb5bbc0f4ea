// The door of the server: who gets in, what is served, what is too large, and who is told events.
import { once } from 'node:events'
import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { connect as tcpConnect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { Notice } from '../contract/transport.ts'
import { pageFiles } from '../shell/page-files.ts'
import type { HttpService } from './http-transport.ts'
import { serveHttp } from './http-transport.ts'

let folder: string
let http: HttpService
let tell: (notice: Notice) => void
let called: [string, unknown][]
let received: { name: string; bytes: number }[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'albert-http-'))
  const pages = join(folder, 'pages')
  await mkdir(join(pages, 'assets'), { recursive: true })
  await writeFile(join(folder, 'secret.html'), 'secret')
  await writeFile(join(pages, 'index.html'), '<!doctype html>the page')
  await writeFile(join(pages, 'assets', 'main.js'), 'let a')
  await symlink(join(folder, 'secret.html'), join(pages, 'linked.html'))
  called = []
  received = []
  http = await serveHttp({
    end: {
      answer: async (name, input) => {
        called.push([name, input])
        return { ok: true, value: { name, input } }
      },
      subscribe: (teller) => {
        tell = teller
        return () => undefined
      },
    },
    receiveFile: async (name, content) => {
      let bytes = 0
      for await (const chunk of content) bytes += chunk.length
      received.push({ name, bytes })
      return { file_id: 'f1', name, bytes }
    },
    pages: pageFiles(pages),
    host: '127.0.0.1',
    port: 0,
    upload_limit: 1000,
    onInternal: () => undefined,
  })
})

afterEach(async () => {
  await http.close()
  await rm(folder, { recursive: true, force: true })
})

type Got = { status: number; body: string; headers: Record<string, string | string[] | undefined> }

/** A request whose every header is the test's own, and whose path is sent as it stands. */
function ask(
  path: string,
  headers: Record<string, string> = {},
  body: string | Buffer | null = null,
  method = body === null ? 'GET' : 'POST',
): Promise<Got> {
  const { hostname, port } = new URL(http.origin)
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, path, method, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString(),
          headers: response.headers,
        }),
      )
    })
    request.on('error', reject)
    request.end(body ?? undefined)
  })
}

const bearer = (): Record<string, string> => ({ Authorization: `Bearer ${http.token}` })
const json = (): Record<string, string> => ({ ...bearer(), 'Content-Type': 'application/json' })
const bytes = (): Record<string, string> => ({ ...bearer(), 'Content-Type': 'application/octet-stream' })

async function sessionCookie(): Promise<string> {
  const { headers } = await ask(`/?token=${http.token}`)
  return String(headers['set-cookie']).split(';')[0] ?? ''
}

describe('the token', () => {
  test('becomes a cookie that scripts cannot read, and leaves the address', async () => {
    const { status, headers } = await ask(`/?token=${http.token}`)
    expect(status).toBe(303)
    expect(headers['location']).toBe('/')
    const cookie = String(headers['set-cookie'])
    expect(cookie).toContain('HttpOnly')
    expect(cookie).toContain('SameSite=Strict')
    expect(cookie).not.toContain(http.token)
    const page = await ask('/', { Cookie: await sessionCookie() })
    expect(page.status).toBe(200)
    expect(page.body).toContain('the page')
  })

  test('is asked for everywhere, and a wrong one learns no more than none', async () => {
    for (const path of ['/', '/assets/main.js', '/nothing', `/?token=${http.token}x`]) {
      const none = await ask(path)
      const wrong = await ask(path, { Authorization: 'Bearer wrong', Cookie: 'albert_1=x' })
      expect(none.status).toBe(401)
      expect(wrong.body).toBe(none.body)
    }
    expect((await ask('/call/jobs.list', { 'Content-Type': 'application/json' }, '{}')).status).toBe(401)
    expect((await ask('/files?name=a', {}, 'x')).status).toBe(401)
    expect(called).toEqual([])
    expect(received).toEqual([])
  })

  test('does not open the door as a cookie or a query of another path', async () => {
    const { port } = new URL(http.origin)
    expect((await ask('/', { Cookie: `albert_${port}=${http.token}` })).status).toBe(401)
    expect((await ask(`/assets/main.js?token=${http.token}`)).status).toBe(401)
  })
})

describe('where a request comes from', () => {
  test('a name that was bound to this address elsewhere is refused, even with the token', async () => {
    const { port } = new URL(http.origin)
    for (const Host of [`evil.example:${port}`, '127.0.0.1', `127.0.0.1:${Number(port) + 1}`]) {
      expect((await ask('/', { ...bearer(), Host })).status).toBe(403)
    }
    expect((await ask('/', { ...bearer(), Host: `localhost:${port}` })).status).toBe(200)
  })

  test('a page of another origin is refused, even with the cookie', async () => {
    const Cookie = await sessionCookie()
    const type = { 'Content-Type': 'application/json' }
    expect((await ask('/call/x', { ...type, Cookie, Origin: 'http://evil.example' }, '{}')).status).toBe(403)
    expect((await ask('/call/x', { ...type, Cookie, Origin: 'null' }, '{}')).status).toBe(403)
    expect((await ask('/call/x', { ...type, Cookie, 'Sec-Fetch-Site': 'cross-site' }, '{}')).status).toBe(403)
    expect((await ask('/call/x', { ...type, Cookie, Origin: http.origin }, '{}')).status).toBe(200)
    expect(called).toHaveLength(1)
  })
})

describe('pages', () => {
  test('are served with a policy that lets nothing foreign in', async () => {
    const { headers } = await ask('/', bearer())
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).not.toMatch(/script-src[^;]*unsafe/)
    expect(policy).toContain(`connect-src 'self' ${http.origin.replace('http', 'ws')}`)
    expect(headers['x-content-type-options']).toBe('nosniff')
  })

  test.each([
    '/../secret.html',
    '/assets/../../secret.html',
    '/%2e%2e/secret.html',
    '/..%2fsecret.html',
    '/..%5csecret.html',
    '/%252e%252e/secret.html',
    '//etc/passwd',
    '/linked.html',
    '/index.html%00',
    '/%',
    '/assets',
  ])('%s leads nowhere', async (path) => {
    const { status, body } = await ask(path, bearer())
    expect(status).toBe(404)
    expect(body).not.toContain('root:')
    expect(body).not.toBe('secret')
  })
})

describe('calls', () => {
  test('carry the name and the input, and bring the answer', async () => {
    const { status, body } = await ask('/call/jobs.list', json(), '{"a":1}')
    expect(status).toBe(200)
    expect(JSON.parse(body)).toEqual({ ok: true, value: { name: 'jobs.list', input: { a: 1 } } })
  })

  test('that are no JSON, of another type or too large are refused with a reason', async () => {
    expect((await ask('/call/x', json(), '{')).status).toBe(400)
    expect((await ask('/call/x', bearer(), '{}')).status).toBe(415)
    const large = await ask('/call/x', json(), `"${'x'.repeat(5 * 2 ** 20)}"`)
    expect(large.status).toBe(413)
    expect(JSON.parse(large.body)).toMatchObject({ ok: false, error: { code: 'invalid-input' } })
    expect(called).toEqual([])
  })
})

describe('uploads', () => {
  test('arrive whole', async () => {
    const { body } = await ask('/files?name=tr%C3%A4in.tsv', bytes(), Buffer.alloc(1000))
    expect(JSON.parse(body)).toEqual({ ok: true, value: { file_id: 'f1', name: 'träin.tsv', bytes: 1000 } })
    expect(received).toEqual([{ name: 'träin.tsv', bytes: 1000 }])
  })

  test('beyond the cap are refused, whether the length was announced or not', async () => {
    const announced = await ask('/files?name=a', bytes(), Buffer.alloc(1001))
    expect(announced.status).toBe(413)
    expect(JSON.parse(announced.body)).toMatchObject({ ok: false, error: { code: 'bad-file', file: 'a' } })
    const chunked = await ask(
      '/files?name=a',
      { ...bytes(), 'Transfer-Encoding': 'chunked' },
      Buffer.alloc(5000),
    )
    expect(JSON.parse(chunked.body)).toMatchObject({ ok: false, error: { code: 'bad-file', file: 'a' } })
    expect(received).toEqual([])
  })

  test('that break off are not taken for whole files', async () => {
    const { hostname, port } = new URL(http.origin)
    const socket = tcpConnect(Number(port), hostname)
    socket.write(
      `POST /files?name=a HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${http.token}\r\nContent-Type: application/octet-stream\r\nContent-Length: 900\r\n\r\nhalf`,
    )
    await new Promise((resolve) => setTimeout(resolve, 100))
    socket.destroy()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(received).toEqual([])
    expect((await ask('/', bearer())).status).toBe(200)
  })

  test('need a name', async () => {
    expect((await ask('/files', bytes(), 'x')).status).toBe(400)
    expect((await ask(`/files?name=${'a'.repeat(256)}`, bytes(), 'x')).status).toBe(400)
  })
})

describe('events', () => {
  function open(headers: Record<string, string>): Promise<WebSocket | number> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(`${http.origin.replace('http', 'ws')}/events`, { headers })
      socket.once('open', () => resolve(socket))
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
      socket.once('error', reject)
    })
  }

  test('reach every page that was let in, in order', async () => {
    const Cookie = await sessionCookie()
    const socket = await open({ Cookie, Origin: http.origin })
    if (typeof socket === 'number') throw new Error(`refused with ${socket}`)
    const heard: string[] = []
    const two = new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer) => {
        if (heard.push(data.toString()) === 2) resolve()
      })
    })
    tell({ name: 'a', payload: 1 })
    tell({ name: 'b', payload: 2 })
    await two
    expect(heard).toEqual(['{"name":"a","payload":1}', '{"name":"b","payload":2}'])
    socket.terminate()
  })

  test('are not told without the token, nor to a foreign page, nor to a cookie without an origin', async () => {
    const Cookie = await sessionCookie()
    expect(await open({ Origin: http.origin })).toBe(401)
    expect(await open({ Cookie, Origin: 'http://evil.example' })).toBe(403)
    expect(await open({ Cookie })).toBe(403)
  })

  test('a page that sends instead of listening is let go', async () => {
    const socket = await open(bearer())
    if (typeof socket === 'number') throw new Error(`refused with ${socket}`)
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    socket.send('hello')
    expect(await closed).toBe(1008)
  })

  test('a page that reads nothing is cut off, and the others go on', async () => {
    const { hostname, port } = new URL(http.origin)
    const slow = tcpConnect(Number(port), hostname)
    slow.write(
      `GET /events HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${http.token}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    )
    await once(slow, 'data') // it was let in, and reads nothing from now on
    slow.pause()
    const quick = await open(bearer())
    if (typeof quick === 'number') throw new Error(`refused with ${quick}`)
    let heard = 0
    let onHeard = (): void => undefined
    quick.on('message', () => {
      heard += 1
      onHeard()
    })
    const payload = 'x'.repeat(2 ** 20)
    for (let count = 0; count < 30; count += 1) {
      const arrived = new Promise<void>((resolve) => (onHeard = resolve))
      tell({ name: 'a', payload })
      await arrived
    }
    const gone = new Promise((resolve) => slow.once('close', resolve))
    await new Promise((resolve) => setTimeout(resolve, 1500)) // as long as it takes to be cut off unread
    slow.on('error', () => undefined)
    slow.resume()
    await gone
    expect(heard).toBe(30)
    quick.terminate()
  })

  test('end with a clear code when the server stops', async () => {
    const socket = await open(bearer())
    if (typeof socket === 'number') throw new Error(`refused with ${socket}`)
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    await http.close()
    expect(await closed).toBe(1001)
  })
})

test('a taken port is said in a sentence', async () => {
  const { port } = new URL(http.origin)
  await expect(
    serveHttp({
      end: { answer: () => Promise.reject(new Error()), subscribe: () => () => undefined },
      receiveFile: () => Promise.reject(new Error()),
      pages: new Map(),
      host: '127.0.0.1',
      port: Number(port),
      upload_limit: 1,
      onInternal: () => undefined,
    }),
  ).rejects.toThrow(`Port ${port} is in use`)
})
