// A draft of questions in; the task that describes them with all that is wrong, and then the dataset, out.
import { createHash } from 'node:crypto'
import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { SplitStatistics } from '../../../engine/data/check-split.ts'
import type { Fault } from '../../../engine/data/fault.ts'
import { createSeenTexts, type SeenTexts } from '../../../engine/data/seen-texts.ts'
import type { ChoiceExample } from '../../../engine/data/race/read-race.ts'
import type { SquadExample } from '../../../engine/data/squad/read-squad.ts'
import { EngineFailure } from '../../../engine/spec/errors.ts'
import { SplitName, TaskSpec, type SplitFile } from '../../../engine/spec/task-spec.ts'
import { race } from '../../../engine/tasks/race.ts'
import { squadV2 } from '../../../engine/tasks/squad-v2.ts'
import type { DatasetRecord } from '../../contract/records.ts'
import { slug } from '../jobs/command-line.ts'
import { createBreather } from '../storage/breather.ts'
import { sha256OfFile } from '../storage/file-hash.ts'
import { storageFailure } from '../storage/storage-failure.ts'
import { FAULTS_TOLD, type SplitCheck } from './check.ts'
import { builtInOf, type Draft, type DraftFiles } from './draft-task.ts'
import { isLeftOut, makeDataset, refuseFaults } from './import.ts'
import { answeredItems, choicesIn, offeredItems, type QuestionItem } from './question-files.ts'
import { articleSink, squadSink, type QuestionSink } from './question-sinks.ts'
import { stratify } from './stratify.ts'

type Checked = {
  task: TaskSpec
  checks: Partial<Record<SplitName, SplitCheck>>
  groups: Record<string, number>
}
type Item = QuestionItem<SquadExample> | QuestionItem<ChoiceExample>

/**
 * @param choices how many options every question must have; by default as many as the first one of train has
 * @throws HostFailure `invalid-input`, `bad-file`; an AbortError once the signal is aborted
 */
export async function checkQuestions(
  draft: Draft,
  files: DraftFiles,
  signal: AbortSignal,
  choices = 0,
): Promise<Checked> {
  const { train } = files
  let unanswerable = false
  const groups: Record<string, number> = {}
  if (draft.kind === 'multiple-choice' && train !== undefined) {
    choices = await choicesIn(draft, train, signal).catch((error: unknown) => {
      if (error instanceof EngineFailure) return 4 // the check says what is wrong
      throw storageFailure(error, train.name)
    })
  }
  const checks: Checked['checks'] = {}
  const texts = createSeenTexts()
  const breathe = createBreather()
  for (const split of SplitName.options) {
    const file = files[split]
    if (file === undefined) continue
    const statistics = noStatistics()
    const faults: Fault[] = []
    const group = groupWatch()
    const double = doubleWatch(split, file.name, texts)
    const count = (found: readonly Fault[]): void => {
      for (const fault of found) {
        const isError = fault.severity === 'error'
        statistics[isError ? 'errors' : 'warnings']++
        const ofCode = (statistics.code_counts[fault.code] ?? 0) + 1
        statistics.code_counts[fault.code] = ofCode
        if (isError ? faults.length < FAULTS_TOLD : ofCode <= WARNINGS_TOLD)
          faults.push(named(fault, file.path, file.name))
      }
    }
    try {
      for await (const item of itemsOf(draft, split, files, choices, signal)) {
        await breathe()
        count(item.faults)
        statistics.rows += Math.max(1, item.examples.length)
        statistics.examples += item.examples.length
        for (const example of item.examples) {
          count(double(example))
          if ('is_impossible' in example) {
            unanswerable ||= example.is_impossible
            const kind = example.answers.length > 0 ? 'answer' : 'no-answer'
            statistics.label_counts[kind] = (statistics.label_counts[kind] ?? 0) + 1
          } else countLabel(statistics, example)
        }
        const of = group(item)
        if (split === 'train' && of !== null) groups[of] = (groups[of] ?? 0) + 1
      }
    } catch (error) {
      if (!(error instanceof EngineFailure)) throw storageFailure(error, file.name)
      count([wholeFileFault(error, draft)])
    }
    checks[split] = { name: file.name, faults, statistics }
  }
  return { task: taskOf(draft, files, { unanswerable, choices }), checks, groups }
}

/** @throws HostFailure `bad-file`, `disk-full`; an AbortError. The folder of all datasets is then as it was */
export async function importQuestions(
  draft: Draft,
  files: DraftFiles,
  { task, checks, groups }: Checked,
  folder: string,
  signal: AbortSignal,
): Promise<DatasetRecord> {
  refuseFaults({ checks, ...draft })
  return makeDataset({ name: draft.name, origin: 'imported', task }, folder, async (partial) => {
    const splits: DatasetRecord['splits'] = {}
    for (const split of SplitName.options) {
      if (files[split] === undefined) continue
      const makesDev = split === 'train' && files.dev === undefined
      const parts = makesDev ? (['train', 'dev'] as const) : ([split] as const)
      const isDev = stratify(groups, draft.dev_share, draft.seed)
      const group = groupWatch()
      const sinks: Partial<Record<SplitName, QuestionSink>> = {}
      const counts: Partial<Record<SplitName, SplitStatistics>> = {}
      const breathe = createBreather()
      let goes: SplitName = split
      try {
        for (const part of parts) {
          sinks[part] = await sinkOf(task, path.join(partial, task.splits[part]?.file ?? part))
          counts[part] = noStatistics()
        }
        for await (const item of itemsOf(draft, split, files, task.labels?.length ?? 0, signal)) {
          await breathe()
          if (item.examples.length === 0 || isLeftOut(item.faults, draft)) continue
          const of = group(item)
          if (makesDev && of !== null) goes = isDev(of) ? 'dev' : 'train'
          for (const example of item.examples) {
            await sinks[goes]?.write(example)
            const counted = counts[goes]
            if (counted === undefined) continue
            counted.examples++
            if (!('is_impossible' in example)) countLabel(counted, example)
          }
        }
        for (const part of parts) await sinks[part]?.close()
      } catch (error) {
        for (const sink of Object.values(sinks)) await sink.abandon().catch(() => undefined)
        throw storageFailure(error, files[split].name)
      }
      for (const part of parts) {
        const { examples = 0, label_counts = {} } = counts[part] ?? {}
        splits[part] = {
          rows: examples,
          label_counts: { ...label_counts },
          ...(await sizeOf(sinks[part]?.files ?? [])),
        }
      }
    }
    return splits
  })
}

function itemsOf(
  draft: Draft,
  split: SplitName,
  files: DraftFiles,
  choices: number,
  signal: AbortSignal,
): AsyncGenerator<Item> {
  const file = files[split]
  if (file === undefined) throw new Error(`There is no ${split} file.`)
  return draft.kind === 'extractive-qa'
    ? answeredItems(draft, split, file, signal)
    : offeredItems(draft, split, file, choices, signal)
}

function taskOf(
  draft: Draft,
  files: DraftFiles,
  { unanswerable, choices }: { unanswerable: boolean; choices: number },
): TaskSpec {
  const known = builtInOf(draft)
  const isChoice = draft.kind === 'multiple-choice'
  const like = isChoice ? race : squadV2
  const columns = like.splits.train?.columns ?? { guid: null, text_a: 0, text_b: null, label: null }
  // RACE keeps its two schools apart: each split is a folder of two files.
  const isFolder = isChoice && draft.layout === 'race'
  const source = (split: SplitName): SplitFile | null =>
    files[split] === undefined && split !== 'dev'
      ? null
      : { file: isFolder ? split : `${split}.${isChoice ? 'jsonl' : 'json'}`, header: false, columns }
  const splits = { train: source('train'), dev: source('dev'), test: source('test') }
  if (known !== null) return { ...known, splits }
  return TaskSpec.parse({
    name: slug(draft.name),
    title: draft.name,
    kind: draft.kind,
    labels: isChoice ? LETTERS.slice(0, choices) : null,
    ...(unanswerable && { unanswerable }),
    splits,
    metrics: like.metrics,
    best_by: like.best_by,
  })
}

const LETTERS = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J']

function sinkOf(task: TaskSpec, file: string): Promise<QuestionSink> {
  if (task.kind === 'extractive-qa') return squadSink(file, task.unanswerable === true)
  return path.extname(file) === '' ? raceFolder(file) : articleSink(() => file, [file])
}

async function raceFolder(folder: string): Promise<QuestionSink> {
  const [middle, high] = ['middle', 'high'].map((level) => path.join(folder, level, 'all.txt')) as [
    string,
    string,
  ]
  for (const file of [middle, high]) await mkdir(path.dirname(file), { recursive: true })
  return articleSink(({ level }) => (level === 'middle' ? middle : high), [middle, high])
}

/** Warnings of one kind that are told one by one, so that they do not crowd out the errors. */
const WARNINGS_TOLD = 100

/** The same question about the same text twice in train, with another answer even; and what is measured on although it was learnt. */
function doubleWatch(split: SplitName, file: string, texts: SeenTexts) {
  let number = 0
  return (example: SquadExample | ChoiceExample): Fault[] => {
    number += 1
    const options = 'options' in example ? example.options.join('\u0001') : ''
    const text = `${example.question}\u0001${options}`
    const mark = markOf(example)
    const first =
      split === 'train' ? texts.add(text, number, mark, example.context) : texts.find(text, example.context)
    if (first === null) return []
    const code =
      split !== 'train'
        ? 'leaked-question'
        : first.mark === mark
          ? 'duplicate-question'
          : 'conflicting-answer'
    const value = example.question.slice(0, 200)
    const message = `${file}: the question ${JSON.stringify(value)} ${DOUBLES[code].replace('{}', String(first.line))}`
    const facts = { first: first.line }
    return [{ code, severity: 'warning', file, line: null, column: null, value, facts, message }]
  }
}

const DOUBLES = {
  'leaked-question':
    'is question {} of the training file, about the same text: what is measured on it was learnt.',
  'duplicate-question': 'is asked of the same text as question {} already. It is learnt twice.',
  'conflicting-answer': 'has another answer as question {} of the same text. One of the two is wrong.',
}

/** Tells answers apart, in 32 bits (FNV-1a). */
function markOf(example: SquadExample | ChoiceExample): number {
  if (!('is_impossible' in example)) return (example.label ?? -1) + 1
  let mark = 0x811c9dc5
  for (const letter of JSON.stringify(example.answers))
    mark = Math.imul(mark ^ (letter.codePointAt(0) ?? 0), 0x01000193)
  return mark >>> 0
}

/** Questions about one text stay together: otherwise dev would ask about texts that were learnt. Null: the same text as before. */
function groupWatch(): (item: Item) => string | null {
  let last: string | null = null
  return ({ examples: [example] }) => {
    if (example === undefined || example.context === last) return null
    last = example.context
    return 'level' in example ? (example.level ?? '') : ''
  }
}

function countLabel(statistics: SplitStatistics, { label }: ChoiceExample): void {
  const letter = label === null ? undefined : LETTERS[label]
  if (letter !== undefined) statistics.label_counts[letter] = (statistics.label_counts[letter] ?? 0) + 1
}

function noStatistics(): SplitStatistics {
  const counts = () => Object.create(null) as Record<string, number>
  const none = { rows: 0, examples: 0, empty_texts: 0, skipped_rows: 0, errors: 0, warnings: 0 }
  return { ...none, label_counts: counts(), code_counts: counts() }
}

function wholeFileFault({ error, message }: EngineFailure, { layout }: Draft): Fault {
  const base = { severity: 'error' as const, value: null, line: null, column: null, message }
  switch (error.code) {
    case 'empty-file':
    case 'file-missing':
      return { ...base, code: error.code, file: error.file }
    case 'bad-row': {
      const code = layout === 'squad' ? 'not-squad' : layout === 'race' ? 'bad-article' : 'missing-column'
      return { ...base, code, file: error.file, line: error.line, column: error.column }
    }
    default:
      throw new EngineFailure(error)
  }
}

function named(fault: Fault, file: string, name: string): Fault {
  const isFile = fault.file === file
  return { ...fault, file: isFile ? name : fault.file, message: fault.message.replaceAll(file, name) }
}

async function sizeOf(files: readonly string[]): Promise<{ bytes: number; sha256: string }> {
  let bytes = 0
  for (const file of files) bytes += (await stat(file)).size
  const hashes = await Promise.all(files.map(sha256OfFile))
  const [only = '', ...more] = hashes
  return {
    bytes,
    sha256: more.length === 0 ? only : createHash('sha256').update(hashes.join()).digest('hex'),
  }
}
