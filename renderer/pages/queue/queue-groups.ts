// All jobs in, the parts of the queue page out: what works, what waits in order, what was halted, what is over.
import type { JobRecord } from '../../../main/contract/records.ts'
import { ENDED, WORKING } from '../../stores/jobs.ts'

export type QueueGroups = {
  working: JobRecord[]
  /** In the order in which they will run. */
  waiting: JobRecord[]
  /** Paused and interrupted: they go on when someone says so. */
  halted: JobRecord[]
  /** The newest first. */
  ended: JobRecord[]
}

/** @param jobs in queue order */
export function queueGroups(jobs: readonly JobRecord[]): QueueGroups {
  const ended = jobs.filter((job) => ENDED.has(job.status))
  return {
    working: jobs.filter((job) => WORKING.has(job.status)),
    waiting: jobs.filter((job) => job.status === 'queued'),
    halted: jobs.filter((job) => job.status === 'paused' || job.status === 'interrupted'),
    ended: ended.sort((one, other) => endOf(other) - endOf(one)),
  }
}

function endOf(job: JobRecord): number {
  return job.ended_at ?? job.created_at
}

/**
 * Which job a waiting one must be put before to come to stand at a place of the list.
 * @param place from 0, in the list as it will be
 * @returns null for the last place
 */
export function beforeAt(waiting: readonly { id: string }[], id: string, place: number): string | null {
  const others = waiting.filter((job) => job.id !== id)
  return others[place]?.id ?? null
}
