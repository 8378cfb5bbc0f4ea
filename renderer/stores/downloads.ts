// The downloads as the host tells them, what can be done with them, and the catalogues of what can be fetched.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Benchmark, CatalogueModel } from '../../main/contract/catalogue.ts'
import type { DownloadItem, DownloadRecord, DownloadStatus } from '../../main/contract/downloads.ts'
import type { HostClient } from '../../main/contract/host.ts'
import type { FileRef } from '../../main/contract/transport.ts'
import { createCollection, type Collection } from './collection.ts'
import { LOADING, remoteOf, type Remote } from './remote.ts'

type Catalogues = {
  models: Remote<readonly CatalogueModel[]>
  benchmarks: Remote<readonly Benchmark[]>
}

/** Oldest first. Every action rejects with a `HostFailure`. */
export type DownloadsStore = Collection<DownloadRecord> & {
  readonly catalogues: StoreApi<Catalogues>
  start(item: DownloadItem): Promise<void>
  pause(download_id: string): Promise<void>
  resume(download_id: string): Promise<void>
  remove(download_id: string): Promise<void>
  /** The folder of a benchmark that was fetched, as a dropped one. */
  open(download_id: string): Promise<FileRef>
}

/** Downloads that go on by themselves. */
export const UNDER_WAY: ReadonlySet<DownloadStatus> = new Set([
  'queued',
  'downloading',
  'waiting',
  'verifying',
  'installing',
])

export function createDownloadsStore(host: HostClient): DownloadsStore {
  const downloads = createCollection<DownloadRecord>({
    list: () => host.call('downloads.list', {}),
    keyOf: (download) => download.id,
  })
  const catalogues = createStore<Catalogues>(() => ({ models: LOADING, benchmarks: LOADING }))
  host.on('download.changed', downloads.put)
  host.on('download.removed', ({ download_id }) => downloads.drop(download_id))

  return {
    ...downloads,
    catalogues,
    async refresh() {
      const [models, benchmarks] = await Promise.allSettled([
        host.call('catalogue.models', {}),
        host.call('catalogue.benchmarks', {}),
        downloads.refresh(),
      ])
      catalogues.setState({ models: remoteOf(models), benchmarks: remoteOf(benchmarks) })
    },
    start: async (item) => downloads.put(await host.call('downloads.start', item)),
    pause: async (download_id) => downloads.put(await host.call('downloads.pause', { download_id })),
    resume: async (download_id) => downloads.put(await host.call('downloads.resume', { download_id })),
    open: (download_id) => host.call('downloads.open', { download_id }),
    async remove(download_id) {
      await host.call('downloads.remove', { download_id })
      downloads.drop(download_id)
    },
  }
}

/** How far a download is. `total` is null until the server has said how long every file is. */
export function bytesOf({ files }: DownloadRecord): { done: number; total: number | null } {
  const done = files.reduce((sum, { bytes_done }) => sum + bytes_done, 0)
  const total = files.reduce<number | null>(
    (sum, { bytes_total }) => (sum === null || bytes_total === null ? null : sum + bytes_total),
    0,
  )
  return { done, total }
}
