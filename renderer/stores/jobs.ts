// The jobs as the host tells them, and what can be done with them.
import type { HostClient, JobPlan, MethodInput } from '../../main/contract/host.ts'
import type { Predictions } from '../../main/contract/predictions.ts'
import type { JobRecord, JobStatus } from '../../main/contract/records.ts'
import { createCollection, type Collection } from './collection.ts'
import { openLiveRun, type LiveRun } from './live-run.ts'

/** In queue order: by `position`. Every action rejects with a `HostFailure`; the list changes by the host's events and by the answers. */
export type JobsStore = Collection<JobRecord> & {
  create(job: MethodInput<'jobs.create'>): Promise<JobRecord>
  /** What the run would take and do. */
  plan(job: MethodInput<'jobs.plan'>): Promise<JobPlan>
  runSample(): Promise<JobRecord>
  pause(job_id: string): Promise<void>
  resume(job_id: string): Promise<void>
  cancel(job_id: string): Promise<void>
  remove(job_id: string): Promise<void>
  move(job_id: string, before: string | null): Promise<void>
  /** What a finished run predicted, from row `from` on. */
  predictions(job_id: string, from: number, limit: number): Promise<Predictions>
  /** The command line that does the same as the job. */
  command(job_id: string): Promise<string>
  /** The curve and log of a run, shared by all who look; call `release` when done. */
  acquire(job_id: string): { run: LiveRun; release: () => void }
  /** The run as it is open right now; null while nobody looks. */
  opened(job_id: string): LiveRun | null
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
  const jobs = createCollection<JobRecord>({
    list: () => host.call('jobs.list', {}),
    keyOf: (job) => job.id,
    inOrder: (all) => [...all].sort((a, b) => a.position - b.position || a.created_at - b.created_at),
  })
  const open = new Map<string, { run: LiveRun; users: number }>()
  const put = (job: JobRecord) => {
    jobs.put(job)
    return job
  }

  host.on('job.changed', jobs.put)
  host.on('job.removed', ({ job_id }) => jobs.drop(job_id))

  return {
    ...jobs,
    async refresh() {
      await Promise.all([jobs.refresh(), ...[...open.values()].map(({ run }) => run.reload())])
    },
    create: async (job) => put(await host.call('jobs.create', job)),
    plan: (job) => host.call('jobs.plan', job),
    runSample: async () => put(await host.call('jobs.run-sample', {})),
    pause: async (job_id) => void put(await host.call('jobs.pause', { job_id })),
    resume: async (job_id) => void put(await host.call('jobs.resume', { job_id })),
    cancel: async (job_id) => void put(await host.call('jobs.cancel', { job_id })),
    async remove(job_id) {
      await host.call('jobs.delete', { job_id })
      jobs.drop(job_id)
    },
    move: async (job_id, before) => jobs.replace(await host.call('jobs.move', { job_id, before })),
    opened: (job_id) => open.get(job_id)?.run ?? null,
    predictions: (job_id, from, limit) => host.call('jobs.predictions', { job_id, from, limit }),
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
