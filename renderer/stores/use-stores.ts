// The stores as React components reach them.
import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react'
import { useStore } from 'zustand'
import type { DatasetRecord, JobRecord } from '../../main/contract/records.ts'
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
  return useStore(useStores().jobs, (state) => state.jobs)
}

/** One job; drawn again only when this one changes. */
export function useJob(job_id: string): JobRecord | undefined {
  return useStore(useStores().jobs, ({ jobs }) =>
    jobs.status === 'ready' ? jobs.value.find((job) => job.id === job_id) : undefined,
  )
}

export function useDatasets(): Remote<readonly DatasetRecord[]> {
  return useStore(useStores().datasets, (state) => state.datasets)
}

/** Opens the curve and log of a run for as long as the component stands; null in its first moment. */
export function useLiveRun(job_id: string): LiveRun | null {
  const { jobs } = useStores()
  const [live, setLive] = useState<{ job_id: string; run: LiveRun } | null>(null)
  useEffect(() => {
    const { run, release } = jobs.acquire(job_id)
    setLive({ job_id, run })
    return release
  }, [jobs, job_id])
  return live !== null && live.job_id === job_id ? live.run : null
}

/** Draws the component again when points arrive; read `series.column(…)` in it. */
export function useSeriesVersion(series: RunSeries): number {
  return useSyncExternalStore(
    (listener) => series.subscribe(listener),
    () => series.version,
  )
}
