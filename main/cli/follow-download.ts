// An item of the catalogue in, its finished download out; how far it is stands on standard error, and Ctrl-C pauses it.
import type { DownloadItem, DownloadRecord } from '../contract/downloads.ts'
import type { HostClient } from '../contract/host.ts'
import { CommandFailure, EXIT } from './failure.ts'
import { renewingLine } from './renewing-line.ts'

const PLAIN_EVERY = 10_000

/** @throws CommandFailure with the reason when it failed, or 130 when it was interrupted */
export async function followDownload(client: HostClient, item: DownloadItem): Promise<DownloadRecord> {
  const line = renewingLine(process.stderr)
  const spoken = { status: '', at: 0 }
  const show = (record: DownloadRecord): void => {
    const text = downloadLine(record)
    if (line.live) line.renew(text)
    else if (record.status !== spoken.status || Date.now() - spoken.at >= PLAIN_EVERY) {
      Object.assign(spoken, { status: record.status, at: Date.now() })
      line.say(text)
    }
  }
  const started = await client.call('downloads.start', item)
  const pause = (): void => {
    client
      .call('downloads.pause', { download_id: started.id })
      .catch((cause: unknown) => line.say(String(cause)))
  }
  process.on('SIGINT', pause)
  process.on('SIGTERM', pause)
  try {
    return outcome(
      await new Promise<DownloadRecord>((resolve, reject) => {
        const look = (record: DownloadRecord): void => {
          if (record.id !== started.id) return
          show(record)
          if (['done', 'failed', 'paused'].includes(record.status)) resolve(record)
        }
        client.on('download.changed', look)
        client.on('download.removed', ({ download_id }) => {
          if (download_id === started.id)
            reject(new CommandFailure(`The download of ${started.name} was removed.`))
        })
        look(started)
      }),
    )
  } finally {
    process.off('SIGINT', pause)
    process.off('SIGTERM', pause)
    line.end()
  }
}

function outcome(record: DownloadRecord): DownloadRecord {
  if (record.status === 'done') return record
  if (record.status === 'failed')
    throw new CommandFailure(record.fault?.message ?? `${record.name} could not be fetched.`)
  const message = `${record.name} is paused with what has arrived; the same command goes on.`
  throw new CommandFailure(message, EXIT.interrupted)
}

/** As in `downloading 12.0 of 43.2 MB (28 %), 5.1 MB/s, 6 s left`. */
export function downloadLine(record: DownloadRecord): string {
  const { status, files, bytes_per_second, eta_seconds, fault, installing } = record
  const done = files.reduce((sum, { bytes_done }) => sum + bytes_done, 0)
  const total = files.every(({ bytes_total }) => bytes_total !== null)
    ? files.reduce((sum, { bytes_total }) => sum + (bytes_total ?? 0), 0)
    : null
  if (status === 'installing' && installing !== null) {
    const share =
      installing.total === null ? '' : ` ${Math.round((100 * installing.done) / installing.total)} %`
    return `${installing.phase}${share}`
  }
  if (status === 'waiting' && fault !== null) return `waiting: ${fault.message}`
  const parts = [
    total === null
      ? `${status} ${megabytes(done)} MB`
      : `${status} ${megabytes(done)} of ${megabytes(total)} MB (${Math.floor((100 * done) / Math.max(1, total))} %)`,
    bytes_per_second === null ? null : `${megabytes(bytes_per_second)} MB/s`,
    eta_seconds === null ? null : `${Math.ceil(eta_seconds)} s left`,
  ]
  return parts.filter((part) => part !== null).join(', ')
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}
