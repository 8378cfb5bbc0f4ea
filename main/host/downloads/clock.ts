// The time that downloads are measured and waited by; tests give their own, which passes when they say so.
export type Clock = {
  /** Milliseconds since 1970. */
  now(): number
  /** Acts once after so many milliseconds. @returns what calls it off */
  timer(milliseconds: number, act: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  timer: (milliseconds, act) => {
    const handle = setTimeout(act, milliseconds)
    return () => clearTimeout(handle)
  },
}
