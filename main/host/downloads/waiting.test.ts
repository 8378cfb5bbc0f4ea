// What makes a download wait: stalls, busy servers, lines that are down, proxies and certificates. The clock is the test's own.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import { connect, createServer, type AddressInfo } from 'node:net'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { DownloadSettings } from '../../contract/download-settings.ts'
import { until } from '../testing/host-fixture.ts'
import { asFault } from './fault.ts'
import {
  archiveOf,
  remoteFile,
  sha256,
  startDownloads,
  type TestDownloads,
} from './testing/downloads-fixture.ts'
import { answers, inTurn, serves, startServer } from './testing/misbehaving-server.ts'

const content = archiveOf(300_000)
const keys = path.join(path.dirname(fileURLToPath(import.meta.url)), 'testing')
const tls = {
  key: readFileSync(path.join(keys, 'loopback-key.pem'), 'utf8'),
  cert: readFileSync(path.join(keys, 'loopback-certificate.pem'), 'utf8'),
}

/** Lets half minutes pass until the download has noticed. It may be gone on with already when this looks: so it is told, not asked. */
async function untilStalled({ clock, waited }: TestDownloads, id: string) {
  return until(() => {
    const found = waited.find((record) => record.id === id)
    if (found === undefined) clock.pass(30_000)
    return found
  })
}

test('F54 a transfer that stalls is noticed after half a minute and gone on with', async () => {
  const server = await startServer()
  let stalled = false
  const url = server.at(
    '/model.tar.gz',
    inTurn(serves(content, { stallAfter: 200_000, onStall: () => (stalled = true) }), serves(content)),
  )
  const downloads = startDownloads({ item: remoteFile(url, { sha256: sha256(content) }) })
  const id = downloads.start()
  await until(() => (stalled && (downloads.record(id).files[0]?.bytes_done ?? 0) > 0 ? true : undefined))
  expect((await untilStalled(downloads, id)).fault).toMatchObject({ code: 'stalled', facts: { seconds: 30 } })
  expect((await downloads.ended(id)).status).toBe('done')
  expect(server.asked[1]?.from).toBeGreaterThan(0)
})

test('F54 a slow drip counts as a stall, and is not taken for progress for ever', async () => {
  const server = await startServer()
  const url = server.at('/model.tar.gz', async (_, response) => {
    response.writeHead(200, { 'content-length': content.length })
    response.write(content.subarray(0, 100))
  })
  const downloads = startDownloads({ item: remoteFile(url) })
  const id = downloads.start()
  const end = await until(() => {
    const now = downloads.record(id)
    if (now.status === 'failed') return now
    downloads.clock.pass(60_000)
    if (now.status === 'waiting') downloads.manager.wake()
    return undefined
  })
  expect(end).toMatchObject({ fault: { code: 'stalled' }, tries: 10 })
})

test('F54 a server that never answers is given up after half a minute', async () => {
  const server = await startServer()
  let asked = false
  const url = server.at('/model.tar.gz', () => void (asked = true))
  const downloads = startDownloads({ item: remoteFile(url) })
  const id = downloads.start()
  await until(() => asked || undefined)
  expect((await untilStalled(downloads, id)).fault?.code).toBe('stalled')
})

test.each([429, 503])(
  'F54 status %i is waited out as long as Retry-After says, in seconds or until a date',
  async (status) => {
    const server = await startServer()
    const downloads = startDownloads({ item: remoteFile(`${server.origin}/model.tar.gz`) })
    const date = new Date(downloads.clock.now() + 120_000).toUTCString()
    server.at(
      '/model.tar.gz',
      inTurn(
        answers(status, { 'retry-after': '90' }),
        answers(status, { 'retry-after': date }),
        answers(status, { 'retry-after': '86400' }),
        answers(status),
        serves(content),
      ),
    )
    const id = downloads.start()
    const waiting = await downloads.untilStatus(id, 'waiting')
    expect(waiting.fault).toMatchObject({ code: 'busy', facts: { status } })
    expect((await downloads.ended(id)).status).toBe('done')
    const [seconds, until_date, capped, own] = downloads.waits
    expect(seconds).toBe(90_000)
    expect(until_date).toBe(Math.floor((1_000_000 + 120_000) / 1000) * 1000 - (1_000_000 + 90_000))
    expect(capped).toBe(3_600_000)
    expect(own).toBe(8000) // the fourth try in a row that brought nothing
  },
)

test('F54 a server with errors of its own is tried ten times, each pause twice as long, up to a minute', async () => {
  const server = await startServer()
  const downloads = startDownloads({ item: remoteFile(server.at('/model.tar.gz', answers(500))) })
  const end = await downloads.ended(downloads.start())
  expect(end).toMatchObject({ status: 'failed', tries: 10, fault: { code: 'server-error' } })
  expect(server.asked).toHaveLength(10)
  expect(downloads.waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
})

test('F54 a port where nobody listens is named, and tried again', async () => {
  const nobody = createServer().listen(0, '127.0.0.1')
  await once(nobody, 'listening')
  const { port } = nobody.address() as AddressInfo
  nobody.close()
  await once(nobody, 'close')
  const downloads = startDownloads({ item: remoteFile(`http://127.0.0.1:${port}/model.tar.gz`) })
  const waiting = await downloads.untilStatus(downloads.start(), 'waiting')
  expect(waiting.fault).toMatchObject({ code: 'unreachable', facts: { host: `127.0.0.1:${port}` } })
})

test.each([
  ['ENOTFOUND', 'no-address', 'later'],
  ['EAI_AGAIN', 'no-address', 'later'],
  ['ENETUNREACH', 'unreachable', 'later'],
  ['ECONNRESET', 'dropped', 'later'],
  ['CERT_HAS_EXPIRED', 'certificate', 'never'],
  ['ENOSPC', 'disk-full', 'never'],
  ['EACCES', 'disk', 'never'],
])('F54 the system’s %s is told as %s', (system, code, retry) => {
  const error = Object.assign(new Error('from the system'), { code: system })
  const told = asFault(error, { host: 'models.invalid', folder: '/data/downloads' })
  expect([told.fault.code, told.retry]).toEqual([code, retry])
  expect(told.fault.message).toMatch(/models\.invalid|\/data\/downloads/)
})

test('F54 a certificate that nobody vouches for ends it at once; one that is trusted does not', async () => {
  const server = await startServer(tls)
  const url = server.at('/model.tar.gz', serves(content))
  const doubted = startDownloads({ item: remoteFile(url) })
  expect(await doubted.ended(doubted.start())).toMatchObject({
    status: 'failed',
    fault: { code: 'certificate' },
  })
  const trusted = startDownloads({ item: remoteFile(url) }, { ca: tls.cert })
  expect((await trusted.ended(trusted.start())).status).toBe('done')
})

test('F54 a proxy that refuses is named with its status, without its password; one that lets through is used', async () => {
  const server = await startServer(tls)
  const url = server.at('/model.tar.gz', serves(content)).replace('127.0.0.1', 'localhost')
  const asked: string[] = []
  let allows = false
  const proxy = http.createServer()
  proxy.on('connect', (request, socket) => {
    asked.push(request.url ?? '')
    socket.on('error', () => undefined)
    if (!allows) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n')
      return
    }
    const through = connect(server.port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      through.pipe(socket).pipe(through)
    })
    through.on('error', () => socket.destroy())
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => void proxy.close())
  const { port } = proxy.address() as AddressInfo
  const downloads = startDownloads({ item: remoteFile(url) }, { ca: tls.cert })
  downloads.settings.current = DownloadSettings.parse({ proxy: `http://name:secret@127.0.0.1:${port}` })
  const id = downloads.start()
  const refused = await downloads.ended(id)
  expect(refused.fault).toMatchObject({ code: 'proxy', facts: { proxy: `127.0.0.1:${port}`, status: 407 } })
  expect(JSON.stringify(refused)).not.toContain('secret')
  allows = true
  downloads.manager.resume(id)
  expect(await downloads.ended(id)).toMatchObject({ status: 'done', fault: null })
  expect(asked).toEqual([`localhost:${server.port}`, `localhost:${server.port}`])
})
