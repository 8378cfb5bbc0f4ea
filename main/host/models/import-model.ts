// An archive or a folder in, a model in the store out: unpacked, recognised, checked, and there whole or not at all.
import type { GeluReading } from '../../../engine/spec/model-report.ts'
import type { ModelRecord } from '../../contract/records.ts'

export type ImportProgress = {
  phase: 'unpacking' | 'reading' | 'checking' | 'probing'
  /** In bytes; `total` null where that is not known. */
  done: number
  total: number | null
}

export type ImportOptions = {
  /** By default the name of the archive or the folder. */
  name?: string
  /** The line of the catalogue that the files were fetched for. */
  catalogue_id?: string
  gelu?: GeluReading
  signal?: AbortSignal
  onProgress?: (progress: ImportProgress) => void
}

/**
 * `source` is an archive (.tar.gz, .tgz, .tar) or a folder, told apart by what they hold; it is left as it is.
 * @throws HostFailure `bad-file` naming what is wrong or missing, `disk-full`; nothing is left in the store then
 */
export type ImportModel = (source: string, options?: ImportOptions) => Promise<ModelRecord>
