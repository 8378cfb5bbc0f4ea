// How long the event loop was held up by work of its own thread, in milliseconds: unlike the clock's, this figure does not
// depend on what else the machine does.

/** @returns what ends the measurement, with the longest stretch of work between two turns of the loop */
export function measureTurns(): () => number {
  let longest = 0
  let before = worked()
  const timer = setInterval(() => {
    const now = worked()
    longest = Math.max(longest, now - before)
    before = now
  }, 1)
  return () => {
    clearInterval(timer)
    return longest
  }
}

function worked(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
