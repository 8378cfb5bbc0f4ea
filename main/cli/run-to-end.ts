// A run of the command line's own files in, its finished job out: begun, or gone on with where the same command was interrupted.
import { mkdir } from 'node:fs/promises'
import type { RunRequest } from '../../engine/spec/run.ts'
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
  const same = jobs.find(
    ({ id, status }) => UNFINISHED.has(status) && recipe(host.runRequest(id)) === recipe(request),
  )
  return same ?? null
}

/** What must be the same for the run to be the same; the runtime may differ. */
function recipe({ output_dir, task, hyperparameters, ...run }: RunRequest): string {
  const { extractive_qa = null, multiple_choice = null, do_predict } = run
  return JSON.stringify([output_dir, task, hyperparameters, extractive_qa, multiple_choice, do_predict])
}
