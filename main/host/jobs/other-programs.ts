// What another program on the same data folder has done, in; the notices that tell the window of it, out.
import { stat } from 'node:fs/promises'
import type { DatasetStore } from '../datasets/dataset-store.ts'
import type { ModelStore } from '../models/model-store.ts'
import type { Notify } from '../notify.ts'
import { isActive } from './job-state.ts'
import type { JobStore, StoredJob } from './job-store.ts'
import type { Owner } from './owner.ts'
import { runFiles } from './run-folder.ts'
import { parseLines, readFrom } from './run-log.ts'

/** How far the window has followed a job that another program runs. */
type Followed = { execution: string; step: number; evaluated: number; log_bytes: number }

/** Starts from what the database holds now; `look` tells what has changed since. */
export function watchOtherPrograms(
  store: JobStore,
  datasets: DatasetStore,
  models: ModelStore,
  owner: Owner,
  announce: (job: StoredJob) => void,
  /** Whether this host told it already: it is its own change. */
  isTold: (job: StoredJob) => boolean,
  notify: Notify,
) {
  let data_version = store.database.dataVersion()
  let revision = store.revision()
  let job_ids = new Set(store.ids())
  let dataset_revisions = datasets.revisions()
  let model_revisions = models.revisions()
  const followed = new Map<string, Followed>()
  for (const job of store.active()) follow(job)

  /** A job that starts to be followed has its history asked for by whoever looks at it; only what is new is told. */
  function follow(job: StoredJob): Followed {
    const { record } = job
    const known = followed.get(record.id)
    if (known !== undefined) return known
    const history = store.lastSteps(record.id)
    const fresh = { execution: executionOf(job), log_bytes: -1, ...history }
    followed.set(record.id, fresh)
    return fresh
  }

  function tellProgress(job: StoredJob): void {
    const { id, status } = job.record
    if (job.owner?.id === owner.id) {
      followed.delete(id)
      return
    }
    const isFirst = !followed.has(id)
    if (isFirst && !isActive(status)) return
    const known = follow(job)
    const reset_after = known.execution === executionOf(job) ? null : job.reset_after
    known.execution = executionOf(job)
    if (reset_after !== null) {
      known.step = Math.min(known.step, reset_after)
      known.evaluated = Math.min(known.evaluated, reset_after)
    }
    const points = store.history(id, known.step).points
    const evaluations = store.history(id, known.evaluated).evaluations
    if (points.length > 0 || evaluations.length > 0 || reset_after !== null) {
      notify('job.progress', { job_id: id, points, evaluations, reset_after })
    }
    known.step = points.at(-1)?.step ?? known.step
    known.evaluated = evaluations.at(-1)?.step ?? known.evaluated
    void tellLog(job, known)
    if (!isActive(status)) followed.delete(id)
  }

  async function tellLog({ record: { id } }: StoredJob, known: Followed): Promise<void> {
    const { log } = runFiles(store.request(id).output_dir)
    const size = await stat(log).then(
      (found) => found.size,
      () => 0,
    )
    const from = known.log_bytes < 0 ? size : known.log_bytes
    known.log_bytes = size
    const lines = parseLines(await readFrom(log, from, size).catch(() => ''))
    if (lines.length > 0) notify('job.log', { job_id: id, lines: lines.slice(-500) })
  }

  async function tellDatasets(): Promise<void> {
    const before = dataset_revisions
    const now = datasets.revisions()
    dataset_revisions = now
    for (const id of before.keys()) if (!now.has(id)) notify('dataset.removed', { dataset_id: id })
    for (const [id, changed] of now) {
      if (before.get(id) !== changed) notify('dataset.changed', await datasets.get(id))
    }
  }

  async function tellModels(): Promise<void> {
    const before = model_revisions
    const now = models.revisions()
    model_revisions = now
    for (const id of before.keys()) if (!now.has(id)) notify('model.removed', { model_id: id })
    for (const [id, changed] of now) {
      if (before.get(id) !== changed) notify('model.changed', (await models.detail(id)).record)
    }
  }

  return {
    look: async (): Promise<void> => {
      const version = store.database.dataVersion()
      if (version === data_version) return
      data_version = version
      for (const job of store.changedSince(revision)) {
        revision = job.revision
        if (!isTold(job)) announce(job)
        tellProgress(job)
      }
      const ids = new Set(store.ids())
      for (const id of job_ids) {
        if (ids.has(id)) continue
        notify('job.removed', { job_id: id })
        notify('result.removed', { job_id: id })
      }
      job_ids = ids
      await tellDatasets()
      await tellModels()
    },
  }
}

function executionOf({ executions, reset_after }: StoredJob): string {
  return `${executions} ${reset_after ?? '-'}`
}
