// How long the event loop was held up by work of its own thread, in milliseconds of the machine on which the limits were
// measured: unlike the clock's, this figure does not depend on what else the machine does, nor on how slow it is.

/** What the work of `slowness` takes on that machine, in milliseconds. */
const REFERENCE = 65

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
    return longest / Math.max(1, slowness())
  }
}

/** How many times as long as there a piece of work takes here: records to text and back, as a host does. */
function slowness(): number {
  const records = Array.from({ length: 20_000 }, (_, step) => ({
    step,
    loss: 1 / (step + 1),
    label: 'x'.repeat(step % 50),
  }))
  const before = worked()
  for (let round = 0; round < 3; round += 1) JSON.parse(JSON.stringify(records))
  return (worked() - before) / REFERENCE
}

function worked(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
