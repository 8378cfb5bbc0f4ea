// Waiting jobs in, one execution at a time out: in their order, for as long as the host lives, and shared with other programs on the same data folder.
import type { StopReason } from '../../../engine/spec/run.ts'
import type { JobRecord } from '../../contract/records.ts'
import { say } from '../../contract/sentences.ts'
import { isActive, nextStatus } from './job-state.ts'
import type { StoredJob } from './job-store.ts'
import { lost, startExecution, type Execution, type RunnerParts } from './job-runner.ts'
import { isAlive } from './owner.ts'
import { createWorkLoop } from '../work-loop.ts'
import { emptyProgress } from './run-recorder.ts'

export type JobQueue = ReturnType<typeof createJobQueue>

/** @param scope `every`: take any waiting job; `own`: only those that are reserved for this host */
export function createJobQueue(parts: RunnerParts, scope: 'every' | 'own') {
  const { store, owner, announce, timing } = parts
  let current: Execution | undefined
  const { wake, stop } = createWorkLoop({
    ...parts,
    what: 'queue',
    poll: timing.poll,
    work: () => {
      obey()
      releaseAbandoned(parts)
      if (current === undefined) startNext()
    },
  })

  /** Another program may have asked the running job to stop. */
  const obey = (): void => {
    if (current === undefined) return
    const job = store.find(current.job_id)
    if (job === undefined || job.owner?.id !== owner.id || job.record.status === 'stopping')
      current.stop('cancel')
    else if (job.record.status === 'pausing') current.stop('pause')
  }

  const startNext = (): void => {
    if (!store.queued().some(mayTake)) return
    const claimed = store.database.change('durable', () => {
      if (store.active().length > 0) return undefined // one engine for each data folder
      const next = store.queued().find(mayTake)
      return next && store.update(next.record.id, claim)
    })
    if (claimed === undefined) return
    announce(claimed)
    const execution = startExecution(claimed, parts)
    current = execution
    void execution.ended.then(() => {
      current = undefined
      wake()
    })
  }

  const mayTake = (job: StoredJob): boolean =>
    job.owner === null ? scope === 'every' : job.owner.id === owner.id

  const claim = (job: StoredJob): { record: JobRecord } & Partial<StoredJob> => ({
    record: {
      ...job.record,
      status: nextStatus(job.record.status, 'claimed') ?? job.record.status,
      error: null,
      progress: {
        ...emptyProgress(job.record.hyperparameters.train_step),
        step: job.record.progress?.step ?? 0,
      },
      started_at: job.record.started_at ?? Date.now(),
      ended_at: null,
    },
    owner,
    executions: job.executions + 1,
    reset_after: null,
  })

  return {
    /** Looks whether there is something to do now, rather than a second later. */
    wake,

    /** Passes a wish on at once when the job runs in this host; other hosts read it in the record. */
    stop: (job_id: string, reason: StopReason): void => {
      if (current?.job_id === job_id) current.stop(reason)
    },

    /** Starts nothing more, and stops the running job so that it can be resumed. */
    close: async (): Promise<void> => {
      stop()
      await current?.close()
      for (const job of store.queued()) if (job.owner?.id === owner.id) giveUp(parts, job)
    },
  }
}

/** Jobs whose program has ended without saying so become interrupted; a process it left behind is ended first. */
function releaseAbandoned(parts: RunnerParts): void {
  const reserved = parts.store.queued().filter((job) => job.owner !== null)
  for (const job of [...parts.store.active(), ...reserved]) {
    if (job.owner !== null && (job.owner.id === parts.owner.id || isAlive(job.owner, job.seen_at))) continue
    if (job.engine !== null && isAlive(job.engine, 0)) {
      process.kill(job.engine.pid, 'SIGKILL') // it would write into the folder that the next execution uses
      continue // and is looked at again the next time
    }
    giveUp(parts, job)
  }
}

function giveUp({ store, announce }: RunnerParts, { record: { id }, revision }: StoredJob): void {
  const released = store.database.change('durable', () => {
    const job = store.get(id)
    if (job.revision !== revision) return undefined // another program was faster
    const wasActive = isActive(job.record.status)
    const status = nextStatus(job.record.status, 'lost')
    if (status === undefined) return undefined
    const step = job.record.progress?.step ?? 0
    const said = wasActive ? say('run-left', { step }) : say('run-never-came')
    return store.update(id, () => ({
      record: {
        ...job.record,
        status,
        error: status === 'interrupted' ? lost(null, null, said) : null,
        ended_at: Date.now(),
        progress: job.record.progress && { ...job.record.progress, eta_seconds: null },
      },
      owner: null,
      engine: null,
    }))
  })
  if (released !== undefined) announce(released)
}
