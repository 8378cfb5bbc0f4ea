// A queued job in, its finished record out; on the way its progress stands on standard error, and Ctrl-C saves it.
import type { HostClient } from '../contract/host.ts'
import type { JobRecord, JobStatus } from '../contract/records.ts'
import { CommandFailure, EXIT } from './failure.ts'
import type { ProgressScreen } from './progress-screen.ts'
import { progressScreen } from './progress-screen.ts'

const ENDED: ReadonlySet<JobStatus> = new Set(['done', 'failed', 'cancelled', 'paused', 'interrupted'])

/** @throws CommandFailure with the reason when the job failed, or 130 when it was interrupted */
export async function followJob(client: HostClient, job: JobRecord): Promise<JobRecord> {
  const screen = progressScreen(process.stderr)
  const ended = new Promise<JobRecord>((resolve) => {
    const look = (record: JobRecord): void => {
      if (record.id !== job.id) return
      screen.changed(record)
      if (ENDED.has(record.status)) resolve(record)
    }
    client.on('job.changed', look)
    client.on('job.progress', (news) => {
      if (news.job_id === job.id) screen.progressed(news)
    })
    client.on('job.log', ({ job_id, lines }) => {
      if (job_id !== job.id) return
      for (const line of lines) if (line.level !== 'info') screen.say(line.message)
    })
    look(job)
  })
  const stopListening = pauseOnSignal(client, job, screen)
  try {
    return outcome(await ended)
  } finally {
    stopListening()
    screen.end()
  }
}

function outcome(record: JobRecord): JobRecord {
  const step = record.progress?.step ?? 0
  switch (record.status) {
    case 'done':
      return record
    case 'failed':
      throw new CommandFailure(record.error?.message ?? `${record.name} failed; its log has more.`)
    case 'cancelled':
      throw new CommandFailure(`${record.name} was cancelled at step ${step}.`)
    default:
      throw new CommandFailure(
        `Saved at step ${step}. Go on with: albert jobs resume ${record.id}`,
        EXIT.interrupted,
      )
  }
}

/** The first signal saves; the second ends the program where it stands, and the next start finds the job interrupted. */
function pauseOnSignal(client: HostClient, job: JobRecord, screen: ProgressScreen): () => void {
  let asked = false
  const onSignal = (): void => {
    if (asked) process.exit(EXIT.interrupted)
    asked = true
    screen.say('Saving at the next step … (once more ends at once)')
    client.call('jobs.pause', { job_id: job.id }).catch((cause: unknown) => screen.say(String(cause)))
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return () => {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}
