// The cells of a table that hold an answer in, the answers with their places in the context out, or what is wrong with them.
import { z } from 'zod'
import type { SquadExample } from '../squad/read-squad.ts'
import { shown, type QuestionFault } from './question-row.ts'

type Answers = SquadExample['answers']

const Texts = z.union([z.string().transform((text) => [text]), z.array(z.string())])
const Starts = z.union([z.int().transform((start) => [start]), z.array(z.int())])
/** `{"text": …, "answer_start": …}` with a value or a list of equal length in each, or a list of such, or a list of texts. */
const Several = z.union([
  z
    .object({ text: Texts, answer_start: Starts.optional() })
    .transform(({ text, answer_start = [] }) =>
      text.map((one, index) => ({ text: one, start: answer_start[index] })),
    ),
  z
    .array(z.object({ text: z.string(), answer_start: z.int().optional() }))
    .transform((all) => all.map(({ text, answer_start }) => ({ text, start: answer_start }))),
  z.array(z.string()).transform((all) => all.map((text) => ({ text, start: undefined }))),
])

/**
 * @param column what to call the column of the answer
 * @returns no answers for an empty cell: the question has none
 */
export function answersIn(
  cell: string,
  start: string | null,
  context: string,
  column: string,
): { answers: Answers } | { fault: QuestionFault } {
  const trimmed = cell.trim()
  if (trimmed === '') return { answers: [] }
  const listed = /^[[{]/.test(trimmed) ? Several.safeParse(parsed(trimmed)) : null
  const given =
    listed?.success === true
      ? listed.data.filter(({ text }) => text.trim() !== '')
      : [{ text: cell, start: start === null || start.trim() === '' ? undefined : Number(start) }]
  const answers: Answers = []
  for (const { text, start } of given) {
    const place = placeOf(context, text, start)
    if (place === null) return { fault: notFound(text, start, column) }
    answers.push(place)
  }
  return { answers }
}

/** A start that is a little off is mended: the occurrence next to it is meant. Spaces around the answer are no part of it. */
function placeOf(context: string, text: string, start: number | undefined): Answers[number] | null {
  const wanted = start === undefined ? 0 : offsetOf(context, start)
  for (const answer of [text, text.trim()]) {
    const places: number[] = []
    for (
      let at = context.indexOf(answer);
      at >= 0 && places.length < 1000;
      at = context.indexOf(answer, at + 1)
    )
      places.push(at)
    const nearest = places.reduce<number | null>(
      (best, at) => (best === null || Math.abs(at - wanted) < Math.abs(best - wanted) ? at : best),
      null,
    )
    if (nearest !== null) return { text: answer, start: Array.from(context.slice(0, nearest)).length }
  }
  return null
}

/** UTF-16 units before that many code points. */
function offsetOf(context: string, codePoints: number): number {
  return Array.from(context).slice(0, Math.max(0, codePoints)).join('').length
}

function notFound(text: string, start: number | undefined, column: string): QuestionFault {
  const place = start === undefined ? '' : ` (said to start at ${start})`
  return {
    code: 'answer-not-found',
    severity: 'error',
    column,
    value: text.slice(0, 200),
    sentence: `has the answer ${shown(text)}${place}, which does not stand in the context. Correct the answer, letter by letter as in the context.`,
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
