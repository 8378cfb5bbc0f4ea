// Dropped files and folders in; the files of the folders, and the datasets that they are known to be, out. What counts is what they hold.
import { open, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { cut } from '../../../engine/data/guess-delimiter.ts'
import { SplitName, type TaskSpec } from '../../../engine/spec/task-spec.ts'
import { ax } from '../../../engine/tasks/ax.ts'
import { mnli } from '../../../engine/tasks/mnli.ts'
import { race } from '../../../engine/tasks/race.ts'
import { squadV1 } from '../../../engine/tasks/squad-v1.ts'
import { squadV2 } from '../../../engine/tasks/squad-v2.ts'
import { TASKS } from '../../../engine/tasks/index.ts'
import type { RecognizedDataset } from '../../contract/datasets.ts'
import type { FileRef } from '../../contract/transport.ts'
import type { KnownFile } from '../uploads/known-files.ts'
import { tablesLike, type KnownTable } from './known-tables.ts'

type Found = { file: KnownFile; place: string }
type Files = Partial<Record<SplitName, Found>>
type Candidate = Pick<RecognizedDataset, 'task_name' | 'title' | 'kind' | 'layout'> & { files: Files }

const HEAD_BYTES = 1 << 16
/** Deeper, and beyond so many entries, nobody keeps the files of a benchmark. */
const DEPTH = 5
const MOST_FILES = 2000
const LEVELS = ['middle', 'high']
/** Whether data may stand in a file of this name; hidden files, as those that some archivers add, hold none. */
export function isDataFile(name: string): boolean {
  return !name.startsWith('.') && TEXT.test(name)
}

const TEXT = /\.(tsv|csv|txt|tab|json|jsonl|ndjson)$/i

/**
 * @param register makes a file or folder known to the window
 * @returns every file that may hold data, with the folders of RACE as one each; and what was recognised, the surest first
 * @throws the system's error
 */
export async function recognize(
  dropped: readonly KnownFile[],
  register: (file: string, name: string) => Promise<FileRef>,
): Promise<{ files: FileRef[]; found: RecognizedDataset[] }> {
  const found = (await Promise.all(dropped.map((file) => filesIn(file)))).flat().slice(0, MOST_FILES)
  const candidates: Candidate[] = [...(await knownTables(found)), ...(await squads(found)), ...races(found)]
  const refs = new Map<string, FileRef>()
  const refOf = async ({ file }: Found): Promise<FileRef> => {
    const known = refs.get(file.path) ?? (await register(file.path, file.name))
    refs.set(file.path, known)
    return known
  }
  const answer: RecognizedDataset[] = []
  for (const { files, ...candidate } of candidates) {
    const refIn = async (split: SplitName): Promise<FileRef | null> => {
      const one = files[split]
      return one === undefined ? null : refOf(one)
    }
    const [train, dev, test] = await Promise.all([refIn('train'), refIn('dev'), refIn('test')])
    answer.push({ ...candidate, files: { train, dev, test } })
  }
  return { files: await Promise.all(found.map(refOf)), found: answer }
}

/** A folder's files, deepest folders included; the folder of a split of RACE is one thing. */
async function filesIn(file: KnownFile, place = file.name, depth = 0): Promise<Found[]> {
  const entry = await stat(file.path)
  if (entry.isFile()) return [{ file, place }]
  if (!entry.isDirectory() || depth > DEPTH) return []
  const names = (await readdir(file.path)).filter((name) => !name.startsWith('.')).sort()
  if (names.some((name) => LEVELS.includes(name))) {
    if (await holdsArticles(file.path, names)) return [{ file: { ...file, name: place }, place: `${place}/` }]
  }
  const below: Found[] = []
  for (const name of names) {
    if (below.length > MOST_FILES) break
    const child = path.join(file.path, name)
    const isData = TEXT.test(name) || (await stat(child)).isDirectory()
    if (isData) below.push(...(await filesIn({ path: child, name }, `${place}/${name}`, depth + 1)))
  }
  return below
}

async function holdsArticles(folder: string, names: readonly string[]): Promise<boolean> {
  for (const level of LEVELS.filter((name) => names.includes(name))) {
    const first = (await readdir(path.join(folder, level)).catch(() => [])).find((name) =>
      name.endsWith('.txt'),
    )
    if (first === undefined) continue
    const head = await readHead(path.join(folder, level, first))
    return /"article"\s*:/.test(head) && /"options"\s*:/.test(head)
  }
  return false
}

async function knownTables(found: readonly Found[]): Promise<Candidate[]> {
  const like: (KnownTable & { found: Found })[] = []
  for (const one of found) {
    if (one.place.endsWith('/') || !/\.tsv$/i.test(one.file.name)) continue
    const rows = (await cut(await readHead(one.file.path), { delimiter: '\t', quote: null }))
      .slice(0, 20)
      .map(({ cells }) => cells)
    like.push(...tablesLike(one.place, { rows }).map((known) => ({ ...known, found: one })))
  }
  const candidates = TASKS.flatMap((task): Candidate[] => {
    const own = like.filter((one) => one.task === task)
    const files: Files = {}
    for (const split of SplitName.options) {
      const ofSplit = own.filter((one) => one.split === split)
      const best = ofSplit.find(({ isNamed }) => isNamed) ?? ofSplit[0]
      if (best !== undefined) files[split] = best.found
    }
    return files.train === undefined && task.name !== 'AX' ? [] : [candidateOf(task, files)]
  })
  // The two tests of MNLI share their training file; one whose development file is not there was not meant.
  const isMeant = ({ files: { train, dev } }: Candidate): boolean =>
    dev !== undefined ||
    !candidates.some(({ files }) => files.dev !== undefined && files.train?.file.path === train?.file.path)
  return candidates.filter(isMeant).flatMap((candidate) => {
    if (candidate.task_name !== ax.name) return [withTest(candidate, found)]
    if (candidate.files.test === undefined) return []
    const learnt = candidates.find(({ task_name }) => task_name === mnli.name)?.files
    // The diagnostics have no training rows: a model learns MNLI and is asked about them.
    return [{ ...candidate, files: { ...candidate.files, ...pick(learnt, 'train'), ...pick(learnt, 'dev') } }]
  })
}

/** A test file says nothing of its task; the folder of the training file does. */
function withTest(candidate: Candidate, found: readonly Found[]): Candidate {
  const { train, test } = candidate.files
  const name = TASKS.find((task) => task.name === candidate.task_name)?.splits.test?.file
  if (train === undefined || test !== undefined || name === undefined) return candidate
  const beside = path.posix.join(path.posix.dirname(train.place), path.posix.basename(name))
  const file = found.find(({ place }) => place === beside)
  return file === undefined ? candidate : { ...candidate, files: { ...candidate.files, test: file } }
}

async function squads(found: readonly Found[]): Promise<Candidate[]> {
  const squad: (Found & { unanswerable: boolean })[] = []
  for (const one of found) {
    if (one.place.endsWith('/') || !/\.json$/i.test(one.file.name)) continue
    const head = await readHead(one.file.path)
    if (!isSquad(head)) continue
    squad.push({
      ...one,
      unanswerable: /"is_impossible"|"version"\s*:\s*"v?2/.test(head) || /v2/i.test(one.file.name),
    })
  }
  return [true, false].flatMap((unanswerable): Candidate[] => {
    const of = squad.filter((one) => one.unanswerable === unanswerable)
    if (of.length === 0) return []
    const task = unanswerable ? squadV2 : squadV1
    const files: Files = {}
    for (const one of of) {
      const split = splitOf(one.file.name) ?? (files.train === undefined ? 'train' : 'dev')
      files[split] ??= one
    }
    const isOwn = !of.some(({ file }) => /^(train|dev)-v\d/i.test(file.name))
    return [{ ...candidateOf(task, files), layout: 'squad', ...(isOwn ? { task_name: null } : {}) }]
  })
}

/** By the start of a file whether it is one of contexts with questions, as SQuAD's are. */
export function isSquad(head: string): boolean {
  return /^\s*\{/.test(head) && /"paragraphs"\s*:\s*\[/.test(head) && /"(qas|context)"\s*:/.test(head)
}

function races(found: readonly Found[]): Candidate[] {
  const folders = found.filter(({ place }) => place.endsWith('/'))
  if (folders.length === 0) return []
  const files: Files = {}
  for (const one of folders) files[splitOf(path.basename(one.file.path)) ?? 'train'] ??= one
  return [{ ...candidateOf(race, files), layout: 'race' }]
}

/** Which split a file is by its name. */
function splitOf(name: string): SplitName | undefined {
  const words = name.toLowerCase().split(/[^a-z]+/)
  return SplitName.options.find((split) => words.includes(split))
}

function candidateOf({ name, title, kind }: TaskSpec, files: Files): Candidate {
  return { task_name: name, title, kind, layout: 'table', files }
}

function pick(files: Files | undefined, split: SplitName): Files {
  return files?.[split] === undefined ? {} : { [split]: files[split] }
}

/** The start of a file as UTF-8; the files that are looked for are written so. */
export async function readHead(file: string): Promise<string> {
  const handle = await open(file, 'r')
  try {
    const head = Buffer.alloc(HEAD_BYTES)
    const { bytesRead } = await handle.read(head, 0, head.length)
    const text = head.toString('utf8', 0, bytesRead).replace(/^\ufeff/, '')
    const end = bytesRead < head.length ? text.length : text.lastIndexOf('\n')
    return end > 0 ? text.slice(0, end) : text
  } finally {
    await handle.close()
  }
}
