// A question in, a process of the engine started for it, its answer out; the process is gone before this settles.
import { z } from 'zod'
import { EngineFailure } from '../../../engine/spec/errors.ts'
import { processSettings } from '../../../engine/spec/process-settings.ts'
import { Runtime } from '../../../engine/spec/runtime.ts'
import type { EngineAnswer, EngineProgress, EngineQuestion } from '../../../engine/spec/model-report.ts'
import { say } from '../../contract/sentences.ts'
import { FromEngine } from './engine-messages.ts'
import type { ForkEngine } from './engine-process.ts'

export type AskOptions = {
  signal?: AbortSignal
  onProgress?: (progress: EngineProgress) => void
  /** A line of native code. */
  onOutput?: (line: string) => void
}

type AnswerTo<Ask extends EngineQuestion['ask']> = Extract<EngineAnswer, { ask: Ask }>

/** From the answer to the end of the process, and from SIGTERM to SIGKILL, in milliseconds. */
const LAST_WAIT = 3000

/**
 * @throws EngineFailure as the engine does, `engine-exited` when its process dies, `internal` when its answer is none
 * @throws the signal's reason when it aborts
 */
export function askEngine<Ask extends EngineQuestion['ask']>(
  fork: ForkEngine,
  env: Record<string, string>,
  question: Extract<EngineQuestion, { ask: Ask }>,
  { signal, onProgress, onOutput }: AskOptions = {},
): Promise<AnswerTo<Ask>> {
  if (signal?.aborted === true) return Promise.reject(reasonOf(signal))
  return new Promise((resolve, reject) => {
    const engine = fork({ ...processSettings(Runtime.parse({}), process.env), ...env })
    let outcome: (() => void) | undefined
    let timer: NodeJS.Timeout | undefined
    const end = (): void => {
      engine.kill('SIGTERM')
      clearTimeout(timer)
      timer = setTimeout(() => engine.kill('SIGKILL'), LAST_WAIT)
    }
    const settle = (how: () => void): void => {
      if (outcome !== undefined) return
      outcome = how
      engine.send({ type: 'received' })
      timer = setTimeout(end, LAST_WAIT)
    }
    const stop = (): void => {
      outcome = () => reject(reasonOf(signal))
      end()
    }
    signal?.addEventListener('abort', stop, { once: true })
    engine.onOutput((line) => onOutput?.(line))
    engine.onMessage((raw) => {
      const { data: message, error } = FromEngine.safeParse(raw)
      if (message === undefined) settle(() => reject(misfit(z.prettifyError(error))))
      else if (message.type === 'ready') engine.send({ type: 'question', question })
      else if (message.type === 'progress') onProgress?.(message.progress)
      else if (message.type === 'answer' && message.answer.ask === question.ask) {
        const answer = message.answer as AnswerTo<Ask>
        settle(() => resolve(answer))
      } else if (message.type === 'refusal') settle(() => reject(new EngineFailure(message.error)))
    })
    engine.onExit((exit_code, by) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      if (outcome !== undefined) outcome()
      else reject(died(exit_code, by))
    })
  })
}

function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason
  return reason instanceof Error ? reason : new Error('It was cancelled.')
}

/** What the engine said cannot be an answer, a number that is none for example; nobody waits for another. */
function misfit(what: string): EngineFailure {
  const message = `The engine’s answer does not fit its declaration: ${what}`
  return new EngineFailure({ code: 'internal', message })
}

export function died(exit_code: number | null, signal: string | null): EngineFailure {
  const how = signal ?? `code ${exit_code ?? 'none'}`
  return new EngineFailure({ code: 'engine-exited', exit_code, signal, ...say('engine-gone', { how }) })
}
