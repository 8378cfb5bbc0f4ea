// A dropped file in, how it looks out: the form it has, its first rows, and what was guessed about its columns.
import { guessFormat, type FormatGuess } from '../../../engine/data/guess-format.ts'
import { raceArticles } from '../../../engine/data/race/read-race.ts'
import { EngineFailure } from '../../../engine/spec/errors.ts'
import type { TextFormat } from '../../../engine/spec/task-spec.ts'
import type { FilePreview } from '../../contract/datasets.ts'
import { HostFailure } from '../../contract/errors.ts'
import type { KnownFile } from '../uploads/known-files.ts'
import { answeredRows, offeredRows, type Rows } from './dataset-rows.ts'
import { isSquad, readHead } from './recognize.ts'

type Look = Omit<FilePreview, 'file_id' | 'name' | 'bytes'>

const ROWS = 100

/**
 * @param isFolder a split of RACE
 * @throws HostFailure `bad-file` where there is nothing to see; the system's error
 */
export async function previewOf(
  { path, name }: KnownFile,
  isFolder: boolean,
  known: { format?: TextFormat | undefined; header?: boolean | undefined },
  signal: AbortSignal,
): Promise<Look> {
  try {
    const head = isFolder ? '' : await readHead(path)
    if (isFolder || isArticle(head)) {
      const letters = await lettersIn(path, signal)
      return look('race', 'multiple-choice', await offeredRows(path, letters, ROWS, signal))
    }
    if (isSquad(head)) return look('squad', 'extractive-qa', await answeredRows(path, ROWS))
  } catch (error) {
    throw error instanceof EngineFailure ? asBadFile(error, path, name) : error
  }
  const guess = await guessFormat(path, known)
  if (guess.rows.length === 0) throw withoutRows(name, guess.columns)
  if (!isText([guess.columns, ...guess.rows.map(({ cells }) => cells)])) throw notText(name)
  return { layout: 'table', ...guess }
}

function look(layout: Look['layout'], kind: Look['guess']['kind'], { columns, rows }: Rows): Look {
  const none: Omit<FormatGuess['guess'], 'kind'> = {
    text_a: null,
    text_b: null,
    label: null,
    guid: null,
    question: null,
    answer_start: null,
    options: [],
    labels: [],
  }
  const format = { delimiter: '\t', quote: null, encoding: 'utf-8' as const }
  return { layout, format, header: true, columns, rows, guess: { ...none, kind } }
}

/** Whether a file is articles with their questions, one a line, as RACE's are. */
function isArticle(head: string): boolean {
  return (
    /^\s*\{/.test(head) &&
    /"article"\s*:/.test(head) &&
    /"questions"\s*:\s*\[/.test(head) &&
    /"options"\s*:\s*\[/.test(head)
  )
}

async function lettersIn(path: string, signal: AbortSignal): Promise<string[]> {
  for await (const { text } of raceArticles(path, { signal })) {
    const options = (JSON.parse(text) as { options?: unknown[][] }).options?.[0]
    return ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'].slice(0, options?.length ?? 4)
  }
  return ['A', 'B', 'C', 'D']
}

function asBadFile({ error, message }: EngineFailure, path: string, name: string): HostFailure {
  const line = error.code === 'bad-row' ? error.line : null
  const code =
    error.code === 'empty-file' ? 'empty-file' : name.endsWith('.json') ? 'not-squad' : 'bad-article'
  return new HostFailure(
    {
      code: 'bad-file',
      file: name,
      line,
      column: null,
      fault: { code, value: null, facts: {} },
      message: message.replaceAll(path, name),
    },
    { cause: error },
  )
}

/** In a picture, a PDF or a program about every tenth character is one that no text has; a stray one is a fault of its row. */
function isText(rows: readonly (readonly string[])[]): boolean {
  const characters = rows.map((cells) => cells.join('')).join('')
  const unwritten = characters.match(/[\0-\x08\x0e-\x1f]/g)?.length ?? 0
  return unwritten <= Math.max(1, characters.length / 100)
}

function notText(name: string): HostFailure {
  const fault = { code: 'not-text', value: null, facts: {} }
  const message = `${name} holds no text. Drop a table (TSV, CSV, JSON), a SQuAD file, or a folder or archive of GLUE or RACE.`
  return new HostFailure({ code: 'bad-file', file: name, line: null, column: null, fault, message })
}

/** There is nothing to map in such a file, and nothing to learn from it. */
function withoutRows(name: string, columns: readonly string[]): HostFailure {
  const message =
    columns.length === 0
      ? `${name} is empty. Drop a file that has rows.`
      : `${name} has a header (${columns.join(', ')}) and no rows below it. Drop a file that has rows.`
  const code = columns.length === 0 ? 'empty-file' : 'only-a-header'
  const fault = { code, value: null, facts: { header: columns.join(', ') } }
  return new HostFailure({ code: 'bad-file', file: name, line: null, column: null, fault, message })
}
