// A SQuAD file in, its questions out, each with what keeps it from being trained on or scored.
import { isNothing } from '../fault.ts'
import { readPlacedSquad, trainingProblem, type SquadExample } from '../squad/read-squad.ts'
import { faultAt, shown, type QuestionFault, type QuestionRow } from './question-row.ts'

/** @throws EngineFailure for what is wrong with the file as a whole; an AbortError once the signal is aborted */
export async function* squadQuestions(
  file: string,
  { training, signal }: { training: boolean; signal?: AbortSignal | undefined },
): AsyncGenerator<QuestionRow<SquadExample>> {
  const seen = new Set<string>()
  for (const { example, place } of await readPlacedSquad(file)) {
    if (signal?.aborted) throw Object.assign(new Error('The reading was aborted.'), { name: 'AbortError' })
    const faults = problemsOf(example, training, seen.has(example.id)).map((problem) =>
      faultAt(file, null, place, { ...problem, column: problem.column ?? place }),
    )
    seen.add(example.id)
    const isFaulty = faults.some(({ severity }) => severity === 'error')
    yield { example: isFaulty ? null : example, faults, line: null }
  }
}

function problemsOf(example: SquadExample, training: boolean, isRepeated: boolean): QuestionFault[] {
  const { id, question, context, answers } = example
  const at = { column: null, value: id.slice(0, 200), severity: 'error' } as const
  if (isNothing(question) || isNothing(context)) {
    const sentence = `has no text in its question or context (${id}). Fill it in, or remove the question.`
    return [{ ...at, code: 'empty-text', sentence }]
  }
  const problem = training ? trainingProblem(example) : null
  if (problem !== null) {
    return [{ ...at, code: problem.code, facts: { count: answers.length }, sentence: `${problem.problem}.` }]
  }
  const found: QuestionFault[] = []
  const moved = answers.find(({ text, start }) => !standsAt(context, text, start))
  if (moved !== undefined) {
    const sentence = `has the answer ${shown(moved.text)} at ${moved.start}, where the context reads otherwise (${id}). Correct answer_start.`
    found.push({
      ...at,
      severity: 'warning',
      code: 'answer-not-found',
      value: moved.text.slice(0, 200),
      sentence,
    })
  }
  if (isRepeated) {
    const sentence = `has the id ${shown(id)}, as a question before it has. Their predictions cannot be told apart.`
    found.push({ ...at, severity: 'warning', code: 'duplicate-guid', sentence })
  }
  return found
}

/** @param start in code points */
function standsAt(context: string, text: string, start: number): boolean {
  if (context.startsWith(text, start)) return true // almost always, for most contexts lie in one plane
  return (
    Array.from(context)
      .slice(start, start + Array.from(text).length)
      .join('') === text
  )
}
