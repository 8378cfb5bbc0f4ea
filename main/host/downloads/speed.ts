// Bytes as they arrive in, the speed of the last seconds and the time that is left out.

const WINDOW = 5000 // milliseconds; long enough not to flicker, short enough to follow

export function createSpeedometer() {
  let marks: { at: number; bytes: number }[] = []
  return {
    /** @param bytes done in all */
    add: (at: number, bytes: number): void => {
      marks = [...marks.filter((mark) => at - mark.at <= WINDOW), { at, bytes }]
    },
    /** Bytes each second; null until it can be told. */
    speed: (): number | null => {
      const [first, last] = [marks[0], marks.at(-1)]
      if (first === undefined || last === undefined || last.at <= first.at) return null
      return ((last.bytes - first.bytes) * 1000) / (last.at - first.at)
    },
  }
}

/** Seconds; null where the speed or the length is not known. */
export function secondsLeft(bytes_left: number | null, speed: number | null): number | null {
  return bytes_left === null || speed === null || speed <= 0 ? null : bytes_left / speed
}
