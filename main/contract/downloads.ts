// A download as the host keeps it and the window shows it: how far it is, what keeps it, what came of it.
import { z } from 'zod'
import { Benchmark, CatalogueModel } from './catalogue.ts'
import { SaidFault } from './errors.ts'
import { FileRef } from './transport.ts'

export const DownloadId = z.string().min(1)

/** What is fetched: a line of the catalogue of models (or one of its hub modules), of benchmark data, or a runtime of the engine. */
export const DownloadItem = z.object({
  kind: z.enum(['model', 'dataset', 'runtime']),
  item_id: z.string().min(1),
})
export type DownloadItem = z.infer<typeof DownloadItem>

/**
 * `queued`: waits for its turn; `downloading`; `waiting`: tries again at `next_try_at`; `verifying`: what arrived is compared
 * with its hash; `installing`: it is unpacked and checked; `paused`, `failed`: by a person, by its fault; `done`.
 */
export const DownloadStatus = z.enum([
  'queued',
  'downloading',
  'waiting',
  'paused',
  'verifying',
  'installing',
  'done',
  'failed',
])
export type DownloadStatus = z.infer<typeof DownloadStatus>

/** The closed list of what can go wrong on the way; the words for each stand in the window's language files. */
export const DownloadFaultCode = z.enum([
  'offline',
  'no-address',
  'unreachable',
  'dropped',
  'stalled',
  'certificate',
  'proxy',
  'proxy-kind',
  'busy',
  'server-error',
  'not-found',
  'forbidden',
  'refused',
  'redirect',
  'too-many-redirects',
  'insecure-address',
  'no-index',
  'not-listed',
  'portal',
  'wrong-format',
  'wrong-range',
  'wrong-length',
  'keeps-changing',
  'wrong-hash',
  'changed-since',
  'no-space',
  'disk-full',
  'disk',
  'archive',
  'internal',
])
export type DownloadFaultCode = z.infer<typeof DownloadFaultCode>

export const DownloadFault = z.object({
  code: DownloadFaultCode,
  /** The values that the sentence names. */
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
  /** The sentence in English: what, where, what next. */
  message: z.string(),
  /** Of a fault that another part found, which of its sentences it is. */
  said: SaidFault.optional(),
})
export type DownloadFault = z.infer<typeof DownloadFault>

export const DownloadedFile = z.object({
  name: z.string(),
  /** The official address, which a mirror may serve; for a wheel its package URL, as in `pkg:pypi/tensorflow@2.21.0`. */
  url: z.string(),
  /** Null until the server has said it. */
  bytes_total: z.number().nullable(),
  bytes_done: z.number(),
  /** Of the whole file, once it is here. */
  sha256: z.string().nullable(),
  /** What its hash was compared with; `first-use`: nothing was published, so it is remembered for the next time. */
  verified_by: z.enum(['catalogue', 'server', 'first-use']).nullable(),
})
export type DownloadedFile = z.infer<typeof DownloadedFile>

export const DownloadRecord = DownloadItem.extend({
  id: DownloadId,
  name: z.string(),
  status: DownloadStatus,
  files: z.array(DownloadedFile),
  /** By the last seconds; null while nothing arrives. */
  bytes_per_second: z.number().nullable(),
  eta_seconds: z.number().nullable(),
  /** Milliseconds since 1970. */
  next_try_at: z.number().nullable(),
  /** Tries in a row that brought nothing. */
  tries: z.int(),
  /** Why it waits, or failed. */
  fault: DownloadFault.nullable(),
  /** How far unpacking and checking are; `total` null where that is not known. */
  installing: z.object({ phase: z.string(), done: z.number(), total: z.number().nullable() }).nullable(),
  /** What came of it. */
  result: z
    .discriminatedUnion('made', [
      z.object({ made: z.literal('model'), model_id: z.string() }),
      z.object({ made: z.literal('runtime'), runtime_id: z.string() }),
      z.object({ made: z.literal('folder'), folder: z.string(), files: z.array(z.string()) }),
    ])
    .nullable(),
  created_at: z.number(),
  ended_at: z.number().nullable(),
})
export type DownloadRecord = z.infer<typeof DownloadRecord>

type Fresh = Pick<DownloadRecord, 'id' | 'kind' | 'item_id' | 'name' | 'created_at'>

/** A download of which nothing is here yet. @param files what it is to bring; `bytes` null where only the server knows */
export function freshDownload(
  known: Fresh,
  files: readonly { name: string; url: string; bytes: number | null }[],
): DownloadRecord {
  return {
    ...known,
    status: 'queued',
    files: files.map(({ name, url, bytes }) => ({
      name,
      url,
      bytes_total: bytes,
      bytes_done: 0,
      sha256: null,
      verified_by: null,
    })),
    bytes_per_second: null,
    eta_seconds: null,
    next_try_at: null,
    tries: 0,
    fault: null,
    installing: null,
    result: null,
    ended_at: null,
  }
}

const OneDownload = z.object({ download_id: DownloadId })

export const downloadMethods = {
  /** What can be fetched. */
  'catalogue.models': { input: z.object({}), output: z.array(CatalogueModel) },
  'catalogue.benchmarks': { input: z.object({}), output: z.array(Benchmark) },
  'downloads.list': { input: z.object({}), output: z.array(DownloadRecord) },
  /** Starts one, or goes on with the one that there is of this item. */
  'downloads.start': { input: DownloadItem, output: DownloadRecord },
  'downloads.pause': { input: OneDownload, output: DownloadRecord },
  /** Goes on with what was paused or failed, and at once with what waits for its next try. */
  'downloads.resume': { input: OneDownload, output: DownloadRecord },
  /** Hands over the folder of a benchmark that was fetched, as a dropped one. */
  'downloads.open': { input: OneDownload, output: FileRef },
  /** Stops it and takes it off the list, with what had arrived; what was installed stays. */
  'downloads.remove': { input: OneDownload, output: z.object({}) },
} as const

export const downloadEvents = {
  'download.changed': DownloadRecord,
  'download.removed': OneDownload,
} as const
