// A run in, its events and then its outcome out; in between a process that is told to stop, and ended where it does not listen.
import { processSettings } from '../../../engine/spec/process-settings.ts'
import { RunEvent, type RunRequest, type StopReason } from '../../../engine/spec/run.ts'
import { isBeforeSave, isLast, type LastEvent } from './batch-events.ts'
import { FromEngine } from './engine-messages.ts'
import type { ForkEngine } from './engine-process.ts'

/** How an execution ended: with the engine's own last word, or because the process died. */
export type Outcome = LastEvent | { type: 'exited'; code: number | null; signal: string | null }

export type EngineRun = {
  /** Asks the engine to stop, and ends its process when it does not. A `cancel` may follow a `pause`. */
  stop(reason: StopReason): void
  ended: Promise<Outcome>
}

export type EngineListeners = {
  onStarted(pid: number | undefined): void
  onEvent(event: RunEvent): void
  /** The engine is about to save: settles when what it said until now is on the disk. */
  record(): Promise<void>
  /** A line of native code, or of something this host does not understand. */
  onOutput(line: string): void
}

/** From SIGTERM to SIGKILL, and from the last event to the end of the process, in milliseconds. */
const LAST_WAIT = 3000

/** @param grace what the engine gets to stop by itself; a pause gets it anew with every event, for it is saving */
export function startEngine(
  fork: ForkEngine,
  env: Record<string, string>,
  request: RunRequest,
  listeners: EngineListeners,
  grace: number,
): EngineRun {
  const engine = fork({ ...processSettings(request.runtime, process.env), ...env })
  let ready = false
  let stopping: StopReason | undefined
  let last: LastEvent | undefined
  let timer: NodeJS.Timeout | undefined

  const endIn = (wait: number): void => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      engine.kill('SIGTERM')
      timer = setTimeout(() => engine.kill('SIGKILL'), LAST_WAIT)
    }, wait)
  }

  const take = (event: RunEvent): void => {
    if (last !== undefined) return
    if (stopping === 'pause') endIn(grace)
    if (!isLast(event)) {
      listeners.onEvent(event)
      return
    }
    last = event
    engine.send({ type: 'received' })
    endIn(LAST_WAIT)
  }

  engine.onOutput((line) => listeners.onOutput(line))
  engine.onMessage((raw) => {
    const message = readMessage(raw, (sentence) => listeners.onOutput(sentence))
    if (message?.type === 'events') {
      for (const event of message.events) take(event)
      if (message.events.some(isBeforeSave))
        void listeners.record().then(() => engine.send({ type: 'recorded' }))
      return
    }
    if (message?.type !== 'ready' || ready) return
    ready = true
    listeners.onStarted(engine.pid)
    engine.send({ type: 'run', request })
  })

  return {
    stop: (reason) => {
      if (last !== undefined || stopping === 'cancel' || stopping === reason) return
      stopping = reason
      if (ready) engine.send({ type: 'stop', reason })
      endIn(ready ? grace : 0) // a process that is still starting has nothing to save
    },
    ended: new Promise((resolve) => {
      engine.onExit((code, signal) => {
        clearTimeout(timer)
        resolve(last ?? { type: 'exited', code, signal })
      })
    }),
  }
}

/** An event that does not fit its declaration is left out and said; the others count. */
function readMessage(raw: unknown, complain: (sentence: string) => void): FromEngine | undefined {
  const message = FromEngine.safeParse(raw)
  if (message.success) return message.data
  if (typeof raw !== 'object' || raw === null || !('events' in raw) || !Array.isArray(raw.events)) {
    complain('The engine sent a message that this program does not know.')
    return undefined
  }
  const events: RunEvent[] = []
  for (const item of raw.events as unknown[]) {
    const event = RunEvent.safeParse(item)
    if (event.success) events.push(event.data)
    else complain(`The engine sent an event that does not fit: ${JSON.stringify(item).slice(0, 300)}`)
  }
  return { type: 'events', events }
}
