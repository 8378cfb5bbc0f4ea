// RunEvents in; rows in the database, lines in log.txt and a few notices a second out.
import type { Evaluation, RunEvent, StepMetrics } from '../../../engine/spec/run.ts'
import type { JobProgress, LogLine } from '../../contract/records.ts'
import type { Notify } from '../notify.ts'
import type { JobStore, StoredJob } from './job-store.ts'
import { openLog } from './run-log.ts'
import { createSpeed } from './speed.ts'

/** More lines at once than a window can show; the file has them all. */
const LINES_IN_A_NOTICE = 500
/** Keeps a transaction at a dozen milliseconds; what is over waits for the next. */
const POINTS_IN_A_WRITE = 1000

export type RunRecorder = ReturnType<typeof createRunRecorder>

/**
 * Records one execution of a job. What it is given is kept until `flush` has written it.
 * @param job as it was when the execution started
 */
export function createRunRecorder(
  job: StoredJob,
  log_file: string,
  store: JobStore,
  notify: Notify,
  complain: (sentence: string) => void,
) {
  const id = job.record.id
  const { train_step } = job.record.hyperparameters
  const speed = createSpeed()
  const log = openLog(log_file, (error) => complain(`${log_file} cannot be written: ${error.message}`))
  const worked_before = job.record.worked_seconds
  const started_at = Date.now()

  let points: StepMetrics[] = []
  let evaluations: Evaluation[] = []
  let lines: LogLine[] = []
  let untold = 0
  let reset_after: number | null = null
  let dirty = false
  let last_step = job.record.progress?.step ?? 0
  let plan = job.record.plan
  let progress: JobProgress = job.record.progress ?? emptyProgress(train_step)

  const voidAfter = (step: number): void => {
    points = points.filter((point) => point.step <= step)
    evaluations = evaluations.filter((evaluation) => evaluation.step <= step)
    reset_after = reset_after === null ? step : Math.min(reset_after, step)
    last_step = step
    progress = { ...progress, step, eta_seconds: null }
  }

  const addLine = (line: LogLine): void => {
    log.write(line)
    if (lines.length < LINES_IN_A_NOTICE) lines.push(line)
    else untold += 1
  }

  return {
    take: (event: RunEvent): void => {
      dirty = true
      switch (event.type) {
        case 'phase':
          progress = {
            ...progress,
            phase: event.phase,
            detail: event.detail,
            done: event.done,
            total: event.total,
          }
          return
        case 'split':
          addLine(now('info', splitSentence(event)))
          return
        case 'plan':
          plan = event.plan
          return
        case 'resumed':
          voidAfter(event.step)
          addLine(now('info', `Goes on from the checkpoint of step ${event.step}.`))
          return
        case 'step':
          // A run that found no checkpoint starts anew without saying so: what it did before is void.
          if (event.point.step <= last_step) voidAfter(event.point.step - 1)
          points.push(event.point)
          last_step = event.point.step
          speed.add(event.point)
          progress = {
            ...progress,
            ...(progress.phase === 'training' ? { done: last_step, total: event.train_step } : {}),
            step: last_step,
            train_step: event.train_step,
            eta_seconds: speed.secondsLeft(event.train_step),
          }
          return
        case 'evaluation':
          evaluations.push(event.evaluation)
          addLine(now('info', evaluationSentence(event.evaluation)))
          return
        case 'checkpoint':
          addLine(now('info', `Checkpoint of step ${event.step} saved.`))
          return
        case 'log':
          addLine({ at: event.at, level: event.level, message: event.message })
          return
        case 'finished':
        case 'cancelled':
        case 'failed':
        case 'worn-out':
          return
      }
    },

    /** A line of the host's own, or of native code. */
    line: (level: LogLine['level'], message: string): void => {
      dirty = true
      addLine(now(level, message))
    },

    step: (): number => last_step,

    /**
     * Writes what has come since the last time, and tells it.
     * @returns the job afterwards; undefined when there was nothing
     * @throws HostFailure `disk-full`; nothing is lost then, the next flush writes it
     */
    flush: (safety: 'durable' | 'swift'): StoredJob | undefined => {
      if (!dirty) return undefined
      const some = points.slice(0, POINTS_IN_A_WRITE)
      const stored = store.database.change(safety, () => {
        if (reset_after !== null) store.dropAfter(id, reset_after)
        store.addPoints(id, some)
        store.addEvaluations(id, evaluations)
        return store.update(
          id,
          ({ record }) => ({
            record: {
              ...record,
              progress,
              plan,
              worked_seconds: worked_before + (Date.now() - started_at) / 1000,
            },
            ...(reset_after === null ? {} : { reset_after }),
          }),
          'swift',
        )
      })
      if (some.length > 0 || evaluations.length > 0 || reset_after !== null) {
        notify('job.progress', { job_id: id, points: some, evaluations, reset_after })
      }
      if (untold > 0) {
        lines.push(now('warning', `${untold} more lines are in log.txt.`))
        untold = 0
      }
      if (lines.length > 0) notify('job.log', { job_id: id, lines })
      points = points.slice(some.length)
      evaluations = []
      lines = []
      reset_after = null
      dirty = points.length > 0
      return stored
    },

    /** Whether everything is written. */
    isDone: (): boolean => !dirty,

    closeLog: (): Promise<void> => log.close(),
  }
}

export function emptyProgress(train_step: number): JobProgress {
  return { phase: 'starting', detail: '', done: 0, total: null, step: 0, train_step, eta_seconds: null }
}

function now(level: LogLine['level'], message: string): LogLine {
  return { at: Date.now(), level, message }
}

function splitSentence({
  split,
  examples,
  truncated,
  longest,
}: Extract<RunEvent, { type: 'split' }>): string {
  const cut = truncated === 0 ? 'none is cut' : `${truncated} ${truncated === 1 ? 'is' : 'are'} cut`
  return `${split}: ${examples} examples, the longest has ${longest} pieces, ${cut}.`
}

function evaluationSentence({ split, step, metrics, examples, is_best }: Evaluation): string {
  const values = Object.entries(metrics).map(([name, value]) => `${name} ${Number(value.toPrecision(6))}`)
  return `Step ${step} on ${examples} ${split} examples: ${values.join(', ')}${is_best ? ' (the best so far)' : ''}.`
}
