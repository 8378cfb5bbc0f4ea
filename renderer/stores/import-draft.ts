// What the import dialog holds in, the draft that the host checks and imports out; and the guesses that fill the dialog.
import type { ColumnRef, Columns, SplitName } from '../../engine/spec/task-spec.ts'
import { DatasetDraft, type DatasetCheck, type FilePreview } from '../../main/contract/host.ts'
import type { FileRef } from '../../main/contract/transport.ts'

export type ColumnRole = 'ignore' | 'guid' | 'text_a' | 'text_b' | 'label'
export const COLUMN_ROLES: readonly ColumnRole[] = ['ignore', 'text_a', 'text_b', 'label', 'guid']

export type RoleFiles = Record<SplitName, FileRef | null>

/** All that a person decides about an import. */
export type ImportChoices = {
  name: string
  files: RoleFiles
  format: FilePreview['format']
  header: boolean
  kind: DatasetDraft['kind']
  /** One for each column of the training file. */
  roles: readonly ColumnRole[]
  /** In id order; empty: as found in the training file. */
  labels: readonly string[]
  /** Share of the training rows for development; null while what is typed is no number. */
  dev_share: number | null
  skip_faulty_rows: boolean
}

/** What still stands between the choices and a check, in the order in which it should be mended. */
export type ImportGap = 'no-training-file' | 'no-name' | 'no-text' | 'no-label'

/** Whether a row was found that cannot be learnt from; a warning is none. */
export function hasErrors({ faults }: DatasetCheck): boolean {
  return faults.some(({ severity }) => severity !== 'warning')
}

/** The bounds of `DatasetDraft`. */
export function isDevShare(share: number | null): share is number {
  return DatasetDraft.shape.dev_share.unwrap().safeParse(share).success
}

export function importGaps({ name, files, roles }: ImportChoices): ImportGap[] {
  const gaps: ImportGap[] = []
  if (files.train === null) gaps.push('no-training-file')
  if (name.trim() === '') gaps.push('no-name')
  if (!roles.includes('text_a')) gaps.push('no-text')
  if (!roles.includes('label')) gaps.push('no-label')
  return gaps
}

/** The draft of choices without gaps; null otherwise. */
export function draftOf(
  choices: ImportChoices,
  columns: readonly string[],
  seed: number,
): DatasetDraft | null {
  const { files, roles } = choices
  const text_a = refOf('text_a', roles, columns, choices.header)
  if (files.train === null || text_a === null || importGaps(choices).length > 0) return null
  if (!isDevShare(choices.dev_share)) return null
  const mapped: Columns = {
    text_a,
    guid: refOf('guid', roles, columns, choices.header),
    text_b: refOf('text_b', roles, columns, choices.header),
    label: refOf('label', roles, columns, choices.header),
  }
  return {
    name: choices.name.trim(),
    kind: choices.kind,
    format: choices.format,
    header: choices.header,
    columns: mapped,
    labels: choices.kind === 'classification' ? [...choices.labels] : [],
    files: { train: files.train.file_id, dev: files.dev?.file_id ?? null, test: files.test?.file_id ?? null },
    dev_share: choices.dev_share,
    seed,
    skip_faulty_rows: choices.skip_faulty_rows,
  }
}

/** The roles that the host guessed, one for each column. */
export function rolesOf({ columns, guess }: FilePreview): ColumnRole[] {
  const roles: ColumnRole[] = columns.map(() => 'ignore')
  for (const role of ['guid', 'label', 'text_b', 'text_a'] as const) {
    const index = indexOf(guess[role], columns)
    if (index !== null) roles[index] = role
  }
  return roles
}

/** Gives a column a role; every role but `ignore` is held by one column only. */
export function withRole(roles: readonly ColumnRole[], index: number, role: ColumnRole): ColumnRole[] {
  return roles.map((held, at) => (at === index ? role : role !== 'ignore' && held === role ? 'ignore' : held))
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
function refOf(
  role: ColumnRole,
  roles: readonly ColumnRole[],
  columns: readonly string[],
  header: boolean,
): ColumnRef | null {
  const index = roles.indexOf(role)
  if (index === -1) return null
  const name = columns[index] ?? ''
  const isUnique = columns.filter((column) => column === name).length === 1
  return header && name !== '' && isUnique ? name : index
}
