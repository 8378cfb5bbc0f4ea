// A draft and its files in, a dataset out: a folder with copies of the files and task.json, whole or not there at all.
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { checkSplit } from '../../../engine/data/check-split.ts'
import type { Fault } from '../../../engine/data/fault.ts'
import type { ReadOptions } from '../../../engine/data/lines.ts'
import type { SplitRow } from '../../../engine/data/understand-row.ts'
import { SplitName, type TaskSpec } from '../../../engine/spec/task-spec.ts'
import { HostFailure } from '../../contract/errors.ts'
import type { DatasetRecord } from '../../contract/records.ts'
import { flushFolder } from '../storage/atomic-file.ts'
import { sha256OfFile } from '../storage/file-hash.ts'
import { createBreather } from '../storage/breather.ts'
import { openSink as openFile, type FileSink, type OpenSink } from '../storage/file-sink.ts'
import { storageFailure } from '../storage/storage-failure.ts'
import { TASK_FILE } from './dataset-store.ts'
import { taskInPlace, type DraftFiles } from './draft-task.ts'
import type { SplitCheck } from './check.ts'
import { routeRows, type Route } from './route-rows.ts'
import { stratify } from './stratify.ts'

export type Import = {
  name: string
  origin: DatasetRecord['origin']
  task: TaskSpec
  files: DraftFiles
  /** What `checkFiles` found in them. */
  checks: Partial<Record<SplitName, SplitCheck>>
  dev_share: number
  seed: number
  skip_faulty_rows: boolean
  /** Hears how much of the copies was read again. */
  onBytes?: (bytes: number) => void
  /** Kinds of faults whose rows are left out. */
  skip_faults: readonly string[]
}

/** Where imports in the making lie, inside the folder of all datasets. */
const PARTIAL = '.partial-'
/** What another program left behind goes after this time, in milliseconds. */
const KEPT = 24 * 60 * 60 * 1000

/**
 * @param folder of all datasets
 * @param openSink how files are written; tests give one that fails
 * @throws HostFailure `bad-file` for faulty rows and unreadable files, `disk-full`; the folder is then as it was
 */
export async function importDataset(
  plan: Import,
  folder: string,
  signal: AbortSignal,
  openSink: OpenSink = openFile,
): Promise<DatasetRecord> {
  refuseFaults(plan)
  return makeDataset(plan, folder, async (partial) => {
    await copySplits(plan, partial, signal, openSink)
    return summaries(plan.task, partial, { signal, onBytes: plan.onBytes })
  })
}

/**
 * A folder that appears when all that belongs in it was written.
 * @param fill writes the files of the splits and says what they hold
 * @throws what `fill` throws, and `disk-full`; the folder of all datasets is then as it was
 */
export async function makeDataset(
  { name, origin, task }: Pick<Import, 'name' | 'origin' | 'task'>,
  folder: string,
  fill: (partial: string) => Promise<DatasetRecord['splits']>,
): Promise<DatasetRecord> {
  const id = randomUUID()
  const partial = path.join(folder, `${PARTIAL}${id}`)
  try {
    await mkdir(partial, { recursive: true })
    const splits = await fill(partial)
    const description = `${JSON.stringify(task, undefined, 2)}\n`
    await writeFile(path.join(partial, TASK_FILE), description)
    await flushFolder(partial)
    await rename(partial, path.join(folder, id))
    await flushFolder(folder)
    const version = versionOf(description, splits)
    return { id, name, task, splits, version, origin, available: true, created_at: Date.now() }
  } catch (error) {
    await rm(partial, { recursive: true, force: true }).catch(() => undefined)
    throw storageFailure(error, partial)
  }
}

/** Removes what imports that were killed have left. */
export async function tidyImports(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(PARTIAL) && !name.startsWith('.removed-')) continue
    const found = await stat(path.join(folder, name)).catch(() => undefined)
    if (found !== undefined && Date.now() - found.mtimeMs > KEPT) {
      await rm(path.join(folder, name), { recursive: true, force: true })
    }
  }
}

/** After these nothing can be read, so that no row can be left out. */
const FATAL: readonly string[] = [
  'file-missing',
  'empty-file',
  'missing-column',
  'unclosed-quote',
  'bad-quoting',
  'not-squad',
]

/** Whether a row with these faults is left out; without an error it never is. */
export function isLeftOut(
  faults: readonly Pick<Fault, 'code' | 'severity'>[],
  { skip_faulty_rows, skip_faults }: Pick<Import, 'skip_faulty_rows' | 'skip_faults'>,
): boolean {
  const errors = faults.filter(({ severity }) => severity === 'error')
  return errors.length > 0 && (skip_faulty_rows || errors.every(({ code }) => skip_faults.includes(code)))
}

/** @throws HostFailure `bad-file` for the first fault that is not left out, or where nothing would be left */
export function refuseFaults({
  checks,
  ...skip
}: Pick<Import, 'checks' | 'skip_faulty_rows' | 'skip_faults'>): void {
  for (const split of SplitName.options) {
    const check = checks[split]
    if (check === undefined) continue
    const errors = check.faults.filter(({ severity }) => severity === 'error')
    const fatal = errors.find(({ code }) => FATAL.includes(code))
    const first = fatal ?? errors.find((error) => !isLeftOut([error], skip))
    if (first !== undefined) {
      const others = check.statistics.errors - 1
      const message =
        others === 0 ? first.message : `${first.message} ${others} more rows of this file have faults.`
      throw new HostFailure({
        code: 'bad-file',
        file: first.file,
        line: first.line,
        column: first.column,
        fault: { code: first.code, value: first.value, facts: { ...first.facts, others } },
        message,
      })
    }
    if (check.statistics.examples === 0) {
      const file = errors[0]?.file ?? split
      throw new HostFailure({
        code: 'bad-file',
        file,
        line: null,
        column: null,
        fault: { code: 'nothing-left', value: null, facts: {} },
        message: `${file} has no row without a fault; nothing would be left of it.`,
      })
    }
  }
}

async function copySplits(
  plan: Import,
  partial: string,
  signal: AbortSignal,
  openSink: OpenSink,
): Promise<void> {
  const inPlace = taskInPlace(plan.task, plan.files)
  const makesDev = plan.files.dev === undefined && plan.task.splits.dev !== null
  for (const split of SplitName.options) {
    const file = plan.files[split]
    const target = plan.task.splits[split]
    const check = plan.checks[split]
    if (file === undefined || target === null || check === undefined) continue
    const faulty = check.statistics.errors > 0 // those were refused that are not left out
    const parts = split === 'train' && makesDev ? (['train', 'dev'] as const) : ([split] as const)
    const sinks: Partial<Record<SplitName, FileSink>> = {}
    try {
      for (const part of parts) {
        sinks[part] = await openSink(path.join(partial, plan.task.splits[part]?.file ?? part))
      }
      const sink = sinks[split]
      if (parts.length > 1 || faulty) {
        await routeRows(inPlace, split, routeOf(plan, split, parts.length > 1), sinks, signal)
      } else if (sink !== undefined) {
        for await (const bytes of createReadStream(file.path, { highWaterMark: 1 << 18, signal })) {
          await sink.write(bytes as Buffer)
        }
      }
      for (const part of parts) await sinks[part]?.close()
    } catch (error) {
      for (const sink of Object.values(sinks)) await sink.abandon().catch(() => undefined)
      throw storageFailure(error, file.name)
    }
  }
}

/** Rows without an example have a fault, or the task leaves them out. */
function routeOf(
  { checks, dev_share, seed, task, ...skip }: Import,
  split: SplitName,
  makesDev: boolean,
): Route {
  const statistics = checks[split]?.statistics
  const kept = (row: SplitRow): boolean => !isLeftOut(row.faults, skip)
  if (!makesDev || statistics === undefined) return (row) => (kept(row) ? split : undefined)
  const counts = task.kind === 'regression' ? { '': statistics.examples } : statistics.label_counts
  const isDev = stratify(counts, dev_share, seed)
  return (row) => {
    if (!kept(row)) return undefined
    const label = row.example?.label
    return isDev(typeof label === 'string' ? label : '') ? 'dev' : 'train'
  }
}

/** What the copies hold, read from the copies: a file that changed meanwhile is noticed here. */
async function summaries(
  task: TaskSpec,
  folder: string,
  options: ReadOptions,
): Promise<DatasetRecord['splits']> {
  const breathe = createBreather()
  const splits: DatasetRecord['splits'] = {}
  for (const split of SplitName.options) {
    const source = task.splits[split]
    if (source === null) continue
    const file = path.join(folder, source.file)
    for await (const report of checkSplit(task, split, folder, options)) {
      await breathe()
      if (report.type === 'fault' && report.fault.severity === 'error') {
        const { line, column, message } = report.fault
        throw new HostFailure({
          code: 'bad-file',
          file: source.file,
          line,
          column,
          message: message.replaceAll(file, source.file),
        })
      }
      if (report.type !== 'statistics') continue
      const { examples, label_counts } = report.statistics
      splits[split] = {
        rows: examples,
        label_counts: task.labels === null ? {} : { ...label_counts },
        bytes: (await stat(file)).size,
        sha256: await sha256OfFile(file),
      }
    }
  }
  return splits
}

/** What a dataset holds, as a name: the same files with the same mapping have the same one. */
function versionOf(description: string, splits: DatasetRecord['splits']): string {
  const hash = createHash('sha256').update(description)
  for (const split of SplitName.options) hash.update(splits[split]?.sha256 ?? '-')
  return hash.digest('hex').slice(0, 12)
}
