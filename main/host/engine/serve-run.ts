// A way to run and a line to the host in; one run is done over it, its events sent in batches, and the process ends.
import type { RunEvent, RunRequest } from '../../../engine/spec/run.ts'
import type { EngineChannel } from './engine-channel.ts'
import { ToEngine, type FromEngine } from './engine-messages.ts'
import { batchEvents, isBeforeSave } from './batch-events.ts'
import { serveQuestion, type AnswerQuestion } from './serve-question.ts'

/** `engine/index.ts`, or a stand-in for it. */
export type Run = (request: RunRequest, options: { signal: AbortSignal }) => AsyncIterable<RunEvent>

/** How long the host has to record what comes before a checkpoint, and to take the last event, in milliseconds. */
const FAREWELL = 5000

/** @param answer what answers a question in the place of a run; a stand-in has none */
export function serveRun(run: Run, channel: EngineChannel, answer?: AnswerQuestion): void {
  const controller = new AbortController()
  let onRecorded = (): void => undefined
  const recorded = (): Promise<void> =>
    new Promise((resolve) => {
      const patience = setTimeout(resolve, FAREWELL)
      onRecorded = () => {
        clearTimeout(patience)
        resolve()
      }
    })
  channel.onClose(() => process.exit(1)) // the host is gone, and with it whoever wanted this run
  process.on('SIGINT', () => undefined) // Ctrl-C reaches the whole group; the host says what it means
  channel.onMessage((raw) => {
    const message = ToEngine.parse(raw)
    switch (message.type) {
      case 'run':
        void work(run, message.request, controller.signal, channel, recorded)
        return
      case 'question':
        void serveQuestion(answer, message.question, channel)
        return
      case 'stop':
        controller.abort(message.reason)
        return
      case 'recorded':
        onRecorded()
        return
      case 'received':
        process.exit(0)
    }
  })
  void channel.send({ type: 'ready' } satisfies FromEngine)
}

async function work(
  run: Run,
  request: RunRequest,
  signal: AbortSignal,
  channel: EngineChannel,
  recorded: () => Promise<void>,
): Promise<void> {
  const batch = batchEvents((events) => channel.send({ type: 'events', events } satisfies FromEngine))
  try {
    for await (const event of run(request, { signal })) {
      // A kill after the save goes on from it: what was measured before must not be lost with this process.
      const done = isBeforeSave(event) ? recorded() : undefined
      await batch.add(event)
      await done
    }
  } catch (error) {
    await batch.add({ type: 'failed', step: batch.step(), error: bug(error) })
  }
  await batch.flush()
  setTimeout(() => process.exit(0), FAREWELL)
}

/** Expected failures are events; what is thrown here is a fault of the program. */
function bug(error: unknown): Extract<RunEvent, { type: 'failed' }>['error'] {
  const message = error instanceof Error ? error.message : String(error)
  return {
    code: 'internal',
    message: `The engine failed in a way it does not know: ${message}`,
    ...(error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {}),
  }
}
