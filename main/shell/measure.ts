// How long this process kept its event loop from turning, and when the page got its first answer: written to a file at the end when ALBERT_MEASURE=1.
import { readFileSync, writeFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'

/** What the file holds. */
export type Measured = {
  /** From the start of the process to the first answer to the page; null when there was none. */
  first_answer_ms: number | null
  /** The turns of the event loop that took longest by the clock, longest first. */
  turns: Turn[]
}

/** From one turn of the event loop to the next. */
export type Turn = {
  /** When it ended, in milliseconds since 1970. */
  at: number
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
const KEPT = 100

/** @param file where the figures go; null: nothing is measured */
export function startMeasure(file: string | null): Measure {
  if (file === null) return { answered: () => undefined, end: () => undefined }
  let first_answer_ms: number | null = null
  let turns: Turn[] = []
  let before = { clock_ms: performance.now(), worked_ms: workedByMainThread() }
  const timer = setInterval(() => {
    const now = { clock_ms: performance.now(), worked_ms: workedByMainThread() }
    turns.push({
      at: Date.now(),
      clock_ms: now.clock_ms - before.clock_ms - EVERY,
      worked_ms:
        now.worked_ms === null || before.worked_ms === null ? null : now.worked_ms - before.worked_ms,
    })
    if (turns.length > 10 * KEPT) turns = longest(turns)
    before = now
  }, EVERY)
  timer.unref()
  return {
    answered() {
      first_answer_ms ??= process.uptime() * 1000
    },
    end() {
      clearInterval(timer)
      writeFileSync(
        file,
        `${JSON.stringify({ first_answer_ms, turns: longest(turns) } satisfies Measured)}\n`,
      )
    },
  }
}

function longest(turns: readonly Turn[]): Turn[] {
  return [...turns].sort((a, b) => b.clock_ms - a.clock_ms).slice(0, KEPT)
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
