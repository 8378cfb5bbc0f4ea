// One try of a download: what is here of its files in; the rest fetched, compared with its hashes and installed. Ends whole or with a fault.
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { RemoteFile } from '../../contract/catalogue.ts'
import type { DownloadSettings } from '../../contract/download-settings.ts'
import type { DownloadedFile, DownloadRecord } from '../../contract/downloads.ts'
import { HostFailure } from '../../contract/errors.ts'
import type { Clock } from './clock.ts'
import { NEW_FILE, type DownloadStore, type FileState, type StoredDownload } from './download-store.ts'
import { asFault, TransferFault } from './fault.ts'
import { expectSpace, type FreeSpace } from './free-space.ts'
import type { Locate } from './package-index.ts'
import { proxyFor, type Connection } from './request.ts'
import { createSpeedometer, secondsLeft } from './speed.ts'
import { transfer, type OpenPart } from './transfer.ts'
import { verify } from './verify.ts'

/** What is to be fetched, as the catalogue has it. */
export type DownloadPlan = {
  name: string
  files: readonly RemoteFile[]
  /** Where its unpacked files will lie, and what they will take. */
  unpacked: { folder: string; bytes: number }
}

export type InstallProgress = NonNullable<DownloadRecord['installing']>
export type DownloadResult = NonNullable<DownloadRecord['result']>

/** Makes of the fetched files what they are for; they may be gone afterwards. @throws HostFailure, and nothing was made then */
export type Install = (
  record: DownloadRecord,
  files: readonly string[],
  options: { signal: AbortSignal; onProgress: (progress: InstallProgress) => void },
) => Promise<DownloadResult>

export type ExecutionParts = {
  store: DownloadStore
  /** Of all downloads. */
  folder: string
  settings: () => DownloadSettings
  locate: Locate
  install: Install
  clock: Clock
  freeSpace: FreeSpace
  /** Milliseconds between two notes of how far it is. */
  flush: number
  openPart?: OpenPart
  ca?: string
}

/**
 * Changes the download, as long as this host works on it: `owned` also in the moment between a pause and the end of the work.
 * @throws when it does not any more: somebody paused or removed it
 */
export type Report = (
  change: (download: StoredDownload) => Partial<Pick<StoredDownload, 'record' | 'files'>>,
  options?: { safety?: 'durable' | 'swift'; while?: 'working' | 'owned' },
) => void

/** @throws TransferFault; `signal.aborted` says whether it was asked to end */
export async function execute(
  { record: { id } }: StoredDownload,
  plan: DownloadPlan,
  parts: ExecutionParts,
  report: Report,
  signal: AbortSignal,
): Promise<DownloadResult> {
  const folder = path.join(parts.folder, id)
  const asked = { host: '' } // the last host that was asked for something
  try {
    await mkdir(folder, { recursive: true })
    const paths: string[] = []
    for (const [index, file] of plan.files.entries()) {
      const at = { index, file, path: path.join(folder, file.name) }
      await fetchFile(id, at, asked, plan, parts, report, signal)
      paths.push(at.path)
    }
    return await installFiles(id, paths, parts, report, signal)
  } catch (error) {
    throw asFault(error, { host: asked.host, folder })
  }
}

type Place = { index: number; file: RemoteFile; path: string }

async function fetchFile(
  id: string,
  { index, file, path: whole }: Place,
  asked: { host: string },
  plan: DownloadPlan,
  parts: ExecutionParts,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock } = parts
  const part = `${whole}.part`
  const { record, files } = store.get(id)
  if (record.files[index]?.sha256 != null && (await sizeOf(whole)) > 0) return
  const state = files[index] ?? NEW_FILE
  // What a power cut left behind may be shorter than what was noted, and longer where the rest never reached the disk.
  const from = Math.min(state.durable, await sizeOf(part))
  const connection: Connection = {
    clock,
    signal,
    proxyFor: (url) => {
      asked.host = url.host
      return proxyFor(url, parts.settings().proxy)
    },
    ...(parts.ca !== undefined && { ca: parts.ca }),
  }
  const address = await parts.locate(file, connection)
  const meter = createSpeedometer()
  let told = -Infinity
  const bytes = await transfer(
    { file, address, part, from, known: state.source, ...(parts.openPart && { openPart: parts.openPart }) },
    connection,
    {
      onStart: async (source, start) => {
        report(({ record, files }) => ({
          record: withFile({ ...record, fault: null }, index, {
            bytes_total: source.total ?? file.bytes,
            bytes_done: start,
          }),
          files: withState(files, index, { source, durable: start }),
        }))
        await expectSpace(needs(store.get(id).record, plan, parts.folder), parts.freeSpace)
      },
      onBytes: (done) => {
        const now = clock.now()
        meter.add(now, done)
        if (now - told < parts.flush) return
        told = now
        report(
          ({ record }) => ({
            record: withSpeed(withFile(record, index, { bytes_done: done }), meter.speed()),
          }),
          { safety: 'swift' },
        )
      },
      onDurable: (done) =>
        report(
          ({ record, files }) => ({
            record: withFile(record, index, { bytes_done: done }),
            files: withState(files, index, { durable: done }),
          }),
          { safety: 'swift', while: 'owned' },
        ),
    },
  )
  report(({ record }) => ({
    record: withSpeed(
      withFile({ ...record, status: 'verifying' }, index, { bytes_total: bytes, bytes_done: bytes }),
      null,
    ),
  }))
  const { source } = store.get(id).files[index] ?? NEW_FILE
  const verified = await verify(part, file, source, store.knownHash(file.url), signal).catch(
    async (error: unknown) => {
      if (error instanceof TransferFault && error.retry === 'fresh') await rm(part, { force: true })
      throw error
    },
  )
  await rename(part, whole)
  report(({ record }) => ({ record: withFile({ ...record, status: 'downloading' }, index, verified) }))
}

async function installFiles(
  id: string,
  paths: readonly string[],
  { store, folder, clock, flush, install }: ExecutionParts,
  report: Report,
  signal: AbortSignal,
): Promise<DownloadResult> {
  report(({ record }) => ({ record: { ...record, status: 'installing' } }))
  const { record } = store.get(id)
  let told = -Infinity
  let phase = ''
  const onProgress = (installing: InstallProgress): void => {
    const now = clock.now()
    if (now - told < flush && installing.phase === phase) return
    told = now
    phase = installing.phase
    report(({ record }) => ({ record: { ...record, installing } }), { safety: 'swift' })
  }
  try {
    const result = await install(record, paths, { signal, onProgress })
    for (const { url, sha256, verified_by } of record.files)
      if (verified_by === 'first-use' && sha256 !== null) store.rememberHash(url, sha256)
    return result
  } catch (error) {
    if (signal.aborted || !(error instanceof HostFailure) || error.error.code === 'disk-full') throw error
    // Files that are what was published stay; others may have been damaged on the way and are fetched again.
    const isSuspect = record.files.some(({ verified_by }) => verified_by === 'first-use')
    if (isSuspect && error.error.code === 'bad-file') {
      await rm(path.join(folder, id), { recursive: true, force: true })
      report(({ record, files }) => ({
        record: { ...record, files: record.files.map((file) => ({ ...file, ...NOT_HERE })) },
        files: files.map(() => NEW_FILE),
      }))
    }
    throw new TransferFault('archive', { message: error.message }, 'never', {
      cause: error,
      said: error.error.fault,
    })
  }
}

const NOT_HERE = { bytes_done: 0, sha256: null, verified_by: null }

/** What starts from its first byte again. */
export function voided(
  download: StoredDownload,
  host_files: readonly FileState[],
): Pick<StoredDownload, 'record' | 'files'> {
  const files = host_files.map((state, index) =>
    download.record.files[index]?.sha256 == null ? { ...NEW_FILE, restarts: state.restarts + 1 } : state,
  )
  const shown = download.record.files.map((file) => (file.sha256 === null ? { ...file, ...NOT_HERE } : file))
  return { record: { ...download.record, files: shown }, files }
}

/** What has to fit: the rest of every file whose length is known, and what comes out of them. */
function needs({ files }: DownloadRecord, { unpacked }: DownloadPlan, folder: string) {
  const rest = files.reduce(
    (sum, { bytes_total, bytes_done }) => sum + Math.max(0, (bytes_total ?? 0) - bytes_done),
    0,
  )
  return [{ folder, bytes: rest }, unpacked]
}

function withFile(record: DownloadRecord, index: number, part: Partial<DownloadedFile>): DownloadRecord {
  return { ...record, files: record.files.map((file, at) => (at === index ? { ...file, ...part } : file)) }
}

function withSpeed(record: DownloadRecord, bytes_per_second: number | null): DownloadRecord {
  const lengths = record.files.map(({ bytes_total }) => bytes_total)
  const total = lengths.every((length) => length !== null) ? sum(lengths) : null
  const left = total === null ? null : total - sum(record.files.map(({ bytes_done }) => bytes_done))
  return { ...record, bytes_per_second, eta_seconds: secondsLeft(left, bytes_per_second) }
}

function withState(files: readonly FileState[], index: number, part: Partial<FileState>): FileState[] {
  return files.map((state, at) => {
    if (at !== index) return state
    const next = { ...state, ...part }
    return { ...next, furthest: Math.max(next.furthest, next.durable) }
  })
}

function sum(numbers: readonly (number | null)[]): number {
  return numbers.reduce((total: number, one) => total + (one ?? 0), 0)
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  )
}
