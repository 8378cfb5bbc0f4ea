// The RACE folder and the name of a split in, its questions out: a text, a question and four options each.
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { EngineFailure } from '../../spec/errors.ts'
import type { SplitName } from '../../spec/task-spec.ts'
import { readReason } from '../../text/read-reason.ts'
import { readLines } from '../lines.ts'

export type ChoiceExample = {
  /** Of the article; its questions share it. */
  id: string
  context: string
  question: string
  options: string[]
  /** Position of the right option; null where the file has no answers. */
  label: number | null
  /** Where it stands, for messages. */
  file: string
  line: number
}

const Article = z.object({
  id: z.string(),
  article: z.string(),
  questions: z.array(z.string()),
  options: z.array(z.array(z.string())),
  answers: z.array(z.string()).optional(),
})

/** The level folders, in the order in which the original reads them. */
const LEVELS = ['middle', 'high'] as const
export type RaceLevel = (typeof LEVELS)[number]
const OPTIONS = 4

/**
 * Reads `RACE/<split>/<level>/all.txt`, one JSON article a line, or where that is missing every `.txt` of the folder, one
 * article a file, as the data is published.
 * @throws EngineFailure `file-missing`, `empty-file`, or `bad-row` with file and line
 */
export async function* readRace(
  data_dir: string,
  split: SplitName,
  { levels = LEVELS, signal }: { levels?: readonly RaceLevel[]; signal?: AbortSignal | undefined } = {},
): AsyncGenerator<ChoiceExample> {
  let articles = 0
  for (const level of LEVELS) {
    if (!levels.includes(level)) continue
    for await (const { text, file, line } of articlesIn(join(data_dir, 'RACE', split, level), signal)) {
      articles++
      yield* questionsOf(text, file, line)
    }
  }
  if (articles > 0) return
  const file = join(data_dir, 'RACE', split)
  throw new EngineFailure({
    code: 'empty-file',
    file,
    message: `${file} holds no articles. Choose the folder that RACE was unpacked into.`,
  })
}

async function* articlesIn(
  folder: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ text: string; file: string; line: number }> {
  const names = await readdir(folder).catch((error: unknown) => {
    const message = `The RACE folder ${folder} cannot be read: ${readReason(error)}. Choose the folder that RACE was unpacked into.`
    throw new EngineFailure({ code: 'file-missing', file: folder, message }, { cause: error })
  })
  if (names.includes('all.txt')) {
    const file = join(folder, 'all.txt')
    for await (const lines of readLines(file, 'utf-8', { signal })) {
      for (const { text, line, fault } of lines) {
        if (fault !== null)
          throw badArticle(
            file,
            line,
            fault === 'undecodable' ? 'is not UTF-8 text' : 'is too long to be an article',
          )
        if (text.trim() !== '') yield { text, file, line }
      }
    }
    return
  }
  const numbered = new Intl.Collator('en', { numeric: true })
  for (const name of names.filter((one) => one.endsWith('.txt')).sort(numbered.compare)) {
    if (signal?.aborted) throw Object.assign(new Error('The reading was aborted.'), { name: 'AbortError' })
    const file = join(folder, name)
    yield { text: await readFile(file, 'utf8'), file, line: 1 }
  }
}

function* questionsOf(text: string, file: string, line: number): Generator<ChoiceExample> {
  const parsed = Article.safeParse(parseJson(text, file, line))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw badArticle(
      file,
      line,
      `is no article: ${issue?.path.map(String).join('.') ?? ''} ${issue?.message ?? ''}`,
    )
  }
  const { id, article, questions, options, answers } = parsed.data
  if (options.length !== questions.length || (answers !== undefined && answers.length !== questions.length)) {
    throw badArticle(
      file,
      line,
      `has ${questions.length} questions, ${options.length} lists of options and ${answers?.length ?? 0} answers`,
    )
  }
  for (const [index, question] of questions.entries()) {
    const choices = options[index] ?? []
    if (choices.length !== OPTIONS)
      throw badArticle(
        file,
        line,
        `has ${choices.length} options for question ${index + 1}; RACE has ${OPTIONS}`,
      )
    const answer = answers?.[index]
    const label = answer === undefined ? null : answer.charCodeAt(0) - 'A'.charCodeAt(0)
    if (label !== null && !(answer?.length === 1 && label >= 0 && label < OPTIONS)) {
      throw badArticle(
        file,
        line,
        `has the answer ${JSON.stringify(answer)} to question ${index + 1}; it must be A, B, C or D`,
      )
    }
    yield { id, context: article, question, options: choices, label, file, line }
  }
}

function parseJson(text: string, file: string, line: number): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw badArticle(file, line, `is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function badArticle(file: string, line: number, problem: string): EngineFailure {
  const message = `${file} line ${line} ${problem}. Correct it, or unpack RACE anew.`
  return new EngineFailure({ code: 'bad-row', file, line, column: null, message })
}
