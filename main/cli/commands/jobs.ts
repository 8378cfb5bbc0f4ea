// albert jobs: the list that the window shows, and the three things one does to a job of it from a terminal.
import type { Command } from 'commander'
import type { HostClient } from '../../contract/host.ts'
import type { JobRecord } from '../../contract/records.ts'
import type { Program } from '../../shell/program.ts'
import { usageFailure } from '../failure.ts'
import { followJob } from '../follow-job.ts'
import { withHost } from '../host-session.ts'
import { printResult } from '../print-result.ts'
import { columns, printJson, printLines } from '../print.ts'

const BEGINNING = 8

export function addJobs(parent: Command, program: Program): Command {
  const jobs = parent.command('jobs').description('The jobs of the window and of the command line.')
  jobs
    .command('list', { isDefault: true })
    .description('lists them, newest last')
    .option('--json', 'print them as JSON', false)
    .action(async ({ json }: { json: boolean }) => {
      const all = await withHost(program, ({ client }) => client.call('jobs.list', {}))
      if (json) printJson(all)
      else printLines(columns([HEAD, ...all.map(row)]))
    })
  jobs
    .command('cancel <job>')
    .description('stops a job for good; <job> is an id or its beginning')
    .action(async (given: string) => {
      await withHost(program, async ({ client }) => {
        const job = await jobNamed(client, given)
        const { status } = await client.call('jobs.cancel', { job_id: job.id })
        printLines([`${job.name} is ${status}.`])
      })
    })
  jobs
    .command('command <job>')
    .description('prints the command line that does the same')
    .action(async (given: string) => {
      await withHost(program, async ({ client }) => {
        const { id } = await jobNamed(client, given)
        printLines([(await client.call('jobs.command', { job_id: id })).command])
      })
    })
  jobs
    .command('resume <job>')
    .description(
      'goes on with a paused, interrupted, failed or cancelled job, here, from its newest checkpoint',
    )
    .option('--json', 'print the result as JSON', false)
    .action(async (given: string, { json }: { json: boolean }) => {
      await withHost(program, async ({ host, client }) => {
        const job = await jobNamed(client, given)
        const done = await followJob(client, await client.call('jobs.resume', { job_id: job.id }))
        printResult(done, host.runFolder(done.id), json)
      })
    })
  return jobs
}

const HEAD = ['id', 'status', 'step', 'task', 'score', 'name']

function row(job: JobRecord): string[] {
  const score = job.result?.metrics[job.result.best_by]
  return [
    job.id.slice(0, BEGINNING),
    job.status,
    job.progress === null ? '' : `${job.progress.step}/${job.progress.train_step}`,
    job.task.name,
    score === undefined ? '' : `${job.result?.best_by ?? ''} ${score.toFixed(4)}`,
    job.name,
  ]
}

async function jobNamed(client: HostClient, given: string): Promise<JobRecord> {
  const found = (await client.call('jobs.list', {})).filter((job) => job.id.startsWith(given))
  const [job] = found
  if (job === undefined) throw usageFailure(`There is no job ${given}; \`albert jobs\` lists them.`)
  if (found.length > 1)
    throw usageFailure(`${given} begins ${found.length} ids; give more of the one you mean.`)
  return job
}
