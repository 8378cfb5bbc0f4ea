// One import from the dropped files to the dataset: hand over, preview, map, check, import. Answers that come too late are dropped.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { SplitName } from '../../engine/spec/task-spec.ts'
import type { DatasetCheck, FilePreview, HostClient } from '../../main/contract/host.ts'
import type { HostError } from '../../main/contract/errors.ts'
import type { DatasetRecord } from '../../main/contract/records.ts'
import type { FileRef } from '../../main/contract/transport.ts'
import {
  draftOf,
  importGaps,
  nameFrom,
  rolesOf,
  withFiles,
  withRole,
  type ColumnRole,
  type ImportChoices,
} from './import-draft.ts'
import { hostErrorOf, LOADING, type Remote } from './remote.ts'

/** The seed of the split into training and development rows; the dataset's version holds it. */
const SPLIT_SEED = 12345

export type ImportState = {
  stage: 'map' | 'check' | 'done'
  /** Names of the files on their way to the host. */
  adding: readonly string[]
  /** Why a file was not taken, or the import not done. */
  error: HostError | null
  choices: ImportChoices
  /** The first rows of the training file; null before there is one. */
  preview: Remote<FilePreview> | null
  check: Remote<DatasetCheck> | null
  importing: boolean
  imported: DatasetRecord | null
}

export type ImportFlow = StoreApi<ImportState> & {
  addFiles(files: readonly unknown[]): Promise<void>
  /** Gives a split another file, or none. */
  assign(split: SplitName, file: FileRef | null): Promise<void>
  reformat(change: { format?: Partial<FilePreview['format']>; header?: boolean }): Promise<void>
  setRole(column: number, role: ColumnRole): void
  choose(part: Partial<Pick<ImportChoices, 'name' | 'kind' | 'labels'>>): void
  /** Takes what is typed; the rows are checked again once it is a share that can be. */
  chooseDevShare(share: number | null): Promise<void>
  skipFaultyRows(skip: boolean): Promise<void>
  check(): Promise<void>
  backToMapping(): void
  run(): Promise<void>
}

export function createImportFlow(host: HostClient): ImportFlow {
  const store = createStore<ImportState>(() => ({
    stage: 'map',
    adding: [],
    error: null,
    choices: {
      name: '',
      files: { train: null, dev: null, test: null },
      format: { delimiter: '\t', quote: null, encoding: 'utf-8' },
      header: true,
      kind: 'classification',
      roles: [],
      labels: [],
      dev_share: 0.1,
      skip_faulty_rows: false,
    },
    preview: null,
    check: null,
    importing: false,
    imported: null,
  }))
  const { getState, setState } = store
  let previewing = 0
  let checking = 0

  const setChoices = (part: Partial<ImportChoices>) =>
    setState(({ choices }) => ({ choices: { ...choices, ...part } }))

  /** `format` and `header` only when a person chose them: without, the host guesses. */
  const preview = async (chosen?: Pick<ImportChoices, 'format' | 'header'>) => {
    previewing += 1
    const mine = previewing
    const train = getState().choices.files.train
    if (train === null) return setState({ preview: null })
    if (getState().preview?.status !== 'ready') setState({ preview: LOADING })
    try {
      const seen = await host.call('datasets.preview', { file_id: train.file_id, ...chosen })
      if (mine !== previewing) return
      const { choices, preview: before } = getState()
      const sameColumns =
        chosen !== undefined &&
        before?.status === 'ready' &&
        before.value.columns.length === seen.columns.length
      setState({ preview: { status: 'ready', value: seen }, error: null })
      setChoices({
        format: seen.format,
        header: seen.header,
        name: choices.name === '' ? nameFrom(train.name) : choices.name,
        ...(sameColumns ? {} : { roles: rolesOf(seen), kind: seen.guess.kind, labels: [] }),
      })
    } catch (thrown) {
      if (mine === previewing) setState({ preview: { status: 'failed', error: hostErrorOf(thrown) } })
    }
  }

  const currentDraft = () => {
    const { choices, preview: seen } = getState()
    return seen?.status === 'ready' ? draftOf(choices, seen.value.columns, SPLIT_SEED) : null
  }

  const check = async () => {
    const draft = currentDraft()
    if (draft === null) return
    checking += 1
    const mine = checking
    setState(({ check: before }) => ({
      stage: 'check',
      error: null,
      check: before?.status === 'ready' ? before : LOADING,
    }))
    try {
      const found = await host.call('datasets.check', draft)
      if (mine !== checking) return
      setState({ check: { status: 'ready', value: found } })
      if (getState().choices.labels.length === 0) setChoices({ labels: found.labels })
    } catch (thrown) {
      if (mine === checking) setState({ check: { status: 'failed', error: hostErrorOf(thrown) } })
    }
  }

  return {
    ...store,
    async addFiles(files) {
      setState({ adding: files.map(nameOf), error: null })
      const trainBefore = getState().choices.files.train
      const settled = await Promise.allSettled(files.map((file) => host.addFile(file)))
      const added = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      const refused = settled.find((one) => one.status === 'rejected')
      setChoices({ files: withFiles(getState().choices.files, added) })
      setState({ adding: [], error: refused === undefined ? null : hostErrorOf(refused.reason) })
      if (getState().choices.files.train !== trainBefore) await preview()
    },
    async assign(split, file) {
      const { files } = getState().choices
      const next = { ...files, [split]: file }
      if (file !== null) {
        for (const other of ['train', 'dev', 'test'] as const) {
          if (other !== split && files[other]?.file_id === file.file_id) next[other] = files[split]
        }
      }
      setChoices({ files: next, labels: [] })
      if (next.train?.file_id !== files.train?.file_id) await preview()
    },
    async reformat({ format, header }) {
      const { choices } = getState()
      const chosen = { format: { ...choices.format, ...format }, header: header ?? choices.header }
      setChoices({ ...chosen, labels: [] })
      await preview(chosen)
    },
    setRole(column, role) {
      setChoices({ roles: withRole(getState().choices.roles, column, role), labels: [] })
    },
    choose: (part) => setChoices({ ...part, ...(part.kind === undefined ? {} : { labels: [] }) }),
    async chooseDevShare(dev_share) {
      setChoices({ dev_share })
      await check()
    },
    async skipFaultyRows(skip_faulty_rows) {
      setChoices({ skip_faulty_rows })
      await check()
    },
    async check() {
      if (importGaps(getState().choices).length === 0) {
        setState({ check: null })
        await check()
      }
    },
    backToMapping() {
      checking += 1
      setState({ stage: 'map', error: null })
    },
    async run() {
      const draft = currentDraft()
      if (draft === null || getState().importing) return
      setState({ importing: true, error: null })
      try {
        const imported = await host.call('datasets.import', draft)
        setState({ importing: false, imported, stage: 'done' })
      } catch (thrown) {
        setState({ importing: false, error: hostErrorOf(thrown) })
      }
    },
  }
}

function nameOf(file: unknown): string {
  return typeof file === 'object' && file !== null && 'name' in file && typeof file.name === 'string'
    ? file.name
    : ''
}
