// Numbers one by one in; how many lie in each of a few stretches of their range out: in bounded memory.

/** Different numbers that are told apart; more are rounded further. */
const MOST = 4096
/** As many as a legend can name. */
const BINS = 6

export type NumberBins = {
  add(value: number): void
  /** By the stretch, as in `1.5–2`; by the number itself where there are few. */
  counts(): Record<string, number>
}

export function createNumberBins(): NumberBins {
  let digits = 6
  let seen = new Map<number, number>()
  const put = (into: Map<number, number>, value: number, count: number): void => {
    const rounded = Number(value.toPrecision(digits))
    into.set(rounded, (into.get(rounded) ?? 0) + count)
  }
  return {
    add(value) {
      put(seen, value, 1)
      while (seen.size > MOST && digits > 1) {
        digits--
        const coarser = new Map<number, number>()
        for (const [known, count] of seen) put(coarser, known, count)
        seen = coarser
      }
    },
    counts() {
      const all = [...seen].sort(([a], [b]) => a - b)
      if (all.length <= BINS) return Object.fromEntries(all.map(([value, count]) => [short(value), count]))
      const [least, most] = [all[0]?.[0] ?? 0, all.at(-1)?.[0] ?? 0]
      const width = (most - least) / BINS
      const counts = new Array<number>(BINS).fill(0)
      for (const [value, count] of all) {
        const bin = Math.min(BINS - 1, Math.floor((value - least) / width))
        counts[bin] = (counts[bin] ?? 0) + count
      }
      const nameOf = (bin: number): string =>
        `${short(least + bin * width)}–${short(bin === BINS - 1 ? most : least + (bin + 1) * width)}`
      return Object.fromEntries(counts.map((count, bin) => [nameOf(bin), count]))
    },
  }
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)))
}
