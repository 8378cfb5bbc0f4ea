// A SQuAD file, of version 1.1 or 2.0, in; its questions with context and answers out.
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { EngineFailure } from '../../spec/errors.ts'
import { readReason } from '../../text/read-reason.ts'

export type SquadExample = {
  id: string
  question: string
  context: string
  /** Every answer that the file gives; `start` counts code points of the context. */
  answers: { text: string; start: number }[]
  is_impossible: boolean
}

const SquadFile = z.object({
  data: z.array(
    z.object({
      paragraphs: z.array(
        z.object({
          context: z.string(),
          qas: z.array(
            z.object({
              id: z.string(),
              question: z.string(),
              answers: z.array(z.object({ text: z.string(), answer_start: z.int().min(0) })).optional(),
              is_impossible: z.boolean().optional(),
            }),
          ),
        }),
      ),
    }),
  ),
})

/**
 * @param training asks for what training needs: exactly one answer, inside the context, to every question that has one
 * @throws EngineFailure `file-missing`, `empty-file`, or `bad-row` that names the place in the file or the question
 */
export async function readSquad(file: string, { training }: { training: boolean }): Promise<SquadExample[]> {
  const parsed = SquadFile.safeParse(await readJson(file))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw badFile(
      file,
      `is no SQuAD file: ${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`,
    )
  }
  const examples: SquadExample[] = []
  for (const { context, qas } of parsed.data.data.flatMap(({ paragraphs }) => paragraphs)) {
    for (const { id, question, answers = [], is_impossible = false } of qas) {
      const example = {
        id,
        question,
        context,
        is_impossible,
        answers: answers.map(({ text, answer_start }) => ({ text, start: answer_start })),
      }
      if (training) demandOneAnswer(file, example)
      examples.push(example)
    }
  }
  if (examples.length > 0) return examples
  throw new EngineFailure({
    code: 'empty-file',
    file,
    message: `${file} holds no questions. Choose another file.`,
  })
}

function demandOneAnswer(file: string, { id, context, answers, is_impossible }: SquadExample): void {
  if (is_impossible) return
  const [answer] = answers
  if (answer === undefined || answers.length > 1) {
    throw badFile(
      file,
      `has ${answers.length} answers to question ${id}; training needs exactly one, or is_impossible`,
    )
  }
  const length = Array.from(answer.text).length
  if (length === 0 || answer.start + length > Array.from(context).length) {
    throw badFile(file, `has an answer to question ${id} that is empty or lies outside its context`)
  }
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const message = `The SQuAD file ${file} cannot be read: ${readReason(error)}. Put it back, or choose another file.`
    throw new EngineFailure({ code: 'file-missing', file, message }, { cause: error })
  })
  try {
    return JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text)
  } catch (error) {
    throw badFile(file, `is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function badFile(file: string, problem: string): EngineFailure {
  const message = `${file} ${problem}. Correct it, or choose another file.`
  return new EngineFailure({ code: 'bad-row', file, line: null, column: null, message })
}
