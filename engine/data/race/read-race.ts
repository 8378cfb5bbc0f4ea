// The folder of a split of RACE in, its questions out: a text, a question and four options each. Or a file of one's own in the same form.
import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { EngineFailure } from '../../spec/errors.ts'
import { readReason } from '../../text/read-reason.ts'
import { saidFault } from '../fault.ts'
import { readLines } from '../lines.ts'

export type ChoiceExample = {
  /** Of the article; its questions share it. */
  id: string
  context: string
  question: string
  options: string[]
  /** The school it is from; null outside RACE. */
  level: RaceLevel | null
  /** Position of the right option; null where the file has no answers. */
  label: number | null
  /** Where it stands, for messages. */
  file: string
  line: number
}

const ArticleJson = z.object({
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
const ADVICE = 'Choose the folder that RACE was unpacked into, or a file of articles.'

/**
 * Reads `<folder>/<level>/all.txt`, one JSON article a line, or where that is missing every `.txt` of the folder, one
 * article a file, as the data is published. A file in place of the folder holds one article a line.
 * @param options.choices how many options every question must have
 * @throws EngineFailure `file-missing`, `empty-file`, or `bad-row` with file and line
 */
export async function* readRace(
  source: string,
  {
    levels = LEVELS,
    choices = OPTIONS,
    signal,
  }: { levels?: readonly RaceLevel[]; choices?: number; signal?: AbortSignal | undefined } = {},
): AsyncGenerator<ChoiceExample> {
  let articles = 0
  for await (const article of raceArticles(source, { levels, signal })) {
    articles++
    yield* questionsOf(article, choices)
  }
  if (articles > 0) return
  throw new EngineFailure({
    code: 'empty-file',
    file: source,
    message: `${source} holds no articles. ${ADVICE}`,
    fault: saidFault('empty-file'),
  })
}

/** An article as it stands in its file: one JSON object. */
export type Article = { text: string; file: string; line: number; level: RaceLevel | null }

/** The articles of a folder or file, in the order in which `readRace` reads them. @throws as `readRace` */
export async function* raceArticles(
  source: string,
  { levels = LEVELS, signal }: { levels?: readonly RaceLevel[]; signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Article> {
  for (const { level, found } of await sourcesIn(source, levels, signal)) {
    for await (const article of found) yield { ...article, level }
  }
}

type Found = Omit<Article, 'level'>

async function sourcesIn(
  source: string,
  levels: readonly RaceLevel[],
  signal: AbortSignal | undefined,
): Promise<{ level: RaceLevel | null; found: AsyncGenerator<Found> }[]> {
  const isFile = await stat(source).then(
    (entry) => entry.isFile(),
    () => false, // what is missing is told where it is read
  )
  if (isFile) return [{ level: null, found: articlesOf(source, signal) }]
  return LEVELS.filter((level) => levels.includes(level)).map((level) => ({
    level,
    found: articlesIn(join(source, level), signal),
  }))
}

async function* articlesIn(folder: string, signal: AbortSignal | undefined): AsyncGenerator<Found> {
  const names = await readdir(folder).catch((error: unknown) => {
    const message = `The RACE folder ${folder} cannot be read: ${readReason(error)}. ${ADVICE}`
    throw new EngineFailure(
      { code: 'file-missing', file: folder, message, fault: saidFault('file-missing') },
      { cause: error },
    )
  })
  if (names.includes('all.txt')) {
    yield* articlesOf(join(folder, 'all.txt'), signal)
    return
  }
  const numbered = new Intl.Collator('en', { numeric: true })
  for (const name of names.filter((one) => one.endsWith('.txt')).sort(numbered.compare)) {
    if (signal?.aborted) throw Object.assign(new Error('The reading was aborted.'), { name: 'AbortError' })
    const file = join(folder, name)
    yield { text: await readFile(file, 'utf8'), file, line: 1 }
  }
}

async function* articlesOf(file: string, signal: AbortSignal | undefined): AsyncGenerator<Found> {
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
}

/** @throws EngineFailure `bad-row` with file and line */
export function* questionsOf(
  { text, file, line, level }: Article,
  choices: number,
): Generator<ChoiceExample> {
  const parsed = ArticleJson.safeParse(parseJson(text, file, line))
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
    const offered = options[index] ?? []
    if (offered.length !== choices)
      throw badArticle(
        file,
        line,
        `has ${offered.length} options for question ${index + 1}; it must have ${choices}`,
      )
    const answer = answers?.[index]
    const label = answer === undefined ? null : answer.charCodeAt(0) - 'A'.charCodeAt(0)
    if (label !== null && !(answer?.length === 1 && label >= 0 && label < choices)) {
      throw badArticle(
        file,
        line,
        `has the answer ${JSON.stringify(answer)} to question ${index + 1}; it must be one of the letters A to ${String.fromCharCode('A'.charCodeAt(0) + choices - 1)}`,
      )
    }
    yield { id, context: article, question, options: offered, level, label, file, line }
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
  const fault = saidFault('bad-article')
  return new EngineFailure({ code: 'bad-row', file, line, column: null, message, fault })
}
