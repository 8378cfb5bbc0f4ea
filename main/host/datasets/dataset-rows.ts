// A dataset's folder and a split in, its first rows as a table out, whatever form its files have.
import path from 'node:path'
import { readRace } from '../../../engine/data/race/read-race.ts'
import { readSquad } from '../../../engine/data/squad/read-squad.ts'
import { readTable } from '../../../engine/data/table.ts'
import type { SplitName, TaskSpec } from '../../../engine/spec/task-spec.ts'

export type Rows = { columns: string[]; rows: { line: number; cells: string[] }[] }

/** @throws what node:fs throws; EngineFailure for a file that cannot be used */
export async function rowsOf(
  task: TaskSpec,
  split: SplitName,
  folder: string,
  limit: number,
  signal: AbortSignal,
): Promise<Rows> {
  const source = task.splits[split]
  if (source === null) return { columns: [], rows: [] }
  const file = path.join(folder, source.file)
  switch (task.kind) {
    case 'extractive-qa':
      return answeredRows(file, limit)
    case 'multiple-choice':
      return offeredRows(file, task.labels ?? [], limit, signal)
    case 'classification':
    case 'regression':
      return tableRows(file, task, source.header, limit, signal)
  }
}

/** @throws as `rowsOf` */
export async function answeredRows(file: string, limit: number): Promise<Rows> {
  const questions = (await readSquad(file, { training: false })).slice(0, limit)
  const rows = questions.map(({ id, question, context, answers }, index) => ({
    line: index + 1,
    cells: [id, question, context, answers.map(({ text }) => text).join(' | ')],
  }))
  return { columns: ['id', 'question', 'context', 'answers'], rows }
}

/** @throws as `rowsOf` */
export async function offeredRows(
  source: string,
  letters: readonly string[],
  limit: number,
  signal: AbortSignal,
): Promise<Rows> {
  const rows: Rows['rows'] = []
  for await (const { id, context, question, options, label } of readRace(source, {
    choices: letters.length,
    signal,
  })) {
    const right = label === null ? '' : (letters[label] ?? '')
    rows.push({ line: rows.length + 1, cells: [id, context, question, ...options, right] })
    if (rows.length >= limit) break
  }
  return { columns: ['id', 'article', 'question', ...letters, 'answer'], rows }
}

async function tableRows(
  file: string,
  { format }: TaskSpec,
  header: boolean,
  limit: number,
  signal: AbortSignal,
): Promise<Rows> {
  let columns: string[] = []
  const rows: Rows['rows'] = []
  for await (const { cells, line, index } of readTable(file, format, { signal })) {
    if (index === 0 && header) columns = cells
    else rows.push({ line, cells })
    if (rows.length >= limit) break
  }
  const width = rows.reduce((most, { cells }) => Math.max(most, cells.length), columns.length)
  const named = Array.from(
    { length: width },
    (_, position) => columns[position]?.trim() || `column ${position + 1}`,
  )
  return { columns: named, rows }
}
