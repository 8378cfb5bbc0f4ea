// A task and the name of a split in, its rows understood out: each an example, or what is wrong with it in words.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { EngineFailure } from '../spec/errors.ts'
import type { SplitFile, SplitName, TaskSpec } from '../spec/task-spec.ts'
import { readReason } from '../text/read-reason.ts'
import { findColumns } from './columns.ts'
import type { ReadOptions } from './lines.ts'
import { readTableParts } from './table.ts'
import { trimmer } from './trim-cells.ts'
import { rowReader } from './understand-row.ts'
import type { SplitRow } from './understand-row.ts'
import { say } from '../spec/sentences.ts'
import { saidFault } from './fault.ts'

/**
 * Reads a split a few hundred rows at a time; the header is consumed.
 * @param data_dir the folder that the task's file names start from
 * @param options.any_label takes every label that is not empty as it stands
 * @throws EngineFailure for what is wrong with the file as a whole: it is missing or empty, or lacks a column
 */
export async function* splitParts(
  task: TaskSpec,
  split: SplitName,
  data_dir: string,
  { any_label = false, ...options }: ReadOptions & { any_label?: boolean } = {},
): AsyncGenerator<SplitRow[]> {
  const source = sourceOf(task, split)
  const path = join(data_dir, source.file)
  await demandFile(path, task, split)
  const reader = (header: string[] | null) =>
    rowReader(task, split, source, findColumns(source, header), any_label)
  let understand = source.header ? null : reader(null)
  const trim = trimmer(task.format)
  let rows = 0
  for await (const part of readTableParts(path, task.format, options)) {
    const understood: SplitRow[] = []
    for (const row of part) {
      if (understand === null) understand = reader(row.cells)
      else understood.push(understand(trim(row)))
    }
    rows += understood.length
    yield understood
  }
  if (rows === 0) throw emptyFile(source, understand !== null)
}

function sourceOf(task: TaskSpec, split: SplitName): SplitFile {
  const source = task.splits[split]
  if (source !== null) return source
  const said = say('run-lacks-split', { task: task.name, split })
  throw new EngineFailure({ code: 'bad-config', field: `splits.${split}`, ...said })
}

async function demandFile(path: string, task: TaskSpec, split: SplitName): Promise<void> {
  const problem = await stat(path).then(
    (found) => (found.isFile() ? null : 'it is not a file'),
    (error: unknown) => readReason(error),
  )
  if (problem === null) return
  const message = `The ${split} file of ${task.name} cannot be read: ${path} (${problem}). Put it back, or choose the folder that holds it.`
  throw new EngineFailure({ code: 'file-missing', file: path, message, fault: saidFault('file-missing') })
}

function emptyFile({ file, header }: SplitFile, read: boolean): EngineFailure {
  const said = say(header && read ? 'file-without-rows' : 'file-empty', { file })
  return new EngineFailure({ code: 'empty-file', file, ...said })
}
