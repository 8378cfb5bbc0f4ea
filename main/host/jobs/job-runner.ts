// A claimed job in; its engine is started, what it says is recorded, and the job's record says in the end how it went.
import { EngineFailure, type EngineError } from '../../../engine/spec/errors.ts'
import type { RunEvent, StopReason } from '../../../engine/spec/run.ts'
import { type Said } from '../../../engine/spec/sentences.ts'
import { HostFailure } from '../../contract/errors.ts'
import type { JobRecord, JobStatus } from '../../contract/records.ts'
import { say } from '../../contract/sentences.ts'
import { startEngine, type EngineListeners, type EngineRun, type Outcome } from '../engine/engine-client.ts'
import type { ForkEngine } from '../engine/engine-process.ts'
import type { HostTiming } from '../host.ts'
import type { Notify } from '../notify.ts'
import { isBusy } from '../storage/storage-failure.ts'
import { nextStatus, type JobHappening } from './job-state.ts'
import type { JobStore, StoredJob } from './job-store.ts'
import { ownerOf, type Owner } from './owner.ts'
import { watchData } from './data-watch.ts'
import { checkBeforeRun, runFiles } from './run-folder.ts'
import { createRunRecorder, type RunRecorder } from './run-recorder.ts'

export type Execution = {
  readonly job_id: string
  stop(reason: StopReason): void
  /** Stops, and does not wait for a disk that is full: the next start of the program finds the job interrupted. */
  close(): Promise<void>
  /** The job's record says how it ended, or another program has taken the job over. Never rejects. */
  readonly ended: Promise<void>
}

export type RunnerParts = {
  store: JobStore
  owner: Owner
  fork: ForkEngine
  /** Variables of the engine's processes, and a word for the log where they compute on something else than was asked for. */
  env: () => Promise<{ env: Record<string, string>; notice: string | null }>
  /** Folder of what runs keep for each other. */
  cache: string
  notify: Notify
  /** Tells the window about a job that has changed. */
  announce: (job: StoredJob) => void
  log: (sentence: string) => void
  timing: HostTiming
}

/** How an execution ends: where a process is worn out, a new one takes its place. */
type End = Exclude<Outcome, { type: 'worn-out' }>

/** Between two attempts to write the end of a run on a disk that is full, in milliseconds. */
const RETRY = 2000

export function startExecution(job: StoredJob, parts: RunnerParts): Execution {
  const { store, announce, timing } = parts
  const id = job.record.id
  const request = store.request(id)
  let engine: EngineRun | undefined
  let stopped: StopReason | undefined
  let reached: 'training' | 'finishing' | undefined // not written yet
  let closing = false
  let fault: EngineError | undefined // what made this host stop the engine

  const stop = (reason: StopReason): void => {
    stopped = stopped === 'cancel' ? stopped : reason
    engine?.stop(reason)
  }

  /** What cannot be written because the disk is full ends the run; what another program holds up is written the next time. */
  const attempt = (write: () => void): boolean => {
    try {
      write()
      return true
    } catch (error) {
      if (isBusy(error)) return false
      fault ??= failureOf(error)
      stop('pause')
      return false
    }
  }

  const writeStatus = (): void => {
    if (reached === undefined) return
    const stored = change(parts, id, reached, (record) => record)
    reached = undefined
    if (stored !== undefined) return announce(stored)
    stop('cancel') // the job is another program's by now
  }

  const onEvent = (event: RunEvent, recorder: RunRecorder): void => {
    recorder.take(event)
    if (event.type !== 'phase') return
    if (event.phase === 'finishing') reached = 'finishing'
    else if (event.phase === 'training' || event.phase === 'evaluating' || event.phase === 'predicting') {
      reached = 'training'
    }
    attempt(writeStatus)
  }

  const flush = (recorder: RunRecorder, safety: 'durable' | 'swift' = 'swift'): boolean =>
    attempt(() => {
      writeStatus()
      const stored = recorder.flush(safety)
      if (stored !== undefined) announce(stored)
    })

  /** What is left of a flood is written in pieces, so that the host goes on answering. */
  const record = async (recorder: RunRecorder): Promise<void> => {
    while (!recorder.isDone() && flush(recorder, 'durable')) await turn()
  }

  const execute = async (): Promise<void> => {
    let recorder: RunRecorder | undefined
    let outcome: End
    try {
      await checkBeforeRun(request, job.record.dataset_name)
      const recording = createRunRecorder(
        job,
        runFiles(request.output_dir).log,
        store,
        parts.notify,
        parts.log,
      )
      recorder = recording
      const { env, notice } = await parts.env()
      if (notice !== null) recording.line('warning', notice)
      outcome =
        stopped === undefined ? await converse(recording, env) : { type: 'cancelled', step: recording.step() }
    } catch (error) {
      outcome = { type: 'failed', step: 0, error: failureOf(error) }
    }
    await settle(outcome, recorder)
  }

  const converse = async (recorder: RunRecorder, env: Record<string, string>): Promise<End> => {
    const timer = setInterval(() => flush(recorder), timing.flush)
    const endWatch = watchData(request, timing.poll, (error) => {
      fault ??= error
      stop('pause')
    })
    const listeners: EngineListeners = {
      onStarted: (pid) => {
        if (pid !== undefined) attempt(() => void store.update(id, () => ({ engine: ownerOf(pid) }), 'swift'))
      },
      onEvent: (event) => onEvent(event, recorder),
      record: () => record(recorder),
      onOutput: (line) => recorder.line(levelOf(line), line),
    }
    try {
      for (;;) {
        engine = startEngine(parts.fork, env, { ...request, cache_dir: parts.cache }, listeners, timing.grace)
        const outcome = await engine.ended
        if (outcome.type !== 'worn-out') return outcome
        if (stopped !== undefined) return { type: 'cancelled', step: outcome.step }
        recorder.line(
          'info',
          `The engine's process is worn out by many steps; a new one goes on from step ${outcome.step}.`,
        )
      }
    } finally {
      endWatch()
      clearInterval(timer)
    }
  }

  /** Writes the end, as often as it takes: a job is failed or interrupted, never lost. */
  const settle = async (outcome: End, recorder: RunRecorder | undefined): Promise<void> => {
    const step = recorder?.step() ?? 0
    const error = fault ?? errorOf(outcome, step, stopped)
    const happening = fault === undefined ? happeningOf(outcome) : 'failed'
    let isSaid = false
    for (let attempt = 1; ; attempt += 1) {
      try {
        if (!isSaid) lastWord(nextStatus(store.get(id).record.status, happening), error, step, recorder)
        isSaid = true
        while (recorder?.isDone() === false) {
          const stored = recorder.flush('durable')
          if (stored !== undefined) announce(stored)
          await turn()
        }
        await recorder?.closeLog() // whoever hears of the end finds the whole log
        const stored = change(parts, id, happening, (record) => ended(record, outcome, error))
        if (stored !== undefined) announce(stored)
        break
      } catch (reason) {
        if (reason instanceof HostFailure && reason.error.code === 'not-found') break
        if (attempt === 1) parts.log(`The end of ${job.record.name} cannot be written yet: ${String(reason)}`)
        if (closing) break
        await new Promise((resolve) => setTimeout(resolve, RETRY))
      }
    }
  }

  const execution = execute()
  const close = (): Promise<void> => {
    closing = true
    stop('pause')
    return execution
  }
  return { job_id: id, stop, close, ended: execution }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Changes the status by what happened; undefined when the job belongs to another program by now. */
function change(
  { store, owner }: RunnerParts,
  id: string,
  happening: JobHappening,
  edit: (record: JobRecord) => JobRecord,
): StoredJob | undefined {
  const before = store.get(id)
  if (before.owner?.id !== owner.id) return undefined
  const isEnd = happening !== 'training' && happening !== 'finishing'
  if (nextStatus(before.record.status, happening) === undefined) return before
  return store.update(id, ({ record }) => ({
    record: edit({ ...record, status: nextStatus(record.status, happening) ?? record.status }),
    ...(isEnd ? { engine: null, owner: null } : {}),
  }))
}

function ended(record: JobRecord, outcome: End, error: EngineError | undefined): JobRecord {
  const keepsError = record.status === 'failed' || record.status === 'interrupted'
  return {
    ...record,
    error: keepsError ? (error ?? null) : null,
    result: outcome.type === 'finished' ? outcome.result : record.result,
    ended_at: Date.now(),
    progress: record.progress && { ...record.progress, eta_seconds: null },
  }
}

/** The log's last line. */
function lastWord(
  status: JobStatus | undefined,
  error: EngineError | undefined,
  step: number,
  recorder: RunRecorder | undefined,
): void {
  if (status === 'paused' || status === 'cancelled')
    recorder?.line('info', `The run was ${status} ${atStep(step)}.`)
  else if (error !== undefined) recorder?.line('error', error.message)
}

function happeningOf(outcome: End): JobHappening {
  switch (outcome.type) {
    case 'finished':
      return 'finished'
    case 'cancelled':
      return 'stopped'
    case 'failed':
      return 'failed'
    case 'exited':
      return 'lost'
  }
}

function errorOf(outcome: End, step: number, stopped: StopReason | undefined): EngineError | undefined {
  switch (outcome.type) {
    case 'finished':
      return undefined
    case 'failed':
      return outcome.error
    case 'cancelled':
      return lost(null, null, say('run-closed', { step }))
    case 'exited': {
      const { code, signal } = outcome
      return lost(
        code,
        signal,
        stopped === undefined ? howItEnded(code, signal, step) : say('run-unwilling', { step }),
      )
    }
  }
}

function howItEnded(exit_code: number | null, signal: string | null, step: number): Said {
  if (signal === 'SIGKILL') return say('run-killed', { step })
  if (signal !== null) return say('run-ended-by', { signal, step })
  return exit_code === null ? say('run-not-begun') : say('run-ended-with', { exit_code, step })
}

/** An execution whose process, or whose program, is gone. */
export function lost(exit_code: number | null, signal: string | null, said: Said): EngineError {
  return { code: 'engine-exited', exit_code, signal, ...said }
}

function atStep(step: number): string {
  return step === 0 ? 'before its first step' : `at step ${step}`
}

function failureOf(error: unknown): EngineError {
  if (error instanceof EngineFailure) return error.error
  if (error instanceof HostFailure && error.error.code === 'disk-full') {
    const { file, message } = error.error
    return {
      code: 'disk-full',
      file,
      message: `${message} The run was stopped; Resume goes on from its newest checkpoint.`,
    }
  }
  const message = error instanceof Error ? error.message : String(error)
  return {
    code: 'internal',
    message: `The program failed in a way it does not know: ${message}`,
    ...(error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {}),
  }
}

/** TensorFlow's own lines carry a letter; all else is taken as information. */
function levelOf(line: string): 'info' | 'warning' | 'error' {
  const letter =
    /^(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: |[A-Z]\d{4} \d\d:\d\d:\d\d\.\d+ .*?\] )?([IWEF]) /.exec(
      line,
    )?.[1]
  return letter === 'E' || letter === 'F' ? 'error' : letter === 'W' ? 'warning' : 'info'
}
