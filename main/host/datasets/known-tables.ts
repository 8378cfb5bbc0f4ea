// The headers and the shape by which a file of GLUE or XNLI is known, as published with the data; which task a file is of, out.
import { basename, dirname } from 'node:path'
import { SplitName, type TaskSpec } from '../../../engine/spec/task-spec.ts'
import { TASKS } from '../../../engine/tasks/index.ts'

/** The first row of a file and some of those below. */
export type TableHead = { rows: readonly (readonly string[])[] }

type Shape = {
  /** Cells of the header; null: the file has none. */
  header: readonly string[] | null
  /** The same header is common among other people's files, so the task must be named by folder or file. */
  isCommon?: true
  /** What the rows below have to be like. */
  holds?: (cells: readonly string[]) => boolean
}

const MNLI = ['index', 'promptID', 'pairID', 'genre']
const XNLI = ['language', 'gold_label']
const PAIR = ['index', 'sentence1', 'sentence2']
const SIMILARITY = ['index', 'genre', 'filename', 'year', 'old_index']
const entails = (cells: readonly string[]): boolean => /^(not_)?entailment$/.test(cells.at(-1) ?? '')
const SINGLE_TEST = { header: ['index', 'sentence'], isCommon: true } as const
const PAIR_TEST = { header: PAIR, isCommon: true } as const
const COLA = {
  header: null,
  holds: (cells: readonly string[]) =>
    cells.length === 4 && /^[01]$/.test(cells[1] ?? '') && /^\*?$/.test(cells[2] ?? ''),
}

const SHAPES: Record<string, Partial<Record<SplitName, Shape>>> = {
  CoLA: { train: COLA, dev: COLA, test: SINGLE_TEST },
  'SST-2': {
    train: { header: ['sentence', 'label'], isCommon: true },
    dev: { header: ['sentence', 'label'], isCommon: true },
    test: SINGLE_TEST,
  },
  MRPC: {
    train: { header: ['Quality', '#1 ID', '#2 ID', '#1 String', '#2 String'] },
    dev: { header: ['Quality', '#1 ID', '#2 ID', '#1 String', '#2 String'] },
    test: { header: ['index', '#1 ID', '#2 ID', '#1 String', '#2 String'] },
  },
  QQP: {
    train: { header: ['id', 'qid1', 'qid2', 'question1', 'question2', 'is_duplicate'] },
    dev: { header: ['id', 'qid1', 'qid2', 'question1', 'question2', 'is_duplicate'] },
    test: { header: ['id', 'question1', 'question2'], isCommon: true },
  },
  'STS-B': { train: { header: SIMILARITY }, dev: { header: SIMILARITY }, test: { header: SIMILARITY } },
  MNLI: { train: { header: MNLI }, dev: { header: MNLI }, test: { header: MNLI } },
  MisMNLI: { train: { header: MNLI }, dev: { header: MNLI }, test: { header: MNLI } },
  QNLI: {
    train: { header: ['index', 'question', 'sentence', 'label'], holds: entails },
    dev: { header: ['index', 'question', 'sentence', 'label'], holds: entails },
    test: { header: ['index', 'question', 'sentence'], isCommon: true },
  },
  RTE: {
    train: { header: [...PAIR, 'label'], holds: entails },
    dev: { header: [...PAIR, 'label'], holds: entails },
    test: PAIR_TEST,
  },
  WNLI: {
    train: {
      header: [...PAIR, 'label'],
      isCommon: true,
      holds: (cells) => /^[01]$/.test(cells.at(-1) ?? ''),
    },
    dev: { header: [...PAIR, 'label'], isCommon: true, holds: (cells) => /^[01]$/.test(cells.at(-1) ?? '') },
    test: PAIR_TEST,
  },
  AX: { test: PAIR_TEST },
  XNLI: {
    train: { header: ['premise', 'hypo', 'label'] },
    dev: { header: XNLI },
    test: { header: XNLI },
  },
}

export type KnownTable = { task: TaskSpec; split: SplitName; isNamed: boolean }

/**
 * Which task and split a file may be of, by its name and by what it holds. Files of several tasks look alike: then all are told.
 * @param place the file's name with the folders above it, as far as they were dropped
 */
export function tablesLike(place: string, { rows }: TableHead): KnownTable[] {
  return TASKS.flatMap((task) =>
    SplitName.options.flatMap((split): KnownTable[] => {
      const source = task.splits[split]
      const shape = SHAPES[task.name]?.[split]
      if (source === null || shape === undefined || basename(place) !== basename(source.file)) return []
      if (!fits(shape, rows)) return []
      const folder = keyOf(basename(dirname(place)))
      const isNamed = folder === keyOf(dirname(source.file)) || folder === keyOf(task.name)
      return isNamed || shape.isCommon !== true || basename(source.file).startsWith('diagnostic')
        ? [{ task, split, isNamed }]
        : []
    }),
  )
}

function fits({ header, holds = () => true }: Shape, rows: TableHead['rows']): boolean {
  const [first = [], ...rest] = rows
  if (header === null) return rows.length > 0 && rows.every(holds)
  const names = first.map((name) => name.trim())
  return header.every((name, at) => names[at] === name) && rest.every(holds)
}

function keyOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}
