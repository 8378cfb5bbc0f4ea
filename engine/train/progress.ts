// Counts in, phase events out, few enough to be shown and stored.
import type { RunEvent, RunPhase } from '../spec/run.ts'

/** Least time between two phase events of the same stretch of work. */
const INTERVAL_MS = 100

export type PhaseEvent = Extract<RunEvent, { type: 'phase' }>

/** One stretch of work: `start` is always told, `at` only when the last event is old enough or the work is done. */
export function progressOf(phase: RunPhase, detail: string, total: number | null) {
  let told = -Infinity
  const event = (done: number): PhaseEvent => ({ type: 'phase', phase, detail, done, total })
  return {
    start: (): PhaseEvent => event(0),
    at: (done: number): PhaseEvent[] => {
      const now = performance.now()
      if (done !== total && now - told < INTERVAL_MS) return []
      told = now
      return [event(done)]
    },
  }
}

/** A line for the run's log. */
export function logged(level: 'info' | 'warning' | 'error', message: string): RunEvent {
  return { type: 'log', level, message, at: Date.now() }
}
