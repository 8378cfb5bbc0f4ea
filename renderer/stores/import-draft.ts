// What the import dialog holds in, the draft that the host checks and imports out; and the guesses that fill the dialog.
import type { ColumnRef, SplitName, TaskKind } from '../../engine/spec/task-spec.ts'
import type { DataLayout } from '../../main/contract/datasets.ts'
import { DatasetDraft, type DatasetCheck, type FilePreview } from '../../main/contract/host.ts'
import type { FileRef } from '../../main/contract/transport.ts'

export type ColumnRole =
  'ignore' | 'guid' | 'text_a' | 'text_b' | 'label' | 'question' | 'answer_start' | 'option'

/** What a column can be, by the kind of task; the text of a question is its context, its label the answer. */
export const COLUMN_ROLES: Record<TaskKind, readonly ColumnRole[]> = {
  classification: ['ignore', 'text_a', 'text_b', 'label', 'guid'],
  regression: ['ignore', 'text_a', 'text_b', 'label', 'guid'],
  'extractive-qa': ['ignore', 'text_a', 'question', 'label', 'answer_start', 'guid'],
  'multiple-choice': ['ignore', 'text_a', 'question', 'option', 'label', 'guid'],
}

export type RoleFiles = Record<SplitName, FileRef | null>

/** All that a person decides about an import. */
export type ImportChoices = {
  name: string
  files: RoleFiles
  format: FilePreview['format']
  header: boolean
  kind: TaskKind
  layout: DataLayout
  /** The built-in task whose files these are; null: data of one's own. */
  task_name: string | null
  /** One for each column of the training file. */
  roles: readonly ColumnRole[]
  /** In id order; empty: as found in the training file. */
  labels: readonly string[]
  /** Spellings in the files → the label that is meant. */
  label_aliases: Readonly<Record<string, string>>
  /** Share of the training rows for development; null while what is typed is no number. */
  dev_share: number | null
  skip_faulty_rows: boolean
  /** Kinds of faults whose rows are left out. */
  skip_faults: readonly string[]
}

/** What still stands between the choices and a check, in the order in which it should be mended. */
export type ImportGap =
  'no-training-file' | 'no-name' | 'no-text' | 'no-question' | 'no-options' | 'no-answer' | 'no-label'

/** Whether a row was found that cannot be learnt from and is not left out; a warning is none. */
export function hasErrors({ faults }: DatasetCheck, skip_faults: readonly string[] = []): boolean {
  return faults.some(({ severity, code }) => severity !== 'warning' && !skip_faults.includes(code))
}

/** Whether a person says what the columns are; files of a known form and of a built-in task say it themselves. */
export function isMapped({ layout, task_name }: Pick<ImportChoices, 'layout' | 'task_name'>): boolean {
  return layout === 'table' && task_name === null
}

/** The bounds of `DatasetDraft`. */
export function isDevShare(share: number | null): share is number {
  return DatasetDraft.shape.dev_share.unwrap().safeParse(share).success
}

export function importGaps(choices: ImportChoices): ImportGap[] {
  const { name, files, roles, kind } = choices
  const gaps: ImportGap[] = []
  if (files.train === null) gaps.push('no-training-file')
  if (name.trim() === '') gaps.push('no-name')
  if (!isMapped(choices)) return gaps
  if (!roles.includes('text_a')) gaps.push('no-text')
  const asks = kind === 'extractive-qa' || kind === 'multiple-choice'
  if (asks && !roles.includes('question')) gaps.push('no-question')
  if (kind === 'multiple-choice' && !roles.includes('option')) gaps.push('no-options')
  if (!roles.includes('label')) gaps.push(asks ? 'no-answer' : 'no-label')
  return gaps
}

/** The draft of choices without gaps; null otherwise. */
export function draftOf(
  choices: ImportChoices,
  columns: readonly string[],
  seed: number,
  work_id: string | null = null,
): DatasetDraft | null {
  const { files, roles, kind, header } = choices
  if (files.train === null || importGaps(choices).length > 0) return null
  if (!isDevShare(choices.dev_share)) return null
  return {
    name: choices.name.trim(),
    kind,
    layout: choices.layout,
    task_name: choices.task_name,
    format: choices.format,
    header,
    columns: draftColumns(roles, columns, header),
    labels: kind === 'classification' ? [...choices.labels] : [],
    label_aliases: kind === 'classification' ? { ...choices.label_aliases } : {},
    files: { train: files.train.file_id, dev: files.dev?.file_id ?? null, test: files.test?.file_id ?? null },
    dev_share: choices.dev_share,
    seed,
    skip_faulty_rows: choices.skip_faulty_rows,
    skip_faults: [...choices.skip_faults],
    work_id,
  }
}

/** The roles of columns as a draft names them. */
export function draftColumns(
  roles: readonly ColumnRole[],
  columns: readonly string[],
  header: boolean,
): DatasetDraft['columns'] {
  const ref = (role: ColumnRole): ColumnRef | null => refOf(roles.indexOf(role), columns, header)
  return {
    text_a: ref('text_a'),
    guid: ref('guid'),
    text_b: ref('text_b'),
    label: ref('label'),
    question: ref('question'),
    answer_start: ref('answer_start'),
    options: roles.flatMap((role, index) => (role === 'option' ? (refOf(index, columns, header) ?? []) : [])),
  }
}

/** The roles that the host guessed, one for each column. */
export function rolesOf({ columns, guess }: FilePreview): ColumnRole[] {
  const roles: ColumnRole[] = columns.map(() => 'ignore')
  for (const role of ['guid', 'answer_start', 'label', 'question', 'text_b', 'text_a'] as const) {
    const index = indexOf(guess[role], columns)
    if (index !== null) roles[index] = role
  }
  for (const option of guess.options) {
    const index = indexOf(option, columns)
    if (index !== null) roles[index] = 'option'
  }
  return roles
}

/** Roles that several columns may hold. */
const SHARED: readonly ColumnRole[] = ['ignore', 'option']

/** Gives a column a role; most are held by one column only. */
export function withRole(roles: readonly ColumnRole[], index: number, role: ColumnRole): ColumnRole[] {
  return roles.map((held, at) =>
    at === index ? role : !SHARED.includes(role) && held === role ? 'ignore' : held,
  )
}

/** The roles that another kind of task knows as well; the others are ignored. */
export function rolesFor(kind: TaskKind, roles: readonly ColumnRole[]): ColumnRole[] {
  return roles.map((role) => (COLUMN_ROLES[kind].includes(role) ? role : 'ignore'))
}

/** Which split a file is, by its name; null when the name does not tell. */
export function splitByName(name: string): SplitName | null {
  const words = name.toLowerCase().split(/[^a-z]+/)
  if (words.some((word) => word === 'train' || word === 'training')) return 'train'
  if (words.some((word) => ['dev', 'valid', 'validation', 'val', 'eval'].includes(word))) return 'dev'
  if (words.includes('test')) return 'test'
  return null
}

/** Puts files where their names say; the first without such a name is for training. */
export function withFiles(files: RoleFiles, added: readonly FileRef[]): RoleFiles {
  const next = { ...files }
  const unnamed: FileRef[] = []
  for (const file of added) {
    const split = splitByName(file.name)
    if (split === null) unnamed.push(file)
    else next[split] = file
  }
  for (const file of unnamed) {
    const free = (['train', 'dev', 'test'] as const).find((split) => next[split] === null)
    if (free !== undefined) next[free] = file
  }
  return next
}

/** A dataset's name from its file's: `reviews-train.tsv` is `reviews`. */
export function nameFrom(fileName: string): string {
  const bare = fileName.replace(/\.[^.]+$/, '')
  const without = bare.replace(/[-_. ]?(train|training)$/i, '').trim()
  return (without === '' ? bare : without).slice(0, 100)
}

function indexOf(ref: ColumnRef | null, columns: readonly string[]): number | null {
  if (ref === null) return null
  const index = typeof ref === 'string' ? columns.indexOf(ref) : ref < 0 ? columns.length + ref : ref
  return index >= 0 && index < columns.length ? index : null
}

/** By name where the header has one that is its alone, so that files with columns in another order fit; else by place. */
function refOf(index: number, columns: readonly string[], header: boolean): ColumnRef | null {
  if (index === -1) return null
  const name = columns[index] ?? ''
  const isUnique = columns.filter((column) => column === name).length === 1
  return header && name !== '' && isUnique ? name : index
}
