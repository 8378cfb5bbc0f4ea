// The jobs as the host tells them, and what can be done with them.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { HostClient, MethodInput } from '../../main/contract/host.ts'
import type { JobRecord, JobStatus } from '../../main/contract/records.ts'
import { readyOr, withRecord } from './collection.ts'
import { openLiveRun, type LiveRun } from './live-run.ts'
import { hostErrorOf, LOADING, type Remote } from './remote.ts'

export type JobsState = {
  /** In queue order: by `position`. */
  jobs: Remote<readonly JobRecord[]>
}

/** Every action rejects with a `HostFailure`; the list changes by the host's events and by the answers. */
export type JobsStore = StoreApi<JobsState> & {
  refresh(): Promise<void>
  create(job: MethodInput<'jobs.create'>): Promise<JobRecord>
  runSample(): Promise<JobRecord>
  pause(job_id: string): Promise<void>
  resume(job_id: string): Promise<void>
  cancel(job_id: string): Promise<void>
  remove(job_id: string): Promise<void>
  move(job_id: string, before: string | null): Promise<void>
  /** The command line that does the same as the job. */
  command(job_id: string): Promise<string>
  /** The curve and log of a run, shared by all who look; call `release` when done. */
  acquire(job_id: string): { run: LiveRun; release: () => void }
}

/** Jobs in which something works right now. */
export const WORKING: ReadonlySet<JobStatus> = new Set([
  'preparing',
  'running',
  'pausing',
  'stopping',
  'finishing',
])
/** Jobs that can be gone on with by `resume`. */
export const RESUMABLE: ReadonlySet<JobStatus> = new Set(['paused', 'interrupted', 'failed', 'cancelled'])
/** Jobs that will not change by themselves. */
export const ENDED: ReadonlySet<JobStatus> = new Set(['done', 'failed', 'cancelled'])

export function createJobsStore(host: HostClient): JobsStore {
  const store = createStore<JobsState>(() => ({ jobs: LOADING }))
  const open = new Map<string, { run: LiveRun; users: number }>()

  const put = (job: JobRecord) => {
    const jobs = withRecord(readyOr(store.getState().jobs, []), job, (one) => one.id)
    store.setState({ jobs: { status: 'ready', value: inQueueOrder(jobs) } })
    return job
  }
  const drop = (job_id: string) =>
    store.setState(({ jobs }) =>
      jobs.status === 'ready'
        ? { jobs: { ...jobs, value: jobs.value.filter((job) => job.id !== job_id) } }
        : {},
    )

  host.on('job.changed', (job) => {
    // Before the first list has arrived, the list will hold this job as it is now.
    if (store.getState().jobs.status === 'ready') put(job)
  })
  host.on('job.removed', ({ job_id }) => drop(job_id))

  return {
    ...store,
    async refresh() {
      try {
        const jobs = await host.call('jobs.list', {})
        store.setState({ jobs: { status: 'ready', value: inQueueOrder(jobs) } })
        await Promise.all([...open.values()].map(({ run }) => run.reload()))
      } catch (thrown) {
        if (store.getState().jobs.status !== 'ready') {
          store.setState({ jobs: { status: 'failed', error: hostErrorOf(thrown) } })
        }
      }
    },
    create: async (job) => put(await host.call('jobs.create', job)),
    runSample: async () => put(await host.call('jobs.run-sample', {})),
    pause: async (job_id) => void put(await host.call('jobs.pause', { job_id })),
    resume: async (job_id) => void put(await host.call('jobs.resume', { job_id })),
    cancel: async (job_id) => void put(await host.call('jobs.cancel', { job_id })),
    async remove(job_id) {
      await host.call('jobs.delete', { job_id })
      drop(job_id)
    },
    async move(job_id, before) {
      const jobs = await host.call('jobs.move', { job_id, before })
      store.setState({ jobs: { status: 'ready', value: inQueueOrder(jobs) } })
    },
    command: async (job_id) => (await host.call('jobs.command', { job_id })).command,
    acquire(job_id) {
      const entry = open.get(job_id) ?? { run: openLiveRun(host, job_id), users: 0 }
      open.set(job_id, entry)
      entry.users += 1
      let released = false
      return {
        run: entry.run,
        release() {
          if (released) return
          released = true
          entry.users -= 1
          if (entry.users > 0) return
          entry.run.close()
          open.delete(job_id)
        },
      }
    },
  }
}

function inQueueOrder(jobs: readonly JobRecord[]): JobRecord[] {
  return [...jobs].sort((a, b) => a.position - b.position || a.created_at - b.created_at)
}
