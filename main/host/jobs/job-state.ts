// The life of a job: its status and what happens to it in, its next status out; undefined where that may not happen.
import type { JobStatus } from '../../contract/records.ts'

export type JobHappening =
  /** What a person asks for. */
  | 'pause'
  | 'resume'
  | 'cancel'
  /** What its execution does. */
  | 'claimed'
  | 'training'
  | 'finishing'
  /** How its execution ends: by itself, at the person's wish, with a fault, or because a process died. */
  | 'finished'
  | 'stopped'
  | 'failed'
  | 'lost'

const NEXT: Record<JobStatus, Partial<Record<JobHappening, JobStatus>>> = {
  queued: { claimed: 'preparing', pause: 'paused', cancel: 'cancelled', lost: 'interrupted' },
  preparing: execution({ training: 'running', finishing: 'finishing' }),
  running: execution({ finishing: 'finishing' }),
  finishing: execution({}),
  // Nobody keeps a run from finishing in the moment it is told to stop: then it is done.
  pausing: { cancel: 'stopping', finished: 'done', stopped: 'paused', failed: 'failed', lost: 'paused' },
  stopping: { finished: 'done', stopped: 'cancelled', failed: 'cancelled', lost: 'cancelled' },
  paused: { resume: 'queued', cancel: 'cancelled' },
  interrupted: { resume: 'queued', cancel: 'cancelled' },
  failed: { resume: 'queued' },
  cancelled: { resume: 'queued' },
  done: {},
}

/** What any execution that nobody asked to stop may come to. */
function execution(
  steps: Partial<Record<JobHappening, JobStatus>>,
): Partial<Record<JobHappening, JobStatus>> {
  return {
    ...steps,
    pause: 'pausing',
    cancel: 'stopping',
    finished: 'done',
    stopped: 'interrupted',
    failed: 'failed',
    lost: 'interrupted',
  }
}

export function nextStatus(status: JobStatus, happening: JobHappening): JobStatus | undefined {
  return NEXT[status][happening]
}

/** The statuses in which an engine works on the job. */
export const ACTIVE = ['preparing', 'running', 'pausing', 'stopping', 'finishing'] as const

export function isActive(status: JobStatus): boolean {
  return ACTIVE.some((active) => active === status)
}
