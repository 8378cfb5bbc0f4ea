// How long the event loop of this process was blocked at most, and when the page got its first answer: written to a file at the end when ALBERT_MEASURE=1.
import { writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

/** What the file holds, in milliseconds. */
export type Measured = {
  /** From the start of the process to the first answer to the page; null when there was none. */
  first_answer_ms: number | null
  /** Longest block of the event loop until the first answer, and after it. */
  blocked_at_start_ms: number
  blocked_after_ms: number
  /** 99.9 % of the blocks after the start were shorter. */
  blocked_p999_ms: number
}

export type Measure = {
  answered(): void
  /** Writes the file. */
  end(): void
}

const RESOLUTION = 5

/** @param file where the figures go; null: nothing is measured */
export function startMeasure(file: string | null): Measure {
  if (file === null) return { answered: () => undefined, end: () => undefined }
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION })
  delay.enable()
  let first_answer_ms: number | null = null
  let blocked_at_start_ms = 0
  return {
    answered() {
      if (first_answer_ms !== null) return
      first_answer_ms = process.uptime() * 1000
      blocked_at_start_ms = blocked(delay.max)
      delay.reset()
    },
    end() {
      delay.disable()
      const figures: Measured = {
        first_answer_ms,
        blocked_at_start_ms,
        blocked_after_ms: blocked(delay.max),
        blocked_p999_ms: blocked(delay.percentile(99.9)),
      }
      writeFileSync(file, `${JSON.stringify(figures)}\n`)
    },
  }
}

/** The monitor counts its own sleep in. */
function blocked(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e6 - RESOLUTION)
}
