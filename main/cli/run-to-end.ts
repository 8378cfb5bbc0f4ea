// A run of the command line's own files in, its finished job out: begun, or gone on with where the same command was interrupted.
import { mkdir } from 'node:fs/promises'
import type { HostClient } from '../contract/host.ts'
import type { JobRecord, JobStatus } from '../contract/records.ts'
import type { Host, NewRun } from '../host/host.ts'
import { followJob } from './follow-job.ts'
import type { HostSession } from './host-session.ts'

const UNFINISHED: ReadonlySet<JobStatus> = new Set(['paused', 'interrupted', 'failed', 'cancelled'])

/** @throws CommandFailure as `followJob` does */
export async function runToEnd({ host, client }: HostSession, run: NewRun): Promise<JobRecord> {
  await mkdir(run.request.output_dir, { recursive: true })
  const unfinished = await unfinishedRun(host, client, run)
  return followJob(
    client,
    unfinished === null
      ? await host.createRun(run)
      : await client.call('jobs.resume', { job_id: unfinished.id }),
  )
}

/** The same command once more goes on with the run it began, so that the list shows one run and one curve. */
async function unfinishedRun(host: Host, client: HostClient, { request }: NewRun): Promise<JobRecord | null> {
  const jobs = await client.call('jobs.list', {})
  const recipe = ({
    hyperparameters,
    task,
    do_predict,
  }: Pick<JobRecord, 'hyperparameters' | 'task' | 'do_predict'>) =>
    JSON.stringify([hyperparameters, task, do_predict])
  const same = jobs.find(
    (job) =>
      UNFINISHED.has(job.status) &&
      host.runFolder(job.id) === request.output_dir &&
      recipe(job) === recipe(request),
  )
  return same ?? null
}
