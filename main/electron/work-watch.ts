// The changes of jobs in; what the desktop does about them out: no sleep while one works, a word when one has ended.
import type { JobRecord, JobStatus } from '../contract/records.ts'

const AT_WORK: ReadonlySet<JobStatus> = new Set(['preparing', 'running', 'pausing', 'stopping', 'finishing'])

export type WorkWatch = {
  /** Hears every changed job. */
  changed(job: JobRecord): void
  removed(job_id: string): void
}

/**
 * @param onWork hears `true` when the first job starts to work and `false` when none does any more
 * @param onEnd hears of a job that was at work and is now done or failed
 */
export function watchWork(onWork: (working: boolean) => void, onEnd: (job: JobRecord) => void): WorkWatch {
  const working = new Set<string>()
  const change = (job_id: string, works: boolean): boolean => {
    const before = working.size
    const changed = works ? !working.has(job_id) : working.delete(job_id)
    if (works) working.add(job_id)
    if ((before === 0) !== (working.size === 0)) onWork(working.size > 0)
    return changed
  }
  return {
    changed(job) {
      const ended = change(job.id, AT_WORK.has(job.status)) && !AT_WORK.has(job.status)
      if (ended && (job.status === 'done' || job.status === 'failed')) onEnd(job)
    },
    removed: (job_id) => void change(job_id, false),
  }
}
