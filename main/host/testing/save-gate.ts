// Holds a real engine at a save: before it writes it waits for the host's word that all is recorded, and a test keeps that word back.
import { FromEngine } from '../engine/engine-messages.ts'
import type { ForkEngine } from '../engine/engine-process.ts'

export type SaveGate = {
  /** Settles when a run is about to save after that step or a later one, with what lets it; unasked it waits five seconds. */
  closeAt(step: number): Promise<() => void>
  /** Puts the gate between the host and its engines. */
  before(fork: ForkEngine): ForkEngine
}

export function createSaveGate(): SaveGate {
  let closed_at = Infinity
  let onReached: (letGoOn: () => void) => void = () => undefined
  return {
    closeAt: (step) =>
      new Promise((resolve) => {
        closed_at = step
        onReached = resolve
      }),
    before: (fork) => (env) => {
      const engine = fork(env)
      let step = 0
      engine.onMessage((raw) => {
        const message = FromEngine.safeParse(raw).data
        if (message?.type !== 'events') return
        for (const event of message.events) if (event.type === 'step') step = event.point.step
      })
      return {
        get pid() {
          return engine.pid
        },
        send: (message) => {
          if (message.type !== 'recorded' || step < closed_at) return engine.send(message)
          closed_at = Infinity
          onReached(() => engine.send(message))
        },
        onMessage: (listener) => engine.onMessage(listener),
        onOutput: (listener) => engine.onOutput(listener),
        onExit: (listener) => engine.onExit(listener),
        kill: (signal) => engine.kill(signal),
      }
    },
  }
}
