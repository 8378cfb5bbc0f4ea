// The stores as React components reach them.
import { createContext, useCallback, useContext, useSyncExternalStore } from 'react'
import { useStore } from 'zustand'
import type { Benchmark, CatalogueModel } from '../../main/contract/catalogue.ts'
import type { ModelFolder } from '../../main/contract/models.ts'
import type { DownloadItem, DownloadRecord } from '../../main/contract/downloads.ts'
import type { HostInfo, Preset } from '../../main/contract/host.ts'
import type {
  DatasetRecord,
  JobRecord,
  ModelRecord,
  PublishedResults,
  ResultRecord,
  Settings,
} from '../../main/contract/records.ts'
import type { RuntimeReport } from '../../main/contract/runtimes.ts'
import type { LiveRun } from './live-run.ts'
import type { Remote } from './remote.ts'
import type { RunSeries } from './run-series.ts'
import type { Stores } from './stores.ts'

export const StoresContext = createContext<Stores | null>(null)

/** All stores: for actions. @throws Error outside of the window's frame */
export function useStores(): Stores {
  const stores = useContext(StoresContext)
  if (stores === null) throw new Error('This component stands outside of StoresContext.')
  return stores
}

export function useJobs(): Remote<readonly JobRecord[]> {
  return useStore(useStores().jobs, (state) => state.items)
}

/** One job; drawn again only when this one changes. */
export function useJob(job_id: string): JobRecord | undefined {
  return useStore(useStores().jobs, ({ items }) =>
    items.status === 'ready' ? items.value.find((job) => job.id === job_id) : undefined,
  )
}

export function useDatasets(): Remote<readonly DatasetRecord[]> {
  return useStore(useStores().datasets, (state) => state.items)
}

export function useModels(): Remote<readonly ModelRecord[]> {
  return useStore(useStores().models, (state) => state.models)
}

/** Where the models lie, and how far a move of them is. */
export function useModelPlace(): { place: Remote<ModelFolder>; moving: number | null } {
  const { models } = useStores()
  const place = useStore(models, (state) => state.place)
  return { place, moving: useStore(models, (state) => state.moving) }
}
export function useDownloads(): Remote<readonly DownloadRecord[]> {
  return useStore(useStores().downloads, (state) => state.items)
}

/** The download of one item; drawn again only when this one changes. */
export function useDownload({ kind, item_id }: DownloadItem): DownloadRecord | undefined {
  return useStore(useStores().downloads, ({ items }) =>
    items.status === 'ready'
      ? items.value.find((one) => one.kind === kind && one.item_id === item_id)
      : undefined,
  )
}

export function useCatalogueModels(): Remote<readonly CatalogueModel[]> {
  return useStore(useStores().downloads.catalogues, (state) => state.models)
}

export function useBenchmarks(): Remote<readonly Benchmark[]> {
  return useStore(useStores().downloads.catalogues, (state) => state.benchmarks)
}

export function usePresets(): Remote<readonly Preset[]> {
  return useStore(useStores().models, (state) => state.presets)
}

export function useResults(): Remote<readonly ResultRecord[]> {
  return useStore(useStores().results, (state) => state.items)
}

export function usePublishedResults(): Remote<PublishedResults> {
  return useStore(useStores().results.published, (state) => state.published)
}

export function useHostInfo(): Remote<HostInfo> {
  return useStore(useStores().connection, (state) => state.info)
}

/** Read when a page first asks for it: looking for cards takes a moment. */
export function useRuntimes(): Remote<RuntimeReport> {
  return useStore(useStores().runtimes, (state) => state.report)
}

export function useSettings(): Settings {
  return useStore(useStores().settings, (state) => state.settings)
}

/** Opens the curve and log of a run for as long as the component stands; null in its first moment. */
export function useLiveRun(job_id: string): LiveRun | null {
  const { jobs } = useStores()
  const open = useCallback(
    (changed: () => void) => {
      const { release } = jobs.acquire(job_id)
      changed()
      return release
    },
    [jobs, job_id],
  )
  return useSyncExternalStore(open, () => jobs.opened(job_id))
}

/** Draws the component again when points arrive; read `series.column(…)` in it. */
export function useSeriesVersion(series: RunSeries): number {
  return useSyncExternalStore(
    (listener) => series.subscribe(listener),
    () => series.version,
  )
}
