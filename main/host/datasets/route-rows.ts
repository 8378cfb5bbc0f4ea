// A file and where each of its rows goes, in; files with those rows out, byte for byte as they were, each with the header.
import { splitParts } from '../../../engine/data/split-rows.ts'
import type { SplitRow } from '../../../engine/data/understand-row.ts'
import type { SplitName, TaskSpec } from '../../../engine/spec/task-spec.ts'
import { createBreather } from '../storage/breather.ts'
import type { FileSink } from '../storage/file-sink.ts'
import { openRawLines } from './raw-lines.ts'

/** Where a row goes; undefined: it is left out. */
export type Route = (row: SplitRow) => SplitName | undefined

/**
 * Rows are copied by their lines and stay in their order, so that the memory this takes does not grow with the file, and only
 * the last line of an output can lack its end, as the file's own last line may.
 * @param task reads `split` where the file lies now
 * @throws the system's error; an AbortError once the signal is aborted
 */
export async function routeRows(
  task: TaskSpec,
  split: SplitName,
  route: Route,
  sinks: Partial<Record<SplitName, FileSink>>,
  signal: AbortSignal,
): Promise<void> {
  const source = task.splits[split]
  if (source === null) return
  const lines = await openRawLines(source.file, task.format.encoding)
  const breathe = createBreather()
  const copy = async (before: number, to: readonly FileSink[]): Promise<void> => {
    for await (const pieces of lines.until(before)) {
      for (const bytes of pieces) {
        for (const sink of to) {
          const written = sink.write(bytes)
          if (written !== undefined) await written
        }
      }
      await breathe()
    }
  }
  try {
    let goes: SplitName | undefined
    let to: readonly FileSink[] = Object.values(sinks) // what stands before the first row is the header
    let is_header = true
    for await (const rows of splitParts(task, split, '', { signal })) {
      for (const row of rows) {
        const next = route(row)
        if (next === goes && !is_header) continue
        await copy(row.line, to)
        is_header = false
        goes = next
        const sink = next === undefined ? undefined : sinks[next]
        to = sink === undefined ? [] : [sink]
      }
      await breathe()
    }
    await copy(Number.POSITIVE_INFINITY, to)
  } finally {
    await lines.close()
  }
}
