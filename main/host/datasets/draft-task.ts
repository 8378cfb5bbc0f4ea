// A draft of the mapping dialog and its files in, the task that describes the dataset out.
import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { z } from 'zod'
import { readTable } from '../../../engine/data/table.ts'
import {
  SplitName,
  Columns,
  type MetricName,
  type SplitFile,
  TaskSpec,
} from '../../../engine/spec/task-spec.ts'
import { mnli } from '../../../engine/tasks/mnli.ts'
import { taskNamed } from '../../../engine/tasks/index.ts'
import { HostFailure, type FaultFacts } from '../../contract/errors.ts'
import { say, type SentenceCode } from '../../contract/sentences.ts'
import type { MethodParsedInput } from '../../contract/host.ts'
import { slug } from '../jobs/command-line.ts'
import type { KnownFile } from '../uploads/known-files.ts'

export type Draft = MethodParsedInput<'datasets.check'>
export type DraftFiles = Partial<Record<SplitName, KnownFile>>

/**
 * The task of a draft of labelled texts: one of the person's own, or a built-in one over these files.
 * @returns the task, whose files have the names they get in the dataset's folder
 * @throws HostFailure `invalid-input` when the draft cannot be a task; `bad-file` when a file cannot be read
 */
export async function taskOfDraft(draft: Draft, files: DraftFiles): Promise<TaskSpec> {
  const known = builtInOf(draft)
  if (known !== null) return withFiles(known, files)
  const { kind } = draft
  if (kind !== 'classification' && kind !== 'regression') throw new Error(`${kind} has no labelled texts.`)
  if (draft.columns.text_a === null) throw invalid('columns.text_a', 'no-text-column')
  if (draft.columns.label === null) throw invalid('columns.label', 'no-label-column')
  const columns = Columns.parse(draft.columns)
  const labels = kind === 'regression' ? null : labelsOf(draft)
  const source = async (split: SplitName): Promise<SplitFile | null> => {
    const file = files[split]
    if (file === undefined) return split === 'dev' ? sourceOf('dev', files.train, draft, columns) : null
    return sourceOf(split, file, draft, split === 'test' ? await testColumns(draft, columns, file) : columns)
  }
  const aliases = Object.entries(draft.label_aliases).filter(([, label]) => labels?.includes(label))
  return TaskSpec.parse({
    name: slug(draft.name),
    title: draft.name,
    kind,
    labels,
    ...(aliases.length > 0 && { label_aliases: Object.fromEntries(aliases) }),
    format: draft.format,
    splits: { train: await source('train'), dev: await source('dev'), test: await source('test') },
    metrics: metricsOf(kind, labels),
    best_by: kind === 'regression' ? 'pearson' : 'accuracy',
  } satisfies z.input<typeof TaskSpec>)
}

/** The built-in task that a draft names; null for data of one's own. @throws HostFailure `invalid-input` */
export function builtInOf({ task_name, kind }: Draft): TaskSpec | null {
  if (task_name === null) return null
  const task = taskNamed(task_name)
  if (task?.kind !== kind) throw invalid('task_name', 'no-such-task', { task: task_name, kind })
  if (task.splits.train !== null) return task
  // The diagnostics of GLUE are for a model that has learnt MNLI.
  return {
    ...task,
    splits: { ...task.splits, train: mnli.splits.train, dev: mnli.splits.dev },
    preset: mnli.preset,
  }
}

/** The files of a built-in task under the names that they get in the dataset's folder; without a dev file, rows of train become it. */
function withFiles(task: TaskSpec, files: DraftFiles): TaskSpec {
  const source = (split: SplitName): SplitFile | null => {
    const own = task.splits[split]
    if (files[split] !== undefined)
      return own === null ? null : { ...own, file: `${split}${path.extname(own.file)}` }
    const train = task.splits.train
    if (split !== 'dev' || train === null) return null
    return { ...train, file: `dev${path.extname(train.file)}` }
  }
  return { ...task, splits: { train: source('train'), dev: source('dev'), test: source('test') } }
}

/** The same task, reading the files where they lie now. */
export function taskInPlace(task: TaskSpec, files: DraftFiles): TaskSpec {
  const splits = { ...task.splits }
  for (const split of SplitName.options) {
    const source = splits[split]
    const file = files[split]
    splits[split] = source === null || file === undefined ? null : { ...source, file: file.path }
  }
  return { ...task, splits }
}

/** Those that the person lists; without them they are found in the training file, which `checkDraft` does. */
function labelsOf(draft: Draft): string[] {
  const given = draft.labels.map((label) => label.trim()).filter((label) => label !== '')
  if (given.length < 2) throw invalid('labels', 'one-label-listed')
  if (new Set(given).size < given.length) throw invalid('labels', 'label-listed-twice')
  return given
}

function sourceOf(split: SplitName, file: KnownFile | undefined, draft: Draft, columns: Columns): SplitFile {
  if (draft.format.json_lines === true) return { file: `${split}.jsonl`, header: true, columns }
  const extension = /^\.[A-Za-z0-9]{1,8}$/.exec(path.extname(file?.name ?? ''))?.[0] ?? '.txt'
  return { file: `${split}${extension.toLowerCase()}`, header: draft.header, columns }
}

/** A test file often has no labels, and none of a test file's labels is read: what is there may be a placeholder. */
async function testColumns({ header, format }: Draft, columns: Columns, file: KnownFile): Promise<Columns> {
  const unlabelled = { ...columns, label: null }
  if (!header || typeof columns.guid !== 'string') return unlabelled
  const found = await stat(file.path).catch(() => undefined)
  if (found?.isFile() !== true) return unlabelled
  for await (const { cells } of readTable(file.path, format)) {
    return cells.some((name) => name.trim() === columns.guid) ? unlabelled : { ...unlabelled, guid: null }
  }
  return unlabelled
}

function metricsOf(kind: TaskSpec['kind'], labels: TaskSpec['labels']): MetricName[] {
  if (kind === 'regression') return ['pearson', 'spearman', 'mse', 'loss']
  return labels?.length === 2 ? ['accuracy', 'f1', 'matthews', 'loss'] : ['accuracy', 'f1', 'loss']
}

export function invalid(field: string, why: SentenceCode, facts: FaultFacts = {}): HostFailure {
  const words = say(why, facts)
  return new HostFailure({ code: 'invalid-input', faults: [{ field, message: words.message }], ...words })
}
