// A file that a person dropped in; its likely encoding, delimiter, quoting, header and mapping, with its first rows, out.
import { open } from 'node:fs/promises'
import type { ColumnRef, TaskKind, TextFormat } from '../spec/task-spec.ts'
import { decoderOf } from './encoding.ts'
import { guessRoles, hasHeader } from './guess-columns.ts'
import { cut, guessDelimiter } from './guess-delimiter.ts'
import { guessEncoding } from './guess-encoding.ts'
import { guessQuestions } from './guess-questions.ts'

export type FormatGuess = {
  format: TextFormat
  header: boolean
  /** Names from the header, or `column 1` and so on; never empty and never twice the same. */
  columns: string[]
  /** At most 100, header left out; `line` counts from 1 in the file. */
  rows: { line: number; cells: string[] }[]
  guess: {
    kind: TaskKind
    /** The text; the context of questions. */
    text_a: ColumnRef | null
    text_b: ColumnRef | null
    /** The label; the answer to a question. */
    label: ColumnRef | null
    guid: ColumnRef | null
    question: ColumnRef | null
    answer_start: ColumnRef | null
    options: ColumnRef[]
    /** In id order, from the first rows only. */
    labels: string[]
  }
}

const HEAD_BYTES = 1 << 16
const PREVIEW_ROWS = 100

/**
 * Looks at the first 64 KiB of a file. What is given in `known` is not guessed.
 * @throws what node:fs throws
 */
export async function guessFormat(
  file: string,
  known: { format?: TextFormat | undefined; header?: boolean | undefined } = {},
): Promise<FormatGuess> {
  const { head, whole } = await readHead(file)
  const encoding = known.format?.encoding ?? guessEncoding(head)
  const text = decodeHead(head, encoding, whole)
  const format =
    known.format ??
    (isJsonLines(text)
      ? { encoding, delimiter: '\t', quote: null, json_lines: true }
      : { encoding, ...(await guessDelimiter(text)) })
  const all = (await cut(text, format)).filter(
    ({ cells, fault }) => cells.length > 0 && fault?.code !== 'unclosed-quote',
  )
  const header = format.json_lines ?? known.header ?? hasHeader(all.map(({ cells }) => cells))
  const rows = (header ? all.slice(1) : all).map(({ line, cells }) => ({ line, cells }))
  const width = all.reduce((most, { cells }) => Math.max(most, cells.length), 0)
  const names = header ? (all[0]?.cells ?? []) : []
  const columns = uniqueNames(names, width)
  const cells = rows.map((row) => row.cells)
  // A name that occurs twice, or none at all, says less than the position does.
  const reference = (position: number | null): ColumnRef | null => {
    const name = position === null ? '' : (names[position]?.trim() ?? '')
    return name !== '' && names.filter((other) => other.trim() === name).length === 1 ? name : position
  }
  return {
    format,
    header,
    columns,
    rows: rows.slice(0, PREVIEW_ROWS),
    guess: rolesIn(cells, names, reference),
  }
}

function rolesIn(
  cells: string[][],
  names: readonly string[],
  reference: (position: number | null) => ColumnRef | null,
): FormatGuess['guess'] {
  const questions = guessQuestions(cells, names)
  if (questions !== null) {
    const { kind, context, question, answer, answer_start, options, guid } = questions
    return {
      kind,
      text_a: reference(context),
      text_b: null,
      label: reference(answer),
      guid: reference(guid),
      question: reference(question),
      answer_start: reference(answer_start),
      options: options.flatMap((option) => reference(option) ?? []),
      labels: [],
    }
  }
  const { kind, labels, ...roles } = guessRoles(cells, names)
  return {
    kind,
    text_a: reference(roles.text_a),
    text_b: reference(roles.text_b),
    label: reference(roles.label),
    guid: reference(roles.guid),
    question: null,
    answer_start: null,
    options: [],
    labels,
  }
}

/** Whether the first line that is not blank is a JSON object. */
function isJsonLines(text: string): boolean {
  const first = /\S[^\n]*/.exec(text)?.[0] ?? ''
  if (!first.startsWith('{')) return false
  try {
    JSON.parse(first)
    return true
  } catch {
    return false
  }
}

async function readHead(file: string): Promise<{ head: Buffer; whole: boolean }> {
  const handle = await open(file, 'r')
  try {
    const head = Buffer.alloc(HEAD_BYTES)
    let filled = 0
    while (filled < head.length) {
      const { bytesRead } = await handle.read(head, filled, head.length - filled)
      if (bytesRead === 0) return { head: head.subarray(0, filled), whole: true }
      filled += bytesRead
    }
    return { head, whole: false }
  } finally {
    await handle.close()
  }
}

/** The whole lines of the head; of a longer file the last line is probably cut and is left out, unless it is the only one. */
function decodeHead(head: Buffer, encoding: TextFormat['encoding'], whole: boolean): string {
  const { decode, lineEnd } = decoderOf(encoding)
  const end = whole ? -1 : lineEnd.last(head)
  return decode(end < 0 ? head : head.subarray(0, end), { first: true }).text
}

function uniqueNames(names: readonly string[], width: number): string[] {
  const used = new Set<string>()
  return Array.from({ length: width }, (_, position) => {
    const base = names[position]?.trim() || `column ${position + 1}`
    let name = base
    for (let again = 2; used.has(name); again++) name = `${base} (${again})`
    used.add(name)
    return name
  })
}
