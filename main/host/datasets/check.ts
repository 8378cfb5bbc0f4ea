// A task and its files in, all that is wrong with them and what they hold out. Long files are read without holding up the host.
import { checkSplit, type CheckOptions, type SplitStatistics } from '../../../engine/data/check-split.ts'
import type { Fault } from '../../../engine/data/fault.ts'
import { SplitName, type TaskSpec } from '../../../engine/spec/task-spec.ts'
import type { MethodOutput } from '../../contract/host.ts'
import { createBreather } from '../storage/breather.ts'
import { storageFailure } from '../storage/storage-failure.ts'
import { taskInPlace, type DraftFiles } from './draft-task.ts'

export type Check = MethodOutput<'datasets.check'>
export type SplitCheck = {
  /** Of the file, as the window knows it. */
  name: string
  faults: Fault[]
  statistics: SplitStatistics
}

export const FAULTS_TOLD = 1000

/** @throws what node:fs throws, as a HostFailure; an AbortError once the signal is aborted */
export async function checkFiles(
  task: TaskSpec,
  files: DraftFiles,
  signal: AbortSignal,
): Promise<Partial<Record<SplitName, SplitCheck>>> {
  const checks: Partial<Record<SplitName, SplitCheck>> = {}
  for (const split of SplitName.options) {
    const check = await checkFile(task, split, files, { signal })
    if (check !== undefined) checks[split] = check
  }
  return checks
}

/** @returns undefined where the split has no file. @throws as `checkFiles` */
export async function checkFile(
  task: TaskSpec,
  split: SplitName,
  files: DraftFiles,
  options: Omit<CheckOptions, 'limit'>,
): Promise<SplitCheck | undefined> {
  const file = files[split]
  if (file === undefined) return undefined
  const breathe = createBreather()
  const faults: Fault[] = []
  try {
    const inPlace = taskInPlace(task, files)
    for await (const report of checkSplit(inPlace, split, '', { ...options, limit: FAULTS_TOLD })) {
      await breathe()
      if (report.type === 'fault') faults.push(named(report.fault, file.path, file.name))
      else if (report.type === 'statistics') return { name: file.name, faults, statistics: report.statistics }
    }
  } catch (error) {
    throw storageFailure(error, file.name)
  }
  return undefined
}

/** The checks of all splits as the window sees them. */
export function summarize(task: TaskSpec, checks: Partial<Record<SplitName, SplitCheck>>): Check {
  const summary: Check = {
    faults: [],
    fault_count: 0,
    code_counts: {},
    rows: {},
    label_counts: {},
    labels: task.labels ?? [],
  }
  for (const split of SplitName.options) {
    const check = checks[split]
    if (check === undefined) continue
    const { faults, statistics } = check
    for (const fault of faults) summary.faults.push({ split, ...fault })
    summary.fault_count += statistics.errors + statistics.warnings
    for (const [code, count] of Object.entries(statistics.code_counts)) {
      summary.code_counts[code] = (summary.code_counts[code] ?? 0) + count
    }
    summary.rows[split] = statistics.rows
    summary.label_counts[split] = { ...statistics.label_counts }
  }
  summary.faults = summary.faults.slice(0, FAULTS_TOLD)
  return summary
}

/** The window knows a file by its name. */
function named(fault: Fault, path: string, name: string): Fault {
  return { ...fault, file: name, message: fault.message.replaceAll(path, name) }
}
