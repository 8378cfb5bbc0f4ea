// How long this process kept its event loop from turning, and when the page got its first answer: written to a file at the end when ALBERT_MEASURE=1.
import { readFileSync, writeFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'

/** What the file holds, in milliseconds. */
export type Measured = {
  /** From the start of the process to the first answer to the page; null when there was none. */
  first_answer_ms: number | null
  /** Longest block of the event loop until the first answer, and after it. */
  blocked_at_start_ms: number
  blocked_after_ms: number
  /** Share of the turns after the start that were blocked for more than 50 ms. */
  blocked_share: number
}

export type Measure = {
  answered(): void
  /** Writes the file. */
  end(): void
}

const EVERY = 5
const TOO_LONG = 50

/** @param file where the figures go; null: nothing is measured */
export function startMeasure(file: string | null): Measure {
  if (file === null) return { answered: () => undefined, end: () => undefined }
  let first_answer_ms: number | null = null
  let blocked_at_start_ms = 0
  let longest = 0
  let turns = 0
  let long_turns = 0
  let before = { at: performance.now(), waited: waitedForCpu() }
  const timer = setInterval(() => {
    const now = { at: performance.now(), waited: waitedForCpu() }
    const blocked = now.at - before.at - (now.waited - before.waited) - EVERY
    longest = Math.max(longest, blocked)
    turns += 1
    if (blocked > TOO_LONG) long_turns += 1
    before = now
  }, EVERY)
  timer.unref()
  return {
    answered() {
      if (first_answer_ms !== null) return
      first_answer_ms = process.uptime() * 1000
      blocked_at_start_ms = longest
      longest = turns = long_turns = 0
    },
    end() {
      clearInterval(timer)
      const figures: Measured = {
        first_answer_ms,
        blocked_at_start_ms,
        blocked_after_ms: longest,
        blocked_share: turns === 0 ? 0 : long_turns / turns,
      }
      writeFileSync(file, `${JSON.stringify(figures)}\n`)
    },
  }
}

/**
 * Milliseconds in which the main thread was ready and the machine's cores were busy with others: they are no block of our
 * making. Linux tells it; elsewhere it counts in.
 */
function waitedForCpu(): number {
  try {
    const [, waited] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')
    return Number(waited) / 1e6
  } catch {
    return 0
  }
}
