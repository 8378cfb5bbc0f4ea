// A run's events in, a few messages a second out: many events in one, the last one at once.
import type { RunEvent } from '../../../engine/spec/run.ts'

const BETWEEN_MESSAGES = 100 // milliseconds: ten messages a second
const MOST_IN_ONE = 200 // the host takes a message in one go, and must not be held up by it

export function batchEvents(send: (events: RunEvent[]) => Promise<void>) {
  let waiting: RunEvent[] = []
  let sent_at = 0
  let step = 0
  let timer: NodeJS.Timeout | undefined

  const flush = async (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    if (waiting.length === 0) return
    const events = waiting
    waiting = []
    sent_at = Date.now()
    await send(events)
  }

  return {
    /** Settles when the next event may come. */
    add: async (event: RunEvent): Promise<void> => {
      waiting.push(event)
      if (event.type === 'step') step = event.point.step
      const wait = sent_at + BETWEEN_MESSAGES - Date.now()
      if (
        isLast(event) ||
        isBeforeSave(event) ||
        isBeforeCompiling(event) ||
        wait <= 0 ||
        waiting.length >= MOST_IN_ONE
      )
        await flush()
      else timer ??= setTimeout(() => void flush(), wait)
    },
    flush,
    /** The last update that was seen. */
    step: () => step,
  }
}

/** The engine says so before it writes a checkpoint. */
export function isBeforeSave(event: RunEvent): boolean {
  return event.type === 'phase' && event.phase === 'saving'
}

/** The engine computes for seconds after it, and no timer rings meanwhile. */
function isBeforeCompiling(event: RunEvent): boolean {
  return event.type === 'phase' && event.phase === 'compiling'
}

const LAST = ['finished', 'cancelled', 'failed', 'worn-out'] as const

export type LastEvent = Extract<RunEvent, { type: (typeof LAST)[number] }>

export function isLast(event: RunEvent): event is LastEvent {
  return LAST.some((type) => type === event.type)
}
