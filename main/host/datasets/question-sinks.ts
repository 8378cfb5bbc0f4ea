// Questions one by one in, the files that the engine reads out: SQuAD's JSON, or articles of RACE, one a line.
import type { ChoiceExample } from '../../../engine/data/race/read-race.ts'
import type { SquadExample } from '../../../engine/data/squad/read-squad.ts'
import { openSink } from '../storage/file-sink.ts'

export type QuestionSink = {
  readonly files: readonly string[]
  write(example: SquadExample | ChoiceExample): Promise<void>
  /** @throws the system's error when the disk does not take the rest */
  close(): Promise<void>
  abandon(): Promise<void>
}

/** Questions of one context that follow each other share a paragraph. @throws the system's error */
export async function squadSink(file: string, unanswerable: boolean): Promise<QuestionSink> {
  const sink = await openSink(file)
  let context: string | null = null
  const put = (text: string): Promise<void> | undefined => sink.write(Buffer.from(text))
  return {
    files: [file],
    async write(example) {
      if (!('is_impossible' in example)) return
      if (context === null) {
        await put(`{"version": "${unanswerable ? 'v2.0' : '1.1'}", "data": [{"title": "", "paragraphs": [`)
      }
      const starts = context !== example.context
      if (starts) {
        await put(
          `${context === null ? '' : ']}, '}\n{"context": ${JSON.stringify(example.context)}, "qas": [`,
        )
        context = example.context
      }
      await put(`${starts ? '' : ', '}${JSON.stringify(questionOf(example, unanswerable))}`)
    },
    async close() {
      await put(context === null ? '{"version": "1.1", "data": []}\n' : ']}\n]}]}\n')
      await sink.close()
    },
    abandon: () => sink.abandon(),
  }
}

function questionOf({ id, question, answers, is_impossible }: SquadExample, unanswerable: boolean) {
  const given = answers.map(({ text, start }) => ({ text, answer_start: start }))
  return { id, question, answers: given, ...(unanswerable && { is_impossible }) }
}

/**
 * Questions of one article that follow each other share a line.
 * @param fileOf which of the files an article goes to
 * @throws the system's error
 */
export async function articleSink(
  fileOf: (example: ChoiceExample) => string,
  files: readonly string[],
): Promise<QuestionSink> {
  const sinks = new Map(await Promise.all(files.map(async (file) => [file, await openSink(file)] as const)))
  let waiting: ChoiceExample[] = []
  const flush = async (): Promise<void> => {
    const [first] = waiting
    if (first === undefined) return
    await sinks.get(fileOf(first))?.write(Buffer.from(`${JSON.stringify(articleOf(first, waiting))}\n`))
    waiting = []
  }
  return {
    files,
    async write(example) {
      if ('is_impossible' in example) return
      const [first] = waiting
      if (first !== undefined && (first.context !== example.context || first.level !== example.level))
        await flush()
      waiting.push(example)
    },
    async close() {
      await flush()
      for (const sink of sinks.values()) await sink.close()
    },
    async abandon() {
      for (const sink of sinks.values()) await sink.abandon()
    },
  }
}

function articleOf({ id, context }: ChoiceExample, questions: readonly ChoiceExample[]) {
  const answers = questions.map(({ label }) => String.fromCharCode('A'.charCodeAt(0) + (label ?? 0)))
  return {
    id,
    article: context,
    questions: questions.map(({ question }) => question),
    options: questions.map(({ options }) => options),
    ...(questions.every(({ label }) => label !== null) && { answers }),
  }
}
