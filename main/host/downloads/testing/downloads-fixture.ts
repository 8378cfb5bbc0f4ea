// A download manager on a data folder of its own with a clock that the test moves: nothing here waits for time to pass.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import type { RemoteFile } from '../../../contract/catalogue.ts'
import { DownloadSettings } from '../../../contract/download-settings.ts'
import type { DownloadRecord, DownloadStatus } from '../../../contract/downloads.ts'
import { ownerOf } from '../../jobs/owner.ts'
import { createNotices } from '../../notify.ts'
import { openDatabase, type Database } from '../../storage/database.ts'
import { temporaryFolder, until } from '../../testing/host-fixture.ts'
import type { Clock } from '../clock.ts'
import { createDownloadManager, type DownloadParts } from '../download-manager.ts'
import { createDownloadStore } from '../download-store.ts'
import { createLocate } from '../package-index.ts'

export type TestClock = Clock & {
  /** Lets time pass; timers that are due act. */
  pass(milliseconds: number): void
}

export function createTestClock(): TestClock {
  let now = 1_000_000
  let timers: { at: number; act: () => void }[] = []
  return {
    now: () => now,
    timer: (milliseconds, act) => {
      const timer = { at: now + milliseconds, act }
      timers.push(timer)
      return () => (timers = timers.filter((one) => one !== timer))
    },
    pass: (milliseconds) => {
      now += milliseconds
      const due = timers.filter(({ at }) => at <= now)
      timers = timers.filter(({ at }) => at > now)
      for (const { act } of due) act()
    },
  }
}

/** Bytes that look like a gzip at their beginning and like nothing afterwards; the same for the same seed. */
export function archiveOf(length: number, seed = 'archive'): Buffer {
  const content = Buffer.alloc(length)
  let block = createHash('sha512').update(seed).digest()
  for (let at = 0; at < length; at += block.length) {
    block.copy(content, at)
    block = createHash('sha512').update(block).digest()
  }
  Buffer.from([0x1f, 0x8b, 0x08]).copy(content)
  return content
}

export const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex')

export function remoteFile(url: string, part: Partial<RemoteFile> = {}): RemoteFile {
  return {
    name: path.basename(new URL(url).pathname),
    url,
    format: 'tar.gz',
    bytes: null,
    sha256: null,
    redirects_to: [],
    ...part,
  }
}

export type TestDownloads = ReturnType<typeof startDownloads>

/** @param files by the id of their item; each item is one file here, unless it is a list */
export function startDownloads(
  files: Record<string, RemoteFile | RemoteFile[]>,
  more: Partial<DownloadParts> & { data_dir?: string; database?: Database } = {},
) {
  const data_dir = more.data_dir ?? temporaryFolder()
  const folder = path.join(data_dir, 'downloads')
  mkdirSync(folder, { recursive: true })
  const database = more.database ?? openDatabase(path.join(data_dir, 'workbench.sqlite'))
  const store = createDownloadStore(database)
  const clock = createTestClock()
  const { notify, on } = createNotices(() => undefined)
  const log: string[] = []
  const installed: { item_id: string; contents: Buffer[] }[] = []
  const settings = { current: DownloadSettings.parse({ limit: 4 }) }
  const waits: number[] = []
  const statuses = new Map<string, DownloadStatus[]>()
  const waited: DownloadRecord[] = []

  const manager = createDownloadManager({
    store,
    folder,
    clock,
    owner: ownerOf(process.pid),
    scope: 'every',
    settings: () => settings.current,
    locate: createLocate(
      () => settings.current,
      async () => null,
    ),
    planOf: ({ item_id }) => ({
      name: item_id,
      files: [files[item_id] ?? []].flat(),
      unpacked: { folder, bytes: 1000 },
    }),
    install: async ({ item_id }, paths) => {
      installed.push({ item_id, contents: paths.map((file) => readFileSync(file)) })
      return { made: 'model', model_id: `model of ${item_id}` }
    },
    freeSpace: async () => 1e12,
    notify,
    log: (sentence) => log.push(sentence),
    random: () => 0.5,
    flush: 1,
    poll: 1e9, // tests wake it
    ...more,
  })
  on((name, payload) => {
    if (name !== 'download.changed') return
    const record = payload as DownloadRecord
    const known = statuses.get(record.id) ?? []
    if (known.at(-1) !== record.status) statuses.set(record.id, [...known, record.status])
    if (record.status === 'waiting') waited.push(record)
    if (record.status === 'waiting' && record.next_try_at !== null)
      waits.push(record.next_try_at - clock.now())
  })
  onTestFinished(async () => {
    await manager.close()
    if (more.database === undefined) database.close()
  })

  const record = (id: string): DownloadRecord => store.get(id).record
  return {
    manager,
    store,
    database,
    clock,
    folder,
    data_dir,
    log,
    installed,
    settings,
    /** Milliseconds that each pause between two tries was to last. */
    waits,
    /** What was told whenever a download began to wait. */
    waited,
    record,
    statuses: (id: string): DownloadStatus[] => statuses.get(id) ?? [],
    start: (item_id = 'item'): string => manager.start({ kind: 'model', item_id }).id,
    /** Lets every pause between two tries pass at once, until the download stands still. */
    ended: (id: string): Promise<DownloadRecord> =>
      until(
        () => {
          const now = record(id)
          if (now.status === 'waiting') {
            clock.pass(Math.max(0, (now.next_try_at ?? 0) - clock.now()))
            manager.wake()
          }
          return ['done', 'failed', 'paused'].includes(now.status) ? now : undefined
        },
        () => JSON.stringify(record(id)),
      ),
    untilStatus: (id: string, ...wanted: DownloadStatus[]): Promise<DownloadRecord> =>
      until(
        () => (wanted.includes(record(id).status) ? record(id) : undefined),
        () => `${wanted.join(' or ')}: ${JSON.stringify(record(id))}`,
      ),
  }
}
