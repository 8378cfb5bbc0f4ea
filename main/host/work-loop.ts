// What is to be looked at now and again in, a loop that does so out: it says that its owner lives, and no fault ends it.
import { HEARTBEAT, type Owner } from './jobs/owner.ts'

export type WorkLoop = {
  /** Looks now whether there is something to do, rather than at the next poll. */
  wake: () => void
  /** Nothing is looked at any more. */
  stop: () => void
}

/** @param parts.poll milliseconds between two looks */
export function createWorkLoop(parts: {
  /** What is worked on, for the log. */
  what: string
  work: () => void
  store: { giveSign: (owner: Owner) => void }
  owner: Owner
  poll: number
  log: (sentence: string) => void
}): WorkLoop {
  const { what, work, store, owner, poll, log } = parts
  let stopped = false
  let beat_at = 0
  const wake = (): void => {
    if (stopped) return
    try {
      if (Date.now() - beat_at >= HEARTBEAT) {
        beat_at = Date.now()
        store.giveSign(owner)
      }
      work()
    } catch (error) {
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error)
      log(`The ${what} could not be worked on: ${why}`)
    }
  }
  const timer = setInterval(wake, poll)
  return {
    wake,
    stop: () => {
      stopped = true
      clearInterval(timer)
    },
  }
}
