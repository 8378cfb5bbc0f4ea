// A file that the person handed over in, the same as a table out: a JSON list as its objects one a line, every other file as it is.
import type { KnownFile, KnownFiles } from '../uploads/known-files.ts'
import type { Aside } from './aside.ts'
import { isJsonList } from './json-list.ts'

/** @throws HostFailure `not-found`; `bad-file` with the line at which the JSON breaks off */
export type AsTable = (file_id: string) => Promise<KnownFile>

export function createAsTable(files: KnownFiles, aside: Aside, closing: AbortSignal): AsTable {
  return async (file_id) => {
    const file = files.get(file_id)
    if (!(await isJsonList(file))) return file
    const { bytes } = await files.measure(file_id)
    const watch = { bytes, signal: closing, onBytes: () => undefined }
    return files.derive(file_id, (target) => aside('write-json-lines', { file, target }, watch))
  }
}
