// A question from the host in; how far it is, and then its answer or the reason why there is none, out.
import { EngineFailure, type EngineError } from '../../../engine/spec/errors.ts'
import type { EngineAnswer, EngineProgress, EngineQuestion } from '../../../engine/spec/model-report.ts'
import type { EngineChannel } from './engine-channel.ts'
import type { FromEngine } from './engine-messages.ts'

/** `engine/index.ts`'s. */
export type AnswerQuestion = (
  question: EngineQuestion,
  onProgress: (progress: EngineProgress) => void,
) => Promise<EngineAnswer>

const BETWEEN_MESSAGES = 100 // milliseconds

export async function serveQuestion(
  answer: AnswerQuestion | undefined,
  question: EngineQuestion,
  channel: EngineChannel,
): Promise<void> {
  let told: EngineProgress | undefined
  let told_at = 0
  const tell = (progress: EngineProgress): void => {
    if (told?.phase === progress.phase && Date.now() - told_at < BETWEEN_MESSAGES) return
    told = progress
    told_at = Date.now()
    void channel.send({ type: 'progress', progress } satisfies FromEngine)
  }
  try {
    if (answer === undefined) throw new Error('This engine answers no questions.')
    await channel.send({ type: 'answer', answer: await answer(question, tell) } satisfies FromEngine)
  } catch (error) {
    await channel.send({ type: 'refusal', error: asError(error) } satisfies FromEngine)
  }
}

function asError(error: unknown): EngineError {
  if (error instanceof EngineFailure) return error.error
  const message = error instanceof Error ? error.message : String(error)
  return {
    code: 'internal',
    message: `The engine failed in a way it does not know: ${message}`,
    ...(error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {}),
  }
}
