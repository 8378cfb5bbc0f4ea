// Wanted downloads in, a few at a time worked on out: they outlive the window, the program and every fault that another try can mend.
// Several programs may share the data folder; a download names the one that works on it (decisions/0002 says how that goes for jobs).
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { freshDownload, type DownloadItem, type DownloadRecord } from '../../contract/downloads.ts'
import { HostFailure } from '../../contract/errors.ts'
import { say } from '../../contract/sentences.ts'
import { isAlive, type Owner } from '../jobs/owner.ts'
import type { Notify } from '../notify.ts'
import { createWorkLoop } from '../work-loop.ts'
import { backoff, MOST_TRIES } from './backoff.ts'
import { WORKING, type StoredDownload } from './download-store.ts'
import { execute, voided, type DownloadPlan, type ExecutionParts, type Report } from './execution.ts'
import { asFault, type TransferFault } from './fault.ts'

/** How often a file may turn out void before a person is asked. */
const MOST_RESTARTS = 3

export type DownloadParts = ExecutionParts & {
  owner: Owner
  /** `every`: work on any download; `own`: only on those that this host was asked for, as the command line does. */
  scope: 'every' | 'own'
  /** @throws HostFailure `not-found` */
  planOf: (item: DownloadItem) => DownloadPlan
  notify: Notify
  log: (sentence: string) => void
  /** 0 to 1. */
  random: () => number
  /** Milliseconds between two looks at what is to be done. */
  poll: number
}

export type DownloadManager = ReturnType<typeof createDownloadManager>

export function createDownloadManager(parts: DownloadParts) {
  const { store, owner, scope, clock, log, notify } = parts
  const running = new Map<string, { controller: AbortController; ended: Promise<void> }>()
  const asked = new Set<string>()
  const told = new Map<string, number>(store.list().map(({ record, revision }) => [record.id, revision]))
  let seen_revision = Math.max(0, ...told.values())
  const { wake, stop } = createWorkLoop({
    ...parts,
    what: 'downloads',
    work: () => {
      tellOthers()
      obey()
      releaseAbandoned()
      startNext()
    },
  })

  const announce = (download: StoredDownload | undefined): void => {
    if (download === undefined) return
    told.set(download.record.id, download.revision)
    notify('download.changed', download.record)
  }

  /** What other programs on the data folder did. */
  const tellOthers = (): void => {
    for (const download of store.changedSince(seen_revision)) {
      seen_revision = download.revision
      if ((told.get(download.record.id) ?? -1) < download.revision) announce(download)
    }
    const ids = new Set(store.ids())
    for (const id of told.keys()) if (!ids.has(id)) tellRemoved(id)
  }

  const tellRemoved = (id: string): void => {
    told.delete(id)
    notify('download.removed', { download_id: id })
  }

  /** Ends what was paused or removed by another program, and everything while downloads are switched off. */
  const obey = (): void => {
    const { offline } = parts.settings()
    for (const [id, { controller }] of running) if (offline || !isOurs(store.find(id))) controller.abort()
  }

  const isOurs = (download: StoredDownload | undefined): boolean =>
    download !== undefined && download.owner?.id === owner.id && WORKING.includes(download.record.status)

  /** Downloads whose program ended without a word go back into the queue. */
  const releaseAbandoned = (): void => {
    for (const download of store.list()) {
      if (download.owner === null || running.has(download.record.id)) continue
      if (download.owner.id !== owner.id && isAlive(download.owner, download.seen_at)) continue
      announce(
        store.update(download.record.id, (now) =>
          now.revision === download.revision ? { owner: null, record: requeued(now.record) } : undefined,
        ),
      )
    }
  }

  const startNext = (): void => {
    const { offline, limit } = parts.settings()
    if (offline) return
    for (const { record } of store.list()) {
      if (!mayTake(record)) continue
      const claimed = store.database.change('durable', () => {
        const busy = store.list().filter((one) => one.owner !== null && WORKING.includes(one.record.status))
        if (busy.length >= limit) return undefined
        return store.update(record.id, (now) =>
          now.owner === null && mayTake(now.record)
            ? { owner, record: { ...now.record, status: 'downloading', next_try_at: null, ended_at: null } }
            : undefined,
        )
      })
      if (claimed !== undefined) start(claimed)
    }
  }

  const mayTake = ({ id, status, next_try_at }: DownloadRecord): boolean =>
    (scope === 'every' || asked.has(id)) &&
    !running.has(id) &&
    (status === 'queued' || (status === 'waiting' && (next_try_at ?? 0) <= clock.now()))

  const start = (download: StoredDownload): void => {
    const { id } = download.record
    const controller = new AbortController()
    announce(download)
    const report: Report = (change, { safety = 'durable', while: holds = 'working' } = {}) => {
      const mayChange = (now: StoredDownload): boolean =>
        holds === 'working' ? isOurs(now) : now.owner?.id === owner.id
      const changed = store.update(id, (now) => (mayChange(now) ? change(now) : undefined), safety)
      if (changed !== undefined) {
        announce(changed)
        return
      }
      controller.abort()
      throw new Error('This download is not worked on here any more.')
    }
    const ended = attempt(download, report, controller.signal).finally(() => {
      running.delete(id)
      wake()
    })
    running.set(id, { controller, ended })
  }

  const attempt = async (download: StoredDownload, report: Report, signal: AbortSignal): Promise<void> => {
    const { id } = download.record
    try {
      const result = await execute(download, parts.planOf(download.record), parts, report, signal)
      announce(
        store.update(id, ({ record }) => ({
          owner: null,
          record: { ...idle(record), status: 'done', result, fault: null, tries: 0, ended_at: clock.now() },
        })),
      )
      if (result.made !== 'folder') await discard(id)
    } catch (error) {
      try {
        await settle(download, error, signal)
      } catch (failure) {
        log(`What became of the download ${download.record.name} could not be written: ${String(failure)}`)
      }
    }
  }

  /** What becomes of a download whose try ended early. */
  const settle = async (before: StoredDownload, error: unknown, signal: AbortSignal): Promise<void> => {
    const { id } = before.record
    if (store.find(id) === undefined) {
      await discard(id)
      return
    }
    if (signal.aborted) {
      announce(
        store.update(id, (now) =>
          now.owner?.id === owner.id ? { owner: null, record: requeued(now.record) } : undefined,
        ),
      )
      return
    }
    const fault = asFault(error, { host: '', folder: parts.folder })
    if (fault.fault.code === 'internal') log(fault.stack ?? fault.message)
    announce(store.update(id, (now) => ({ owner: null, ...afterFault(before, now, fault) })))
  }

  const afterFault = (
    before: StoredDownload,
    now: StoredDownload,
    { fault, retry, after }: TransferFault,
  ): Pick<StoredDownload, 'record' | 'files'> => {
    const failed = { ...idle(now.record), status: 'failed' as const, fault, ended_at: clock.now() }
    const waiting = (tries: number, delay: number) => ({
      ...idle(now.record),
      status: 'waiting' as const,
      fault,
      tries,
      next_try_at: clock.now() + delay,
    })
    switch (retry) {
      case 'never':
        return { record: failed, files: now.files }
      case 'fresh': {
        const anew = voided(now, now.files)
        const restarts = Math.max(...anew.files.map((file) => file.restarts))
        if (restarts >= MOST_RESTARTS) return { ...anew, record: { ...failed, files: anew.record.files } }
        const record = {
          ...waiting(restarts, backoff(restarts, after, parts.random())),
          files: anew.record.files,
        }
        return { record, files: anew.files }
      }
      case 'later': {
        const hasBrought = now.files.some(
          (file, index) => file.furthest > (before.files[index]?.furthest ?? 0),
        )
        const tries = hasBrought ? 0 : now.record.tries + 1
        if (tries >= MOST_TRIES) return { record: { ...failed, tries }, files: now.files }
        return { record: waiting(tries, backoff(tries, after, parts.random())), files: now.files }
      }
    }
  }

  const discard = async (id: string): Promise<void> => {
    await rm(path.join(parts.folder, id), { recursive: true, force: true }).catch((error: unknown) =>
      log(`${path.join(parts.folder, id)} could not be removed: ${String(error)}`),
    )
  }

  return {
    wake,

    list: (): DownloadRecord[] => store.list().map(({ record }) => record),

    /** @throws HostFailure `not-found` */
    get: (id: string): DownloadRecord => store.get(id).record,

    /**
     * Puts an item into the queue, once: what is under way is given back, what failed or was paused goes on.
     * @throws HostFailure `not-found`; `not-allowed-now` while downloads are switched off
     */
    start: (item: DownloadItem): DownloadRecord => {
      const plan = parts.planOf(item)
      expectOnline()
      const download = store.database.change('durable', () => {
        const known = store.ofItem(item)
        if (known === undefined) return store.insert(newRecord(item, plan, clock.now()))
        if (known.record.status !== 'done') return known
        store.remove(known.record.id)
        tellRemoved(known.record.id)
        return store.insert(newRecord(item, plan, clock.now()))
      })
      asked.add(download.record.id)
      if (['paused', 'failed'].includes(download.record.status)) return resume(download.record.id)
      announce(download)
      wake()
      return store.get(download.record.id).record
    },

    /** @throws HostFailure `not-found`; `not-allowed-now` when it has ended */
    pause: (id: string): DownloadRecord => {
      const { record } = store.get(id)
      if (['done', 'failed'].includes(record.status)) {
        throw new HostFailure({
          code: 'not-allowed-now',
          status: record.status,
          ...say('download-ended', { name: record.name, status: record.status }),
        })
      }
      announce(
        store.update(id, (now) => ({ record: { ...idle(now.record), status: 'paused', fault: null } })),
      )
      running.get(id)?.controller.abort()
      return store.get(id).record
    },

    resume,

    /** Takes the download of an item off the list, if there is one that has ended. */
    forget: async (item: DownloadItem): Promise<void> => {
      const known = store.ofItem(item)
      if (known === undefined || !['done', 'failed'].includes(known.record.status)) return
      store.remove(known.record.id)
      tellRemoved(known.record.id)
      await discard(known.record.id)
    },

    /** Stops it, and takes it and what had arrived away; what was installed stays. */
    remove: async (id: string): Promise<void> => {
      const { owner: worker, seen_at } = store.get(id)
      store.remove(id)
      tellRemoved(id)
      const here = running.get(id)
      here?.controller.abort()
      await here?.ended
      const isElsewhere = worker !== null && worker.id !== owner.id && isAlive(worker, seen_at)
      if (!isElsewhere) await discard(id)
      wake()
    },

    /** Stops what is under way so that it goes on later: by itself, or by hand where a command was interrupted. */
    close: async (): Promise<void> => {
      stop()
      if (scope === 'own')
        for (const id of running.keys())
          store.update(id, (now) => ({ record: { ...idle(now.record), status: 'paused' } }))
      const all = [...running.values()]
      for (const { controller } of all) controller.abort()
      await Promise.all(all.map(({ ended }) => ended))
    },
  }

  function resume(id: string): DownloadRecord {
    expectOnline()
    asked.add(id)
    const { record } = store.get(id)
    if (record.fault?.code === 'changed-since') for (const { url } of record.files) store.forgetHash(url)
    announce(
      store.update(id, (now) => {
        const anew = {
          ...idle(now.record),
          status: 'queued' as const,
          fault: null,
          tries: 0,
          next_try_at: null,
          ended_at: null,
        }
        if (!['paused', 'failed', 'waiting'].includes(now.record.status)) return undefined
        return { record: anew, files: now.files.map((file) => ({ ...file, restarts: 0 })) }
      }),
    )
    wake()
    return store.get(id).record
  }

  function expectOnline(): void {
    if (!parts.settings().offline) return
    throw new HostFailure({ code: 'not-allowed-now', status: 'offline', ...say('downloads-off') })
  }
}

function newRecord(
  { kind, item_id }: DownloadItem,
  { name, files }: DownloadPlan,
  now: number,
): DownloadRecord {
  return freshDownload({ kind, item_id, id: randomUUID(), name, created_at: now }, files)
}

/** Without what only holds while something is done. */
function idle(record: DownloadRecord): DownloadRecord {
  return { ...record, bytes_per_second: null, eta_seconds: null, installing: null }
}

/** Back in the queue, unless somebody paused it meanwhile. */
function requeued(record: DownloadRecord): DownloadRecord {
  return WORKING.includes(record.status) ? { ...idle(record), status: 'queued' } : idle(record)
}
