// A way to run and a line to the host in; one run is done over it, its events sent in batches, and the process ends.
import type { RunEvent, RunRequest } from '../../../engine/spec/run.ts'
import type { EngineChannel } from './engine-channel.ts'
import { ToEngine, type FromEngine } from './engine-messages.ts'
import { batchEvents } from './batch-events.ts'

/** `engine/index.ts`, or a stand-in for it. */
export type Run = (request: RunRequest, options: { signal: AbortSignal }) => AsyncIterable<RunEvent>

/** How long the host has to take the last event, in milliseconds. */
const FAREWELL = 5000

export function serveRun(run: Run, channel: EngineChannel): void {
  const controller = new AbortController()
  channel.onClose(() => process.exit(1)) // the host is gone, and with it whoever wanted this run
  process.on('SIGINT', () => undefined) // Ctrl-C reaches the whole group; the host says what it means
  channel.onMessage((raw) => {
    const message = ToEngine.parse(raw)
    switch (message.type) {
      case 'run':
        void work(run, message.request, controller.signal, channel)
        return
      case 'stop':
        controller.abort(message.reason)
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
): Promise<void> {
  const batch = batchEvents((events) => channel.send({ type: 'events', events } satisfies FromEngine))
  try {
    for await (const event of run(request, { signal })) await batch.add(event)
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
