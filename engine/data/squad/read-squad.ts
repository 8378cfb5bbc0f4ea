// A SQuAD file, of version 1.1 or 2.0, in; its questions with context and answers out.
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { EngineFailure } from '../../spec/errors.ts'
import { say } from '../../spec/sentences.ts'
import { readReason } from '../../text/read-reason.ts'
import { saidFault } from '../fault.ts'

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

/** A question with its place in the file, as in `data[0].paragraphs[3].qas[1]`. */
export type PlacedExample = { example: SquadExample; place: string }

/**
 * @param training asks for what training needs: exactly one answer, inside the context, to every question that has one
 * @throws EngineFailure `file-missing`, `empty-file`, or `bad-row` that names the place in the file or the question
 */
export async function readSquad(file: string, { training }: { training: boolean }): Promise<SquadExample[]> {
  const placed = await readPlacedSquad(file)
  for (const { example } of training ? placed : []) {
    const problem = trainingProblem(example)
    if (problem === null) continue
    const [answer] = example.answers
    const value = problem.code === 'answer-not-found' ? (answer?.text ?? '') : example.id
    const fault = saidFault(problem.code, { value, facts: { count: example.answers.length } })
    throw badFile(file, problem.problem, fault)
  }
  return placed.map(({ example }) => example)
}

/**
 * The questions as they stand in the file, whatever their answers.
 * @throws as `readSquad`, but for what is wrong with one question
 */
export async function readPlacedSquad(file: string): Promise<PlacedExample[]> {
  const parsed = SquadFile.safeParse(await readJson(file))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw badFile(
      file,
      `is no SQuAD file: ${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`,
    )
  }
  const examples: PlacedExample[] = []
  for (const [article, { paragraphs }] of parsed.data.data.entries()) {
    for (const [paragraph, { context, qas }] of paragraphs.entries()) {
      for (const [index, { id, question, answers = [], is_impossible = false }] of qas.entries()) {
        examples.push({
          place: `data[${article}].paragraphs[${paragraph}].qas[${index}]`,
          example: {
            id,
            question,
            context,
            is_impossible,
            answers: answers.map(({ text, answer_start }) => ({ text, start: answer_start })),
          },
        })
      }
    }
  }
  if (examples.length > 0) return examples
  throw new EngineFailure({ code: 'empty-file', file, ...say('file-without-questions', { file }) })
}

/** What keeps a question from being trained on; null where nothing does. */
export function trainingProblem({
  id,
  context,
  answers,
  is_impossible,
}: SquadExample): { code: 'no-answer' | 'several-answers' | 'answer-not-found'; problem: string } | null {
  if (is_impossible) return null
  const [answer] = answers
  if (answer === undefined || answers.length > 1) {
    return {
      code: answer === undefined ? 'no-answer' : 'several-answers',
      problem: `has ${answers.length} answers to question ${id}; training needs exactly one, or is_impossible`,
    }
  }
  const length = Array.from(answer.text).length
  if (length === 0 || answer.start + length > Array.from(context).length) {
    return {
      code: 'answer-not-found',
      problem: `has an answer to question ${id} that is empty or lies outside its context`,
    }
  }
  return null
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const message = `The SQuAD file ${file} cannot be read: ${readReason(error)}. Put it back, or choose another file.`
    throw new EngineFailure(
      { code: 'file-missing', file, message, fault: saidFault('file-missing') },
      { cause: error },
    )
  })
  try {
    return JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text)
  } catch (error) {
    const problem = `is not JSON: ${error instanceof Error ? error.message : String(error)}`
    throw badFile(file, problem, saidFault('unreadable-json'))
  }
}

function badFile(file: string, problem: string, fault = saidFault('not-squad')): EngineFailure {
  const message = `${file} ${problem}. Correct it, or choose another file.`
  return new EngineFailure({ code: 'bad-row', file, line: null, column: null, message, fault })
}
