// Finished jobs in, the lines of the result table out; and the published results that stand beside them.
import path from 'node:path'
import { PublishedResults, type JobRecord, type ResultRecord } from '../../contract/records.ts'
import type { JobStore } from '../jobs/job-store.ts'
import { readJson } from '../models/catalog.ts'

/** Newest first. A result is a finished job seen as a line; it is kept nowhere else. */
export function listResults(jobs: JobStore): ResultRecord[] {
  return jobs
    .done()
    .flatMap(({ record }) => resultOf(record) ?? [])
    .sort((a, b) => b.finished_at - a.finished_at)
}

/** Undefined for a job that has none. */
export function resultOf(job: JobRecord): ResultRecord | undefined {
  if (job.status !== 'done' || job.result === null) return undefined
  if (!job.do_train && Object.keys(job.result.metrics).length === 0) return undefined // it only predicted
  return {
    job_id: job.id,
    job_name: job.name,
    task_name: job.task.name,
    task_title: job.task.title,
    dataset_name: job.dataset_name,
    dataset_version: job.dataset_version,
    model_name: job.model_name,
    hyperparameters: job.hyperparameters,
    result: job.result,
    finished_at: job.ended_at ?? job.created_at,
  }
}

/** @throws Error when the program's own file is missing or damaged */
export async function readPublished(assets_dir: string): Promise<PublishedResults> {
  return PublishedResults.parse(await readJson(path.join(assets_dir, 'published-results.json')))
}
