// The life of downloads: full disks, two programs on one folder, pauses, ends of the program, the offline switch, archives that are no good.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { DownloadSettings } from '../../contract/download-settings.ts'
import { freshDownload, type DownloadRecord } from '../../contract/downloads.ts'
import { HostFailure } from '../../contract/errors.ts'
import { ownerOf } from '../jobs/owner.ts'
import { openDatabase } from '../storage/database.ts'
import { temporaryFolder, until } from '../testing/host-fixture.ts'
import { NEW_FILE } from './download-store.ts'
import { createInstall } from './install.ts'
import { archiveOf, remoteFile, sha256, startDownloads } from './testing/downloads-fixture.ts'
import { inTurn, serves, startServer } from './testing/misbehaving-server.ts'

const MIB = 1 << 20
const content = archiveOf(3 * MIB + 7)
const whole = { sha256: sha256(content) }

test('F55 a disk that fills up keeps what arrived; with room again it goes on from there', async () => {
  const server = await startServer()
  const url = server.at('/model.tar.gz', serves(content))
  let room = MIB
  const openPart = async (file: string) => {
    await (await open(file, 'a')).close()
    const handle = await open(file, 'r+')
    return {
      truncate: (length?: number) => handle.truncate(length),
      datasync: () => handle.datasync(),
      close: () => handle.close(),
      write: (async (bytes: Uint8Array, at: number, length: number, position: number) => {
        if (position + length > room) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
        return handle.write(bytes, at, length, position)
      }) as typeof handle.write,
    }
  }
  const downloads = startDownloads({ item: remoteFile(url, whole) }, { openPart })
  const id = downloads.start()
  const end = await downloads.ended(id)
  expect(end).toMatchObject({ status: 'failed', fault: { code: 'disk-full' } })
  const kept = downloads.store.get(id).files[0]?.durable ?? 0
  expect(kept).toBeGreaterThan(0)
  room = Infinity
  downloads.manager.resume(id)
  expect((await downloads.ended(id)).status).toBe('done')
  expect(server.asked[1]?.from).toBe(kept)
})

test('F55 room for the archive and the unpacked files is asked for before the first byte is written', async () => {
  const server = await startServer()
  const url = server.at('/model.tar.gz', serves(content))
  const downloads = startDownloads({ item: remoteFile(url) }, { freeSpace: async () => 2 * MIB })
  const id = downloads.start()
  const { fault } = await downloads.ended(id)
  expect(fault).toMatchObject({
    code: 'no-space',
    facts: { folder: downloads.folder, needed: content.length + 1000 + 64e6, free: 2 * MIB },
  })
  expect(downloads.record(id).files[0]?.bytes_done).toBe(0)
})

test('F56 an item that is asked for twice is fetched once, in one program and in two', async () => {
  const server = await startServer()
  const files = { item: remoteFile(server.at('/model.tar.gz', serves(content))) }
  const one = startDownloads(files)
  const other = startDownloads(files, { data_dir: one.data_dir, database: one.database })
  const id = one.start()
  expect([one.start(), other.start()]).toEqual([id, id])
  await one.ended(id)
  other.manager.wake()
  expect(server.asked).toHaveLength(1)
  expect([one.installed.length, other.installed.length]).toEqual([1, 0])
  expect(other.statuses(id).at(-1)).toBe('done') // both programs tell their window
})

test('F56 a download whose program was killed is taken over from where it was, by another program too', async () => {
  const server = await startServer()
  const url = server.at('/model.tar.gz', serves(content))
  const data_dir = temporaryFolder()
  const database = openDatabase(path.join(data_dir, 'workbench.sqlite'))
  const first = startDownloads({ item: remoteFile(url, whole) }, { data_dir, database, scope: 'own' })
  const waiting = first.manager // takes only what it is asked for
  await waiting.close()
  const { record } = first.store.insert({
    ...recordOf('killed', url),
    status: 'downloading',
  })
  const folder = path.join(first.folder, record.id)
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'model.tar.gz.part'), content.subarray(0, 2 * MIB))
  const dead = { ...ownerOf(process.pid), pid: 2 ** 22 + 1, started: 'long ago' }
  first.store.update(record.id, () => ({
    owner: dead,
    files: [{ ...NEW_FILE, durable: MIB, furthest: MIB }],
  }))

  const second = startDownloads({ item: remoteFile(url, whole) }, { data_dir, database })
  second.manager.wake()
  expect((await second.ended(record.id)).status).toBe('done')
  expect(server.asked[0]?.from).toBe(MIB) // what is on the disk for certain, not what may be
  expect(second.installed[0]?.contents[0]?.equals(content)).toBe(true)
  await second.manager.close()
  database.close()
})

test('a pause stops the transfer and keeps every byte; going on asks for the rest only', async () => {
  const server = await startServer()
  let stalled = false
  const url = server.at(
    '/model.tar.gz',
    inTurn(serves(content, { stallAfter: 2 * MIB, onStall: () => (stalled = true) }), serves(content)),
  )
  const downloads = startDownloads({ item: remoteFile(url, whole) })
  const id = downloads.start()
  const part = path.join(downloads.folder, id, 'model.tar.gz.part')
  await until(() => (stalled && existsSync(part) && readFileSync(part).length === 2 * MIB) || undefined)
  expect(downloads.manager.pause(id).status).toBe('paused')
  await until(() => (downloads.store.get(id).owner === null ? true : undefined))
  downloads.manager.wake()
  expect(downloads.record(id)).toMatchObject({ status: 'paused', files: [{ bytes_done: 2 * MIB }] })
  downloads.manager.resume(id)
  expect((await downloads.ended(id)).status).toBe('done')
  expect(server.asked.map(({ from }) => from)).toEqual([0, 2 * MIB])
})

test('removing a download that is under way stops it and leaves nothing', async () => {
  const server = await startServer()
  let stalled = false
  const url = server.at(
    '/model.tar.gz',
    serves(content, { stallAfter: MIB, onStall: () => (stalled = true) }),
  )
  const downloads = startDownloads({ item: remoteFile(url) })
  const id = downloads.start()
  await until(() => stalled || undefined)
  await downloads.manager.remove(id)
  expect(downloads.manager.list()).toEqual([])
  expect(readdirSync(downloads.folder)).toEqual([])
})

test('what another program paused or removed is stopped here', async () => {
  const server = await startServer()
  let stalled = 0
  const url = server.at('/model.tar.gz', serves(content, { stallAfter: MIB, onStall: () => (stalled += 1) }))
  const files = { one: remoteFile(url), two: remoteFile(`${url}?2`, { name: 'two.tar.gz' }) }
  server.at('/model.tar.gz?2', serves(content, { stallAfter: MIB, onStall: () => (stalled += 1) }))
  const here = startDownloads(files)
  const there = startDownloads(files, { data_dir: here.data_dir, database: here.database })
  const [one, two] = [here.start('one'), here.start('two')]
  await until(() => stalled === 2 || undefined)
  there.manager.pause(one)
  await there.manager.remove(two)
  here.manager.wake()
  await until(() => (here.store.get(one).owner === null ? true : undefined))
  await until(() => (existsSync(path.join(here.folder, two)) ? undefined : true))
  expect(here.record(one).status).toBe('paused')
  expect(readdirSync(here.folder)).toEqual([one])
})

test('closing the program puts what is under way back into the queue; a command leaves it paused', async () => {
  for (const [scope, status] of [
    ['every', 'queued'],
    ['own', 'paused'],
  ] as const) {
    const server = await startServer()
    let stalled = false
    const url = server.at(
      '/model.tar.gz',
      serves(content, { stallAfter: MIB, onStall: () => (stalled = true) }),
    )
    const downloads = startDownloads({ item: remoteFile(url) }, { scope })
    const id = downloads.start()
    await until(() => stalled || undefined)
    await downloads.manager.close()
    expect(downloads.store.get(id)).toMatchObject({ owner: null, record: { status } })
  }
})

test('no more than the limit are worked on at once, the others in their order', async () => {
  const server = await startServer()
  const names = ['a', 'b', 'c']
  const stalled = new Set<string>()
  const files = Object.fromEntries(
    names.map((name) => [
      name,
      remoteFile(
        server.at(`/${name}`, serves(content, { stallAfter: MIB, onStall: () => stalled.add(name) })),
      ),
    ]),
  )
  const downloads = startDownloads(files)
  downloads.settings.current = DownloadSettings.parse({ limit: 2 })
  const ids = names.map((name) => downloads.start(name))
  await until(() => (stalled.size === 2 ? true : undefined))
  expect(ids.map((id) => downloads.record(id).status)).toEqual(['downloading', 'downloading', 'queued'])
  await downloads.manager.remove(ids[0] ?? '')
  await until(() => (stalled.has('c') ? true : undefined))
})

test('F63 offline: nothing is asked of any server, the refusal is immediate, and what was under way waits', async () => {
  const server = await startServer()
  let stalled = false
  const url = server.at(
    '/model.tar.gz',
    inTurn(serves(content, { stallAfter: MIB, onStall: () => (stalled = true) }), serves(content)),
  )
  const downloads = startDownloads({ item: remoteFile(url), other: remoteFile(url) })
  const id = downloads.start()
  await until(() => stalled || undefined)
  downloads.settings.current = DownloadSettings.parse({ offline: true })
  downloads.manager.wake()
  await downloads.untilStatus(id, 'queued')
  expect(() => downloads.start('other')).toThrow('Downloads are switched off')
  expect(() => downloads.manager.resume(id)).toThrow(HostFailure)
  downloads.manager.wake()
  expect(server.asked).toHaveLength(1)
  downloads.settings.current = DownloadSettings.parse({})
  downloads.manager.wake()
  expect((await downloads.ended(id)).status).toBe('done')
})

test('a mirror serves the file instead of its official address', async () => {
  const server = await startServer()
  server.at('/mirror/albert_models/model.tar.gz', serves(content))
  const official = 'https://models.invalid/albert_models/model.tar.gz'
  const downloads = startDownloads({ item: remoteFile(official, whole) })
  downloads.settings.current = DownloadSettings.parse({ mirror: `${server.origin}/mirror/` })
  const end = await downloads.ended(downloads.start())
  expect(end).toMatchObject({ status: 'done', files: [{ url: official }] })
})

test('several files of one item come one after the other, and the whole is installed once', async () => {
  const server = await startServer()
  const small = archiveOf(1000)
  const files = [
    remoteFile(server.at('/1.tar.gz', serves(small)), { bytes: 1000 }),
    remoteFile(server.at('/2.tar.gz', inTurn(serves(content, { cutAfter: MIB }), serves(content))), {
      bytes: content.length,
    }),
  ]
  const downloads = startDownloads({ item: files })
  const end = await downloads.ended(downloads.start())
  expect(end.files.map(({ bytes_done }) => bytes_done)).toEqual([1000, content.length])
  expect(server.asked.map(({ path }) => path)).toEqual(['/1.tar.gz', '/2.tar.gz', '/2.tar.gz'])
  expect(downloads.installed).toHaveLength(1)
})

/** A gzip whose content is no tar, or one that is cut. */
const gzip = gzipSync(Buffer.alloc(100_000, 'no tar at all '))

test.each([
  ['F57 a gzip that is cut', gzip.subarray(0, gzip.length - 20)],
  ['F57 a gzip with a wrong CRC', Buffer.concat([gzip.subarray(0, -8), Buffer.alloc(8)])],
  ['F57 a gzip of something else', gzip],
])(
  '%s: nothing is installed, the reason is said, and what nobody vouched for is fetched again',
  async (_, bytes) => {
    const server = await startServer()
    const url = server.at('/data.tar.gz', serves(bytes))
    const benchmarks = path.join(temporaryFolder(), 'benchmarks')
    mkdirSync(benchmarks)
    const install = createInstall(noModel, benchmarkOf, benchmarks, noRuntime)
    const downloads = startDownloads({ item: remoteFile(url) }, { install })
    const { id } = downloads.manager.start({ kind: 'dataset', item_id: 'item' })
    const end = await downloads.ended(id)
    expect(end).toMatchObject({
      status: 'failed',
      fault: { code: 'archive' },
      files: [{ sha256: null, bytes_done: 0 }],
    })
    expect(end.fault?.message).toContain('data.tar.gz')
    expect(readdirSync(benchmarks)).toEqual([])
    downloads.manager.resume(id)
    await downloads.ended(id)
    expect(server.asked).toHaveLength(2)
  },
)

const noRuntime = () => Promise.reject(new Error('This is no runtime.'))
const noModel = () => Promise.reject(new Error('This is no model.'))

function benchmarkOf(id: string) {
  return {
    id,
    name: id,
    group: 'RACE' as const,
    task_names: ['RACE'],
    page: 'https://data.invalid/',
    licence: { name: null, url: 'https://data.invalid/' },
    form: null,
    files: [],
    prepare: 'unpack' as const,
    keep: ['RACE/*/*/*.txt'],
  }
}

function recordOf(id: string, url: string): DownloadRecord {
  const known = { id, kind: 'model', item_id: 'item', name: 'item', created_at: 1 } as const
  const record = freshDownload(known, [{ name: 'model.tar.gz', url, bytes: content.length }])
  return { ...record, files: record.files.map((file) => ({ ...file, bytes_done: MIB })) }
}
