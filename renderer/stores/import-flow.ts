// One import from the dropped files to the dataset: hand over, preview, map, check, import. Answers that come too late are dropped.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { SplitName } from '../../engine/spec/task-spec.ts'
import type { DatasetCheck, FilePreview, HostClient } from '../../main/contract/host.ts'
import type { RecognizedDataset, TextLengths } from '../../main/contract/datasets.ts'
import type { HostError } from '../../main/contract/errors.ts'
import type { DatasetRecord } from '../../main/contract/records.ts'
import type { FileRef } from '../../main/contract/transport.ts'
import {
  draftOf,
  importGaps,
  nameFrom,
  rolesFor,
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
  /** What was recognised among the files; a person may take another of them, or none. */
  found: readonly RecognizedDataset[]
  /** Place in `found` of what is imported; null: the files are read as a table of one's own. */
  taken: number | null
  /** The first rows of the training file; null before there is one. */
  preview: Remote<FilePreview> | null
  check: Remote<DatasetCheck> | null
  /** How far an unpacking, a check or an import is, as a share; null before it is told. */
  progress: number | null
  importing: boolean
  imported: DatasetRecord | null
}

export type ImportFlow = StoreApi<ImportState> & {
  addFiles(files: readonly unknown[]): Promise<void>
  /** Files and folders that the host knows already. */
  addKnown(added: readonly FileRef[]): Promise<void>
  /** Imports another one of what was recognised; null: a table of one's own. */
  take(found: number | null): Promise<void>
  /** Gives a split another file, or none. */
  assign(split: SplitName, file: FileRef | null): Promise<void>
  reformat(change: { format?: Partial<FilePreview['format']>; header?: boolean }): Promise<void>
  setRole(column: number, role: ColumnRole): void
  choose(part: Partial<Pick<ImportChoices, 'name' | 'kind' | 'labels'>>): void
  /** Takes a spelling in the files for a label; the rows are checked again. */
  mean(spelling: string, label: string): Promise<void>
  /** Calls a label otherwise. */
  renameLabel(index: number, name: string): Promise<void>
  /** Reads every cell without what nobody sees in it, or as it stands. */
  trimCells(trim: boolean): Promise<void>
  /** Leaves out the rows with faults of a kind, or takes them back. */
  skipFault(code: string, skip: boolean): Promise<void>
  /** How long the texts of the whole file are for a model's vocabulary; null where the columns are not named yet. Ends with the signal. */
  lengths(
    model_id: string,
    signal: AbortSignal,
    onProgress: (share: number) => void,
  ): Promise<TextLengths | null>
  /** Ends the unpacking, the check or the import that goes on. */
  cancel(): Promise<void>
  /** Takes what is typed; the rows are checked again once it is a share that can be. */
  chooseDevShare(share: number | null): Promise<void>
  skipFaultyRows(skip: boolean): Promise<void>
  check(): Promise<void>
  backToMapping(): void
  run(): Promise<void>
}

/** What is forgotten when other files, columns or another task are chosen. */
const NOTHING_SAID = { labels: [], label_aliases: {}, skip_faults: [] } as const
let flows = 0

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
      layout: 'table',
      task_name: null,
      roles: [],
      labels: [],
      label_aliases: {},
      dev_share: 0.1,
      skip_faulty_rows: false,
      skip_faults: [],
    },
    found: [],
    taken: null,
    progress: null,
    preview: null,
    check: null,
    importing: false,
    imported: null,
  }))
  const { getState, setState } = store
  let previewing = 0
  let checking = 0
  let works = 0
  flows += 1
  const flowId = `import-${Date.now().toString(36)}-${flows}`

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
        ...(getState().taken === null && { layout: seen.layout }),
        ...(sameColumns
          ? {}
          : {
              roles: rolesOf(seen),
              ...(choices.task_name === null && { kind: seen.guess.kind }),
              ...NOTHING_SAID,
            }),
      })
    } catch (thrown) {
      if (mine === previewing) setState({ preview: { status: 'failed', error: hostErrorOf(thrown) } })
    }
  }

  /** Each unpacking, check and import has a name of its own, by which it can be cancelled and its progress is told. */
  const currentDraft = () => {
    const { choices, preview: seen } = getState()
    if (seen?.status !== 'ready') return null
    works += 1
    setState({ progress: null })
    return draftOf(choices, seen.value.columns, SPLIT_SEED, workId())
  }
  const workId = () => `${flowId}-${works}`
  const stopListening = host.on('dataset.progress', ({ work_id, done, total }) => {
    if (work_id === workId() && total > 0) setState({ progress: Math.min(1, done / total) })
  })

  const takeFound = async (taken: number | null) => {
    const one = taken === null ? undefined : getState().found[taken]
    const { choices } = getState()
    if (one === undefined) {
      setState({ taken: null, stage: 'map' })
      setChoices({ task_name: null, layout: 'table', ...NOTHING_SAID })
    } else {
      const known = getState().found.map(titleOf)
      setState({ taken, stage: 'map' })
      setChoices({
        task_name: one.task_name,
        layout: one.layout,
        kind: one.kind,
        files: one.files,
        name: choices.name === '' || known.includes(choices.name) ? titleOf(one) : choices.name,
        ...NOTHING_SAID,
      })
    }
    setState({ preview: null })
    await preview()
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
      const error = hostErrorOf(thrown)
      if (mine !== checking) return
      if (error.code === 'cancelled') setState({ stage: 'map', check: null })
      else setState({ check: { status: 'failed', error } })
    }
  }

  const addKnown = async (added: readonly FileRef[]): Promise<void> => {
    const trainBefore = getState().choices.files.train
    if (added.length === 0) return
    try {
      works += 1
      setState({ progress: null })
      const file_ids = added.map(({ file_id }) => file_id)
      const known = await host.call('datasets.recognize', { file_ids, work_id: workId() })
      if (known.found.length > 0 && trainBefore === null) {
        setState({ found: known.found })
        setChoices({ files: withFiles(getState().choices.files, known.files) })
        return await takeFound(0)
      }
      setChoices({ files: withFiles(getState().choices.files, known.files) })
    } catch (thrown) {
      const error = hostErrorOf(thrown)
      if (error.code !== 'cancelled') setState({ error })
    }
    if (getState().choices.files.train !== trainBefore) await preview()
  }

  return {
    ...store,
    async addFiles(files) {
      setState({ adding: files.map(nameOf), error: null })
      const settled = await Promise.allSettled(files.map((file) => host.addFile(file)))
      const added = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      const refused = settled.find((one) => one.status === 'rejected')
      setState({ error: refused === undefined ? null : hostErrorOf(refused.reason) })
      await addKnown(added) // an archive is unpacked now
      setState({ adding: [] })
    },
    addKnown,
    take: takeFound,
    async assign(split, file) {
      const { files } = getState().choices
      const next = { ...files, [split]: file }
      if (file !== null) {
        for (const other of ['train', 'dev', 'test'] as const) {
          if (other !== split && files[other]?.file_id === file.file_id) next[other] = files[split]
        }
      }
      setChoices({ files: next, ...NOTHING_SAID })
      if (next.train?.file_id !== files.train?.file_id) await preview()
    },
    async reformat({ format, header }) {
      const { choices } = getState()
      const chosen = { format: { ...choices.format, ...format }, header: header ?? choices.header }
      setChoices({ ...chosen, ...NOTHING_SAID })
      await preview(chosen)
    },
    setRole(column, role) {
      setChoices({ roles: withRole(getState().choices.roles, column, role), ...NOTHING_SAID })
    },
    choose: (part) =>
      setChoices({
        ...part,
        ...(part.kind !== undefined && {
          ...NOTHING_SAID,
          roles: rolesFor(part.kind, getState().choices.roles),
        }),
      }),
    async mean(spelling, label) {
      setChoices({ label_aliases: { ...getState().choices.label_aliases, [spelling]: label } })
      await check()
    },
    async renameLabel(index, name) {
      const { labels, label_aliases } = getState().choices
      const before = labels[index]
      const wanted = name.trim()
      if (before === undefined || wanted === '' || labels.includes(wanted)) return
      const aliases = Object.entries(label_aliases).map(([from, to]) => [from, to === before ? wanted : to])
      setChoices({
        labels: labels.map((label, at) => (at === index ? wanted : label)),
        label_aliases: { ...(Object.fromEntries(aliases) as Record<string, string>), [before]: wanted },
      })
      await check()
    },
    async trimCells(trim) {
      const { trim: _, ...format } = getState().choices.format
      // Labels that were found with what is taken off now are found anew.
      setChoices({ format: trim ? { ...format, trim } : format, ...NOTHING_SAID })
      await check()
    },
    async skipFault(code, skip) {
      const others = getState().choices.skip_faults.filter((one) => one !== code)
      setChoices({ skip_faults: skip ? [...others, code] : others })
    },
    async lengths(model_id, signal, onProgress) {
      const { choices, preview: seen } = getState()
      if (seen?.status !== 'ready') return null
      const work_id = `${flowId}-lengths-${crypto.randomUUID()}`
      const draft = draftOf(choices, seen.value.columns, SPLIT_SEED, work_id)
      if (draft === null) return null
      const quiet = host.on('dataset.progress', (told) => {
        if (told.work_id === work_id && told.total > 0) onProgress(Math.min(1, told.done / told.total))
      })
      const cancel = () => void host.call('datasets.cancel', { work_id }).catch(() => undefined)
      signal.addEventListener('abort', cancel)
      try {
        return await host.call('datasets.lengths', { draft, model_id, do_lower_case: true })
      } finally {
        signal.removeEventListener('abort', cancel)
        quiet()
      }
    },
    async cancel() {
      await host.call('datasets.cancel', { work_id: workId() }).catch(() => undefined)
    },
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
        stopListening()
        setState({ importing: false, imported, stage: 'done' })
      } catch (thrown) {
        const error = hostErrorOf(thrown)
        setState({ importing: false, error: error.code === 'cancelled' ? null : error })
      }
    },
  }
}

/** Data of one's own is called as its file; a benchmark has its name. */
function titleOf({ task_name, title, files }: RecognizedDataset): string {
  return task_name === null ? nameFrom(files.train?.name ?? title) : title
}

function nameOf(file: unknown): string {
  return typeof file === 'object' && file !== null && 'name' in file && typeof file.name === 'string'
    ? file.name
    : ''
}
