// How long this process kept its event loop from turning, and when the page got its first answer: written to a file at the end when ALBERT_MEASURE=1.
import { readFileSync, writeFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'

/** What the file holds, in milliseconds. */
export type Measured = {
  /** From the start of the process to the first answer to the page; null when there was none. */
  first_answer_ms: number | null
  /** Until the first answer. */
  at_start: LongestTurn
  /** From the first answer to the end. */
  after: LongestTurn
}

/** The longest time from one turn of the event loop to the next. */
export type LongestTurn = {
  /** By the clock: on a machine with more to do than cores, waiting for a core counts in. */
  clock_ms: number
  /** What the main thread itself computed in it, whatever else the machine did; null where the system does not tell. */
  worked_ms: number | null
}

export type Measure = {
  answered(): void
  /** Writes the file. */
  end(): void
}

const EVERY = 5

/** @param file where the figures go; null: nothing is measured */
export function startMeasure(file: string | null): Measure {
  if (file === null) return { answered: () => undefined, end: () => undefined }
  let first_answer_ms: number | null = null
  let at_start: LongestTurn | null = null
  let longest: LongestTurn = { clock_ms: 0, worked_ms: null }
  let before = { clock_ms: performance.now(), worked_ms: workedByMainThread() }
  const timer = setInterval(() => {
    const now = { clock_ms: performance.now(), worked_ms: workedByMainThread() }
    longest = {
      clock_ms: Math.max(longest.clock_ms, now.clock_ms - before.clock_ms - EVERY),
      worked_ms:
        now.worked_ms === null || before.worked_ms === null
          ? null
          : Math.max(longest.worked_ms ?? 0, now.worked_ms - before.worked_ms),
    }
    before = now
  }, EVERY)
  timer.unref()
  return {
    answered() {
      if (first_answer_ms !== null) return
      first_answer_ms = process.uptime() * 1000
      at_start = longest
      longest = { clock_ms: 0, worked_ms: null }
    },
    end() {
      clearInterval(timer)
      const figures: Measured = { first_answer_ms, at_start: at_start ?? longest, after: longest }
      writeFileSync(file, `${JSON.stringify(figures)}\n`)
    },
  }
}

/** Milliseconds on a core, by Linux's account of the thread; Node's own account is of all threads together. */
function workedByMainThread(): number | null {
  try {
    const [nanoseconds] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')
    return Number(nanoseconds) / 1e6
  } catch {
    return null
  }
}
