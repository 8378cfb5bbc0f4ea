// A folder of RACE, or a file of articles, in; its questions out, or what is wrong with an article.
import { basename, dirname, join } from 'node:path'
import { EngineFailure } from '../../spec/errors.ts'
import type { Fault } from '../fault.ts'
import { questionsOf, raceArticles, type Article, type ChoiceExample } from '../race/read-race.ts'

export type ArticleRow = {
  article: Article
  /** None where a fault is an error: an article is taken as a whole. */
  examples: ChoiceExample[]
  faults: Fault[]
}

/**
 * @param options.choices how many options every question must have
 * @throws EngineFailure for what is wrong with the folder as a whole; what node:fs throws; an AbortError
 */
export async function* raceQuestions(
  source: string,
  { choices, signal }: { choices: number; signal?: AbortSignal | undefined },
): AsyncGenerator<ArticleRow> {
  let articles = 0
  for await (const article of raceArticles(source, { signal })) {
    articles++
    try {
      yield { article, examples: [...questionsOf(article, choices)], faults: [] }
    } catch (error) {
      if (!(error instanceof EngineFailure)) throw error
      yield { article, examples: [], faults: [faultOf(error, article)] }
    }
  }
  if (articles > 0) return
  const message = `${source} holds no articles. Choose the folder that RACE was unpacked into, or a file of articles.`
  throw new EngineFailure({ code: 'empty-file', file: source, message })
}

function faultOf({ message }: EngineFailure, { file, line, level }: Article): Fault {
  const name = level === null ? basename(file) : join(basename(dirname(file)), basename(file))
  const sentence = message.replaceAll(file, name)
  return {
    code: 'bad-article',
    severity: 'error',
    file: name,
    line,
    column: null,
    value: null,
    message: sentence,
  }
}
