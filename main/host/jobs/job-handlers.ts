// What the window asks about jobs in, what becomes of them out.
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { RunRequest, StopReason } from '../../../engine/spec/run.ts'
import { HostFailure } from '../../contract/errors.ts'
import type { HostHandlers, JobPlan } from '../../contract/host.ts'
import type { JobRecord } from '../../contract/records.ts'
import { say } from '../../contract/sentences.ts'
import type { AsTable } from '../datasets/as-table.ts'
import type { Aside } from '../datasets/aside.ts'
import type { DatasetStore } from '../datasets/dataset-store.ts'
import type { NewRun } from '../host.ts'
import type { ModelStore } from '../models/model-store.ts'
import type { Notify } from '../notify.ts'
import type { Places } from '../storage/paths.ts'
import { commandFor } from './command-line.ts'
import type { JobQueue } from './job-queue.ts'
import { isActive, nextStatus, type JobHappening } from './job-state.ts'
import type { JobStore, StoredJob } from './job-store.ts'
import { predictionsOf } from '../results/predictions.ts'
import type { KnownFiles } from '../uploads/known-files.ts'
import { newPrediction, predictorOfModel, predictorOfRun } from './new-prediction.ts'
import { faultsOf, invalid, newJob, recordOf } from './new-job.ts'
import type { Owner } from './owner.ts'
import type { PlannedData } from './plan-job.ts'
import { runFiles, writeRunFolder } from './run-folder.ts'
import { readLog } from './run-log.ts'

export type JobParts = {
  store: JobStore
  queue: JobQueue
  datasets: DatasetStore
  models: ModelStore
  places: Places
  files: KnownFiles
  aside: Aside
  asTable: AsTable
  /** Aborted when the host closes. */
  closing: AbortSignal
  /** Set where this host works off its own jobs only: they are reserved for it. */
  reserved_for: Owner | null
  origin: JobRecord['origin']
  planJob: (request: RunRequest, data: PlannedData) => Promise<JobPlan>
  announce: (job: StoredJob) => void
  notify: Notify
  log: (sentence: string) => void
}

type JobMethod =
  | 'jobs.list'
  | 'jobs.create'
  | 'jobs.plan'
  | 'jobs.predict'
  | 'jobs.predictions'
  | 'jobs.pause'
  | 'jobs.resume'
  | 'jobs.cancel'
  | 'jobs.delete'
  | 'jobs.move'
  | 'jobs.history'
  | 'jobs.log'
  | 'jobs.command'

export function jobHandlers(parts: JobParts): Pick<HostHandlers, JobMethod> {
  const { store, datasets, models, places, announce, notify } = parts
  return {
    'jobs.list': async () => store.list().map(({ record }) => record),

    'jobs.create': async (chosen) => {
      const model = models.get(chosen.model_id)
      const dataset = await datasets.get(chosen.dataset_id)
      const { record, request } = newJob(chosen, {
        dataset,
        data_dir: datasets.folder(dataset.id),
        model,
        runs: places.runs,
        origin: parts.origin,
      })
      await datasets.expectUnchanged(dataset.id)
      await writeRunFolder(request)
      store.insert(record, request, parts.reserved_for)
      return enqueued(parts, record.id)
    },

    'jobs.plan': async (chosen) => {
      const model = models.get(chosen.model_id)
      const dataset = await datasets.get(chosen.dataset_id)
      const data_dir = datasets.folder(dataset.id)
      const { request } = newJob(chosen, { ...parts, dataset, data_dir, model, runs: places.runs })
      const source = JSON.stringify([dataset.id, dataset.version])
      return parts.planJob(request, { source, dev_rows: dataset.splits.dev?.rows ?? 0 })
    },

    'jobs.predict': async (wish) => {
      const predictor =
        'job_id' in wish.from
          ? predictorOfRun(store.get(wish.from.job_id).record, store.request(wish.from.job_id))
          : predictorOfModel(models.get(wish.from.model_id), await datasets.get(wish.from.dataset_id))
      const { files, asTable } = parts
      const file = wish.layout === 'table' ? await asTable(wish.file_id) : files.get(wish.file_id)
      const { record, request } = await newPrediction(wish, predictor, file, { ...parts, runs: places.runs })
      await writeRunFolder(request)
      store.insert(record, request, parts.reserved_for)
      return enqueued(parts, record.id)
    },

    'jobs.predictions': async ({ job_id, ...stretch }) =>
      predictionsOf(store.get(job_id).record, store.request(job_id), stretch, parts.closing),

    'jobs.pause': async ({ job_id }) => stop(parts, job_id, 'pause'),
    'jobs.cancel': async ({ job_id }) => stop(parts, job_id, 'cancel'),

    'jobs.resume': async ({ job_id }) => {
      change(parts, job_id, 'resume', (record) => ({ ...record, error: null, ended_at: null }), {
        owner: parts.reserved_for,
      })
      return enqueued(parts, job_id)
    },

    'jobs.delete': async ({ job_id }) => {
      const { record } = store.get(job_id)
      if (isActive(record.status)) throw notNow(record, 'delete')
      const { output_dir } = store.request(job_id)
      store.remove(job_id)
      notify('job.removed', { job_id })
      if (record.status === 'done') notify('result.removed', { job_id })
      // A folder that the command line was given is its owner's.
      if (path.dirname(output_dir) === places.runs) {
        await rm(output_dir, { recursive: true, force: true }).catch((error: unknown) =>
          parts.log(`${output_dir} could not be removed: ${String(error)}`),
        )
      }
      return {}
    },

    'jobs.move': async ({ job_id, before }) => {
      for (const job of move(store, job_id, before)) announce(job)
      return store.list().map(({ record }) => record)
    },

    'jobs.history': async ({ job_id }) => {
      store.get(job_id)
      return store.history(job_id)
    },

    'jobs.log': async ({ job_id, last }) => readLog(runFiles(store.request(job_id).output_dir).log, last),

    'jobs.command': async ({ job_id }) => ({
      command: commandFor(store.get(job_id).record, store.request(job_id), places.runs),
    }),
  }
}

/**
 * Queues a run on files and a model of the command line's own.
 * @throws HostFailure `invalid-input`, `disk-full`
 */
export async function createRun(parts: JobParts, run: NewRun): Promise<JobRecord> {
  const { request } = run
  const faults = faultsOf(
    request.hyperparameters,
    request.model.albert_config.max_position_embeddings,
    request.task,
    request,
  ).filter(({ field }) => field !== 'dataset_id') // which splits it needs, the command line decides
  if (faults.length > 0) throw invalid(faults)
  await writeRunFolder(request)
  const names = {
    name: run.name,
    dataset_id: null,
    dataset_name: run.dataset_name,
    dataset_version: '',
    model_id: null,
    model_name: run.model_name,
  }
  const id = randomUUID()
  const record = recordOf(id, names, request, parts.origin)
  parts.store.insert(record, request, parts.reserved_for)
  return enqueued(parts, id)
}

function enqueued({ store, queue, announce }: JobParts, id: string): JobRecord {
  announce(store.get(id))
  queue.wake()
  return store.get(id).record
}

function stop(parts: JobParts, id: string, reason: StopReason): JobRecord {
  const { record } = change(parts, id, reason, (before) =>
    isActive(before.status)
      ? before
      : { ...before, error: null, ended_at: reason === 'cancel' ? Date.now() : null },
  )
  parts.queue.stop(id, reason)
  return record
}

/** @throws HostFailure `not-found`, or `not-allowed-now` with what the job is doing */
function change(
  { store, announce }: JobParts,
  id: string,
  happening: JobHappening,
  edit: (record: JobRecord) => JobRecord,
  more: Partial<Pick<StoredJob, 'owner'>> = {},
): StoredJob {
  const stored = store.update(id, ({ record }) => {
    const status = nextStatus(record.status, happening)
    if (status === undefined) throw notNow(record, happening)
    return { record: { ...edit(record), status }, ...more }
  })
  announce(stored)
  return stored
}

function notNow(record: JobRecord, wish: string): HostFailure {
  const { name, status } = record
  const said =
    wish === 'delete'
      ? say('run-delete-not-now', { name, status })
      : say('run-not-now', { name, status, wish })
  return new HostFailure({ code: 'not-allowed-now', status, ...said })
}

/** The waiting jobs keep their places among all jobs and change them among each other. @returns those that moved */
function move(store: JobStore, job_id: string, before: string | null): StoredJob[] {
  return store.database.change('durable', () => {
    const moved = store.get(job_id)
    if (moved.record.status !== 'queued' && moved.record.status !== 'paused')
      throw notNow(moved.record, 'move')
    const waiting = store
      .list()
      .filter(({ record }) => record.status === 'queued' || record.status === 'paused')
    const places = waiting.map(({ record }) => record.position)
    const order = waiting.filter(({ record }) => record.id !== job_id)
    const at = before === null ? order.length : order.findIndex(({ record }) => record.id === before)
    if (at < 0) throw notNow(store.get(before ?? '').record, 'have another one before it')
    order.splice(at, 0, moved)
    return order.flatMap(({ record: { id, position } }, index) => {
      const place = places[index] ?? position
      return place === position
        ? []
        : [store.update(id, ({ record }) => ({ record: { ...record, position: place } }))]
    })
  })
}
