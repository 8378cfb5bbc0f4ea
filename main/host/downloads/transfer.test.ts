// Downloads from a server on this machine that misbehaves: each fault by its number, with what is on the disk and what is said afterwards.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { until } from '../testing/host-fixture.ts'
import { archiveOf, remoteFile, sha256, startDownloads } from './testing/downloads-fixture.ts'
import { answers, inTurn, serves, startServer, type MisbehavingServer } from './testing/misbehaving-server.ts'

const MIB = 1 << 20
const content = archiveOf(5 * MIB + 123)
const small = archiveOf(200_000)

/** Starts the download of the one file at an address and follows it to its end. */
async function fetched(url: string, part: Parameters<typeof remoteFile>[1] = {}) {
  const downloads = startDownloads({ item: remoteFile(url, part) })
  const id = downloads.start()
  return { ...downloads, id, end: await downloads.ended(id) }
}

/** Files of a download that are still on the disk. */
function leftOf({ folder }: { folder: string }, id: string): string[] {
  return existsSync(path.join(folder, id)) ? readdirSync(path.join(folder, id)) : []
}

const starts = (server: MisbehavingServer): number[] => server.asked.map(({ from }) => from)

test.each(['end', 'reset'] as const)(
  'F47 a connection that is lost every 1 MiB (%s) is gone on with: the hash is right and nothing comes twice beyond one chunk',
  async (cut) => {
    const server = await startServer()
    const downloads = startDownloads({
      item: remoteFile(`${server.origin}/model.tar.gz`, { sha256: sha256(content) }),
    })
    const partSize = (): number =>
      statSync(path.join(downloads.folder, id, 'model.tar.gz.part'), { throwIfNoEntry: false })?.size ?? 0
    const beforeCut = (from: number) => until(() => partSize() >= from + MIB / 2 || undefined)
    server.at('/model.tar.gz', serves(content, { cutAfter: MIB, cut, beforeCut }))
    const { installed, waits } = downloads
    const id = downloads.start()
    const end = await downloads.ended(id)
    expect(end).toMatchObject({ status: 'done', result: { made: 'model' } })
    expect(end.files[0]).toMatchObject({ sha256: sha256(content), verified_by: 'catalogue' })
    expect(installed[0]?.contents[0]?.equals(content)).toBe(true)
    expect(server.asked.length).toBeGreaterThanOrEqual(6)
    for (const [index, { from }] of server.asked.entries()) {
      const before = server.asked[index - 1]
      if (before === undefined) continue
      expect(from).toBeGreaterThan(before.from)
      expect(before.from + before.sent - from).toBeLessThanOrEqual(MIB)
      expect(server.asked[index]?.headers['if-range']).toBeDefined()
    }
    expect(waits.every((wait) => wait === 0)).toBe(true) // each try brought something
  },
)

test('F48 a server that ignores the Range gives the file from its beginning, not behind what is here', async () => {
  const server = await startServer()
  const behaviour = inTurn(
    serves(content, { cutAfter: 3 * MIB }),
    serves(content, { ignoresRange: true, cutAfter: MIB }),
    serves(content, { ignoresRange: true }),
  )
  const { end, installed } = await fetched(server.at('/model.tar.gz', behaviour))
  expect(end.status).toBe('done')
  expect(installed[0]?.contents[0]?.equals(content)).toBe(true)
})

test('F48 a server that ignores the Range and never comes to the end is given up, with its reason', async () => {
  const server = await startServer()
  const url = server.at('/model.tar.gz', serves(content, { ignoresRange: true, cutAfter: MIB }))
  const { end, waits } = await fetched(url)
  expect(end).toMatchObject({ status: 'failed', fault: { code: 'dropped' } })
  expect(server.asked.length).toBeLessThan(30)
  expect(waits.slice(-8)).toEqual([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
})

const other = archiveOf(5 * MIB + 123, 'another')

test.each([
  ['its ETag', serves(other), serves(other)],
  [
    'its ETag, on a server that sends the rest of the new one',
    serves(other, { headers: { etag: '"new"' } }),
    { lies: true },
  ],
  [
    'its generation',
    serves(other, { headers: { etag: '"same"', 'x-goog-generation': '2' } }),
    { same: true },
  ],
] as const)(
  'F49 an object that changes %s between two requests is fetched anew, never mixed',
  async (_, then, kind) => {
    const server = await startServer()
    const headers = 'same' in kind ? { etag: '"same"', 'x-goog-generation': '1' } : {}
    const first = serves(content, { cutAfter: 2 * MIB, ...('same' in kind && { headers }) })
    const rest: typeof then = (request, response, asked, turn) => {
      if ('lies' in kind) delete request.headers['if-range']
      return then(request, response, asked, turn)
    }
    const { end, installed } = await fetched(server.at('/model.tar.gz', inTurn(first, rest)))
    expect(end.status).toBe('done')
    expect(installed[0]?.contents[0]?.equals(other)).toBe(true)
  },
)

test.each([
  [
    'another part of the file',
    { contentRange: (from: number, total: number) => `bytes ${from - 10}-${total - 1}/${total}` },
  ],
  ['a part without its place', { contentRange: () => 'bytes' }],
])('F50 %s is not put behind what is here', async (_, how) => {
  const server = await startServer()
  const behaviour = inTurn(serves(content, { cutAfter: MIB }), serves(content, how), serves(content))
  const { end, installed, waits } = await fetched(server.at('/model.tar.gz', behaviour))
  expect(end.status).toBe('done')
  expect(installed[0]?.contents[0]?.equals(content)).toBe(true)
  expect(starts(server).at(-1)).toBe(0)
  expect(waits.at(-1)).toBe(1000)
})

test('F50 416 starts again from the first byte', async () => {
  const server = await startServer()
  const behaviour = inTurn(serves(content, { cutAfter: MIB }), answers(416), serves(content))
  const { end } = await fetched(server.at('/model.tar.gz', behaviour))
  expect(end.status).toBe('done')
  expect(starts(server).at(-1)).toBe(0)
})

test('F50 a Content-Length that is shorter than what was published is not taken for the whole', async () => {
  const server = await startServer()
  const url = server.at('/model.tar.gz', serves(small.subarray(0, 150_000)))
  const { end, installed } = await fetched(url, { bytes: small.length })
  expect(end).toMatchObject({
    status: 'failed',
    fault: { code: 'wrong-length', facts: { expected: small.length, got: 150_000 } },
  })
  expect(installed).toEqual([])
})

test('F50 a Content-Length that is longer than the body ends with a reason, not with a short file', async () => {
  const server = await startServer()
  const { end, installed } = await fetched(
    server.at('/model.tar.gz', serves(small, { length: small.length + 1000 })),
  )
  expect(end.status).toBe('failed')
  expect(['wrong-range', 'dropped']).toContain(end.fault?.code)
  expect(installed).toEqual([])
})

test('F50 a body in chunks without a length is taken when it ends in order, and gone on with when it does not', async () => {
  const server = await startServer()
  const behaviour = inTurn(
    serves(content, { chunked: true, cutAfter: 2 * MIB }),
    serves(content, { chunked: true }),
  )
  const { end, installed } = await fetched(server.at('/model.tar.gz', behaviour))
  expect(end.status).toBe('done')
  expect(end.files[0]?.bytes_total).toBe(content.length)
  expect(installed[0]?.contents[0]?.equals(content)).toBe(true)
  expect(starts(server)[1]).toBeGreaterThan(0)
})

const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('base64')

test.each([
  ['the catalogue', { sha256: sha256(content) }, {}, sha256(content), sha256(small)],
  ['the server’s md5', {}, { 'x-goog-hash': `md5=${md5(content)}` }, md5(content), md5(small)],
  ['the server’s crc32c', {}, { 'x-goog-hash': 'crc32c=AAAAAA==' }, 'AAAAAA==', undefined],
])(
  'F51 a hash that is not that of %s: the file is removed, tried three times, and both hashes are said',
  async (_, part, headers, expected, got) => {
    const server = await startServer()
    const download = await fetched(server.at('/model.tar.gz', serves(small, { headers })), part)
    const { end, installed, id } = download
    expect(end).toMatchObject({ status: 'failed', fault: { code: 'wrong-hash', facts: { expected } } })
    if (got !== undefined) expect(end.fault?.facts['got']).toBe(got)
    expect(end.fault?.message).toContain(expected)
    expect(server.asked).toHaveLength(3)
    expect(leftOf(download, id)).toEqual([])
    expect(installed).toEqual([])
  },
)

test('F51 the server’s own hashes are believed when they are right', async () => {
  const server = await startServer()
  // CRC-32C of the nine digits is e3069283, the check value of every description of it.
  const digits = Buffer.from('123456789')
  const headers = { 'x-goog-hash': `crc32c=4waSgw==,md5=${md5(digits)}` }
  const { end } = await fetched(server.at('/data.txt', serves(digits, { headers })), { format: 'text' })
  expect(end).toMatchObject({ status: 'done', files: [{ verified_by: 'server' }] })
})

test('F51 a file that nobody published a hash for is compared with the one of its first use; trying again takes the new one', async () => {
  const server = await startServer()
  const url = server.at('/model.tar.gz', inTurn(serves(small), serves(content)))
  const downloads = startDownloads({ item: remoteFile(url) })
  const first = await downloads.ended(downloads.start())
  expect(first).toMatchObject({
    status: 'done',
    files: [{ verified_by: 'first-use', sha256: sha256(small) }],
  })
  const id = downloads.start()
  expect(id).not.toBe(first.id)
  const second = await downloads.ended(id)
  expect(second).toMatchObject({
    status: 'failed',
    fault: { code: 'changed-since', facts: { expected: sha256(small), got: sha256(content) } },
  })
  downloads.manager.resume(id)
  expect(await downloads.ended(id)).toMatchObject({ status: 'done', files: [{ sha256: sha256(content) }] })
  expect(server.asked).toHaveLength(2) // what had arrived was not fetched again
})

test.each([
  ['an address that is not encrypted', () => 'http://models.invalid/model.tar.gz', 'insecure-address'],
  ['a file of this machine', () => 'file:///etc/passwd', 'redirect'],
  ['another host', () => 'https://elsewhere.invalid/model.tar.gz', 'redirect'],
  ['nothing', () => undefined, 'redirect'],
  ['itself', (origin: string) => `${origin}/model.tar.gz`, 'too-many-redirects'],
] as const)('F52 a redirect to %s is refused', async (_, to, code) => {
  const server = await startServer()
  const location = to(server.origin)
  const url = server.at('/model.tar.gz', answers(302, location === undefined ? {} : { location }))
  const { end, installed } = await fetched(url)
  expect(end).toMatchObject({ status: 'failed', fault: { code } })
  expect(server.asked.length).toBe(code === 'too-many-redirects' ? 6 : 1)
  expect(installed).toEqual([])
})

test('F52 up to five redirects on the same host are followed', async () => {
  const server = await startServer()
  for (let hop = 0; hop < 5; hop += 1) server.at(`/${hop}`, answers(302, { location: `/${hop + 1}` }))
  server.at('/5', serves(small))
  expect((await fetched(`${server.origin}/0`)).end.status).toBe('done')
})

test.each([
  ['with a doctype', '<!DOCTYPE html><html><head><title>Log in to the hotel</title></head></html>'],
  [
    'that is longer than what is looked at',
    `\ufeff\n <html lang="en">${'<p>Log in</p>'.repeat(1000)}</html>`,
  ],
])('F53 a web page %s instead of the archive is said to be a log-in page', async (_, page) => {
  const server = await startServer()
  const url = server.at('/model.tar.gz', answers(200, { 'content-type': 'text/html' }, page))
  const download = await fetched(url)
  expect(download.end).toMatchObject({ status: 'failed', fault: { code: 'portal' } })
  expect(download.end.fault?.message).toContain('Log in with a browser')
  expect(download.end.files[0]?.bytes_done).toBe(0)
})

test('F53 something else than an archive is said to be that', async () => {
  const server = await startServer()
  const url = server.at('/model.tar.gz', answers(200, {}, 'error: no such bucket'))
  expect((await fetched(url)).end.fault).toMatchObject({ code: 'wrong-format', facts: { format: 'tar.gz' } })
})

test.each([
  [404, 'not-found'],
  [410, 'not-found'],
  [401, 'forbidden'],
  [403, 'forbidden'],
  [418, 'refused'],
])('status %i ends it at once, with what to do', async (status, code) => {
  const server = await startServer()
  const { end } = await fetched(server.at('/model.tar.gz', answers(status)))
  expect(end).toMatchObject({ status: 'failed', fault: { code, facts: { status } } })
  expect(server.asked).toHaveLength(1)
})
