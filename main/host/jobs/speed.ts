// The times at which updates ended in, the seconds until the last one out.
import type { StepMetrics } from '../../../engine/spec/run.ts'

const WINDOW = 200 // steps; evaluations and saves in between count, as they will go on to happen

/** Remembers the last steps of one execution. */
export function createSpeed() {
  let recent: { step: number; at: number }[] = []
  return {
    add: ({ step, at }: StepMetrics): void => {
      recent.push({ step, at })
      if (recent.length > WINDOW) recent = recent.slice(-WINDOW / 2)
    },
    /** Null until two steps are known. */
    secondsLeft: (train_step: number): number | null => {
      const first = recent[0]
      const last = recent.at(-1)
      if (first === undefined || last === undefined || last.step <= first.step) return null
      const seconds_per_step = (last.at - first.at) / 1000 / (last.step - first.step)
      return Math.max(0, (train_step - last.step) * seconds_per_step)
    },
  }
}
