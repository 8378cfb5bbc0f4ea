// Long work over many rows, interrupted now and then, so that the host goes on answering.

const LONGEST = 15 // milliseconds of work between two breaths; the bar is 50 for any hold-up

/** @returns a function to await once for each row: it costs next to nothing until the time is up */
export function createBreather(): () => Promise<void> | undefined {
  let since = performance.now()
  return () => {
    if (performance.now() - since < LONGEST) return undefined
    return new Promise((resolve) => {
      setImmediate(() => {
        since = performance.now()
        resolve()
      })
    })
  }
}
