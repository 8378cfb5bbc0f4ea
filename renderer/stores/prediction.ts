// A file without labels in; how it looks and what its columns are, and then the run that answers it, out.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { TaskKind, TaskSpec } from '../../engine/spec/task-spec.ts'
import type { HostError } from '../../main/contract/errors.ts'
import type { FilePreview, HostClient } from '../../main/contract/host.ts'
import type { NewPrediction } from '../../main/contract/predictions.ts'
import type { JobRecord } from '../../main/contract/records.ts'
import type { FileRef } from '../../main/contract/transport.ts'
import { draftColumns, rolesFor, rolesOf, withRole, type ColumnRole } from './import-draft.ts'
import { hostErrorOf, LOADING, type Remote } from './remote.ts'

export type PredictionState = {
  file: FileRef | null
  preview: Remote<FilePreview> | null
  /** One for each column of the file. */
  roles: readonly ColumnRole[]
  skip_faulty_rows: boolean
  error: HostError | null
  sending: boolean
}

export type Prediction = StoreApi<PredictionState> & {
  /** @param task whose columns the file may have under the same names */
  add(file: unknown, task: TaskSpec): Promise<void>
  setHeader(header: boolean, task: TaskSpec): Promise<void>
  setRole(column: number, role: ColumnRole): void
  skipFaultyRows(skip: boolean): void
  /** Queues it. @returns null when it was refused: `error` says why */
  run(from: NewPrediction['from']): Promise<JobRecord | null>
}

export function createPrediction(host: HostClient): Prediction {
  const store = createStore<PredictionState>(() => ({
    file: null,
    preview: null,
    roles: [],
    skip_faulty_rows: false,
    error: null,
    sending: false,
  }))
  const { getState, setState } = store
  let looking = 0

  const look = async (file: FileRef, task: TaskSpec, header?: boolean): Promise<void> => {
    looking += 1
    const mine = looking
    try {
      const wish = header === undefined ? {} : { header }
      const seen = await host.call('datasets.preview', { file_id: file.file_id, ...wish })
      if (mine !== looking) return
      // The first row names a column of the task: it is the header, whatever it looks like.
      if (header === undefined && !seen.header && namesColumn(seen, task)) return await look(file, task, true)
      setState({ preview: { status: 'ready', value: seen }, roles: rolesLike(seen, task), error: null })
    } catch (thrown) {
      if (mine === looking) setState({ preview: null, file: null, error: hostErrorOf(thrown) })
    }
  }

  return {
    ...store,
    async add(given, task) {
      setState({ preview: LOADING, error: null })
      try {
        const file = await host.addFile(given)
        setState({ file })
        await look(file, task)
      } catch (thrown) {
        setState({ preview: null, file: null, error: hostErrorOf(thrown) })
      }
    },
    async setHeader(header, task) {
      const { file } = getState()
      if (file !== null) await look(file, task, header)
    },
    setRole: (column, role) =>
      setState(({ roles }) => ({ roles: withRole(roles, column, role), error: null })),
    skipFaultyRows: (skip_faulty_rows) => setState({ skip_faulty_rows }),
    async run(from) {
      const { file, preview, roles, skip_faulty_rows, sending } = getState()
      if (file === null || preview?.status !== 'ready' || sending) return null
      const { layout, format, header, columns } = preview.value
      setState({ sending: true, error: null })
      try {
        return await host.call('jobs.predict', {
          from,
          file_id: file.file_id,
          layout,
          format,
          header,
          columns: draftColumns(roles, columns, header),
          skip_faulty_rows,
        })
      } catch (thrown) {
        setState({ error: hostErrorOf(thrown) })
        return null
      } finally {
        setState({ sending: false })
      }
    },
  }
}

function namesColumn({ layout, rows }: FilePreview, { splits: { train, test } }: TaskSpec): boolean {
  const { text_a, text_b } = test?.columns ?? train?.columns ?? { text_a: null, text_b: null }
  const first = rows[0]?.cells.map((cell) => cell.trim()) ?? []
  return (
    layout === 'table' && [text_a, text_b].some((name) => typeof name === 'string' && first.includes(name))
  )
}

/** What is still missing before a file can be answered. */
export function predictionGap(
  { layout }: Pick<FilePreview, 'layout'>,
  roles: readonly ColumnRole[],
  task: TaskSpec,
): 'other-form' | ColumnRole | null {
  const form = FORMS[task.kind]
  if (layout !== 'table') return layout === form ? null : 'other-form'
  const needed: ColumnRole[] =
    form === null ? (isPair(task) ? ['text_a', 'text_b'] : ['text_a']) : ['text_a', 'question']
  if (form === 'race') needed.push('option')
  return needed.find((role) => !roles.includes(role)) ?? null
}

/** The form that files of a kind of task may have beside a table. */
const FORMS: Record<TaskKind, 'squad' | 'race' | null> = {
  classification: null,
  regression: null,
  'extractive-qa': 'squad',
  'multiple-choice': 'race',
}

function isPair({ splits: { train, test } }: TaskSpec): boolean {
  return [train, test].some((split) => split?.columns.text_b != null)
}

/** By the names that the task's own columns have, else as the host guesses; a label is not asked for. */
function rolesLike(seen: FilePreview, task: TaskSpec): ColumnRole[] {
  const guessed = rolesFor(task.kind, rolesOf(seen)).map((role) => (role === 'label' ? 'ignore' : role))
  if (seen.layout !== 'table') return guessed
  const own = task.splits.test?.columns ?? task.splits.train?.columns
  let roles: readonly ColumnRole[] = guessed
  for (const role of ['guid', 'text_a', 'text_b'] as const) {
    const at = seen.columns.findIndex((column) => seen.header && column.trim() === own?.[role])
    if (at >= 0) roles = withRole(roles, at, role)
  }
  if (!isPair(task) && FORMS[task.kind] === null)
    roles = roles.map((role) => (role === 'text_b' ? 'ignore' : role))
  // A file of one column is that text.
  return roles.length === 1 && !roles.includes('text_a') ? ['text_a'] : [...roles]
}
