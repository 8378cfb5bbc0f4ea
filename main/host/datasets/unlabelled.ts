// A file without labels and the task that it is to be answered for in; a copy of it as that task's test split out.
import path from 'node:path'
import { Columns, type TaskSpec } from '../../../engine/spec/task-spec.ts'
import type { MethodParsedInput } from '../../contract/host.ts'
import type { DatasetRecord } from '../../contract/records.ts'
import type { KnownFile } from '../uploads/known-files.ts'
import { checkFile } from './check.ts'
import { invalid, type Draft } from './draft-task.ts'
import { importDataset } from './import.ts'
import { checkQuestions, importQuestions } from './question-datasets.ts'

export type Unlabelled = {
  wish: MethodParsedInput<'jobs.predict'>
  /** The task of what answers. */
  learnt: TaskSpec
  file: KnownFile
  /** In which the copy gets a folder of its own. */
  folder: string
}

/**
 * The file as the test split of what was learnt, and nothing else.
 * @throws HostFailure `bad-file` with the first faulty row, `invalid-input` for a column that is missing, `disk-full`
 */
export async function copyUnlabelled(
  { wish, learnt, file, folder }: Unlabelled,
  signal: AbortSignal,
): Promise<DatasetRecord> {
  const files = { test: file }
  const draft: Draft = {
    ...wish,
    name: learnt.title,
    kind: learnt.kind,
    task_name: null,
    columns: { ...wish.columns, label: null },
    labels: [],
    label_aliases: {},
    files: { train: wish.file_id, dev: null, test: wish.file_id },
    dev_share: 0.1,
    seed: 0,
    skip_faults: [],
    work_id: null,
  }
  if (learnt.kind === 'extractive-qa' || learnt.kind === 'multiple-choice') {
    const checked = await checkQuestions(draft, files, signal, learnt.labels?.length)
    const splits = { train: null, dev: null, test: checked.task.splits.test }
    return importQuestions(draft, files, { ...checked, task: { ...learnt, splits } }, folder, signal)
  }
  const task = {
    ...learnt,
    format: wish.format,
    splits: { train: null, dev: null, test: testOf(wish, learnt, file) },
  }
  const check = await checkFile(task, 'test', files, { signal })
  const checks = check === undefined ? {} : { test: check }
  return importDataset({ ...draft, origin: 'imported', task, files, checks }, folder, signal)
}

function testOf({ columns, header, format }: Unlabelled['wish'], learnt: TaskSpec, { name }: KnownFile) {
  if (columns.text_a === null) throw invalid('columns.text_a', 'no-text-column')
  const isPair = [learnt.splits.train, learnt.splits.test].some((split) => split?.columns.text_b != null)
  if (isPair && columns.text_b === null)
    throw invalid('columns.text_b', 'no-second-column', { name: learnt.title })
  const extension = /^\.[A-Za-z0-9]{1,8}$/.exec(path.extname(name))?.[0] ?? '.txt'
  return {
    file: format.json_lines === true ? 'test.jsonl' : `test${extension.toLowerCase()}`,
    header: format.json_lines === true || header,
    columns: Columns.parse({ ...columns, label: null, text_b: isPair ? columns.text_b : null }),
  }
}
