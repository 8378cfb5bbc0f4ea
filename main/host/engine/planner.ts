// Questions about runs that may be started in, plans out: from one process of the engine that waits a while for the next question.
import { EngineFailure } from '../../../engine/spec/errors.ts'
import type { EngineQuestion } from '../../../engine/spec/model-report.ts'
import type { RunPlan } from '../../../engine/spec/run-plan.ts'
import { died } from './ask-engine.ts'
import { FromEngine } from './engine-messages.ts'
import type { EngineProcess, ForkEngine } from './engine-process.ts'

type Question = Extract<EngineQuestion, { ask: 'plan' }>
type Waiting = { question: Question; resolve(plan: RunPlan): void; reject(reason: unknown): void }

export type Planner = {
  /** Questions are answered one after the other. @throws EngineFailure as the engine does, `engine-exited` when its process dies */
  plan(question: Question): Promise<RunPlan>
  /** Ends the process; who still waits hears that it died. */
  close(): void
}

/** How long the process waits for another question, in milliseconds: a form is changed again and again. */
const PATIENCE = 60_000

/** A plan loads no library, so the process needs to know of none. */
export function createPlanner(fork: ForkEngine, patience = PATIENCE): Planner {
  const waiting: Waiting[] = []
  let engine: EngineProcess | null = null
  let isReady = false
  let timer: NodeJS.Timeout | undefined

  const askNext = (): void => {
    clearTimeout(timer)
    const [next] = waiting
    if (next !== undefined) {
      engine ??= start()
      if (isReady) engine.send({ type: 'question', question: next.question })
      return
    }
    timer = setTimeout(end, patience)
    timer.unref()
  }
  const settle = (how: (one: Waiting) => void): void => {
    const one = waiting.shift()
    if (one !== undefined) how(one)
    askNext()
  }
  const end = (): void => {
    engine?.send({ type: 'received' })
    engine = null
  }
  const start = (): EngineProcess => {
    const started = fork({})
    isReady = false
    started.onMessage((raw) => {
      const message = FromEngine.safeParse(raw).data
      if (message?.type === 'ready') {
        isReady = true
        askNext()
      } else if (message?.type === 'answer' && message.answer.ask === 'plan') {
        const { plan } = message.answer
        settle(({ resolve }) => resolve(plan))
      } else if (message?.type === 'refusal') {
        settle(({ reject }) => reject(new EngineFailure(message.error)))
      }
    })
    started.onExit((code, by) => {
      if (engine !== started) return // it was told to
      engine = null
      settle(({ reject }) => reject(died(code, by)))
    })
    return started
  }

  return {
    plan: (question) =>
      new Promise((resolve, reject) => {
        waiting.push({ question, resolve, reject })
        if (waiting.length === 1) askNext()
      }),
    close: () => {
      clearTimeout(timer)
      const closing = engine
      engine = null
      closing?.kill('SIGTERM')
      for (const { reject } of waiting.splice(0)) reject(died(null, 'SIGTERM'))
    },
  }
}
