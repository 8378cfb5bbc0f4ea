// A task and the name of a split in, everything that is wrong with the file out, then what was counted on the way.
import { EngineFailure } from '../spec/errors.ts'
import type { ColumnRef, SplitName, TaskSpec } from '../spec/task-spec.ts'
import type { Fault } from './fault.ts'
import { splitRows } from './split-rows.ts'
import type { SplitRow } from './understand-row.ts'

export type SplitStatistics = {
  /** Rows of the file, header left out. */
  rows: number
  /** Rows that can be trained on. */
  examples: number
  label_counts: Record<string, number>
  /** Examples with one empty text of two. */
  empty_texts: number
  skipped_rows: number
  errors: number
  warnings: number
  /** Errors and warnings of each kind. */
  code_counts: Record<string, number>
}

export type SplitReport =
  { type: 'fault'; fault: Fault } | { type: 'statistics'; statistics: SplitStatistics }

/**
 * Reads a split to its end. At most `limit` faults are told one by one, all are counted; the statistics are the last value.
 * What is wrong with the file as a whole is a fault too, so that nothing is thrown but an AbortError.
 */
export async function* checkSplit(
  task: TaskSpec,
  split: SplitName,
  data_dir: string,
  { limit = 1000, signal }: { limit?: number; signal?: AbortSignal | undefined } = {},
): AsyncGenerator<SplitReport> {
  const statistics: SplitStatistics = {
    rows: 0,
    examples: 0,
    label_counts: Object.create(null) as Record<string, number>,
    empty_texts: 0,
    skipped_rows: 0,
    errors: 0,
    warnings: 0,
    code_counts: Object.create(null) as Record<string, number>,
  }
  const count = (faults: Fault[]): Fault[] => {
    const room = Math.max(0, limit - statistics.errors - statistics.warnings)
    for (const { severity, code } of faults) {
      statistics[severity === 'error' ? 'errors' : 'warnings']++
      statistics.code_counts[code] = (statistics.code_counts[code] ?? 0) + 1
    }
    return faults.slice(0, room)
  }
  const repeated = guidWatch(task.splits[split]?.columns.guid ?? null)
  try {
    for await (const row of splitRows(task, split, data_dir, signal)) {
      countRow(row, statistics)
      for (const fault of count([...row.faults, ...repeated(row, task.splits[split]?.file ?? '')]))
        yield { type: 'fault', fault }
    }
  } catch (error) {
    for (const fault of count([wholeFileFault(error)])) yield { type: 'fault', fault }
  }
  yield { type: 'statistics', statistics }
}

function countRow({ example, faults, skipped }: SplitRow, statistics: SplitStatistics): void {
  statistics.rows++
  if (skipped !== null) statistics.skipped_rows++
  if (example === null) return
  statistics.examples++
  if (faults.some(({ code }) => code === 'empty-text')) statistics.empty_texts++
  if (typeof example.label === 'string') {
    statistics.label_counts[example.label] = (statistics.label_counts[example.label] ?? 0) + 1
  }
}

function guidWatch(guid: ColumnRef | null): (row: SplitRow, file: string) => Fault[] {
  const seen = new Map<string, number>()
  return ({ example, line }, file) => {
    if (guid === null || example === null) return []
    const first = seen.get(example.guid)
    if (first === undefined) {
      seen.set(example.guid, line)
      return []
    }
    const value = example.guid.slice(0, 200)
    const message = `${file} line ${line} has the id ${JSON.stringify(value)}, as line ${first} has. Predictions of the two cannot be told apart.`
    return [{ code: 'duplicate-guid', severity: 'warning', file, line, column: String(guid), value, message }]
  }
}

function wholeFileFault(error: unknown): Fault {
  if (!(error instanceof EngineFailure)) throw error
  const { error: facts } = error
  const base = { severity: 'error' as const, value: null, message: facts.message, line: null, column: null }
  switch (facts.code) {
    case 'bad-row':
      return { ...base, code: 'missing-column', file: facts.file, line: facts.line, column: facts.column }
    case 'empty-file':
    case 'file-missing':
      return { ...base, code: facts.code, file: facts.file }
    default:
      throw error
  }
}
