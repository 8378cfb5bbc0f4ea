// How many rows each label has, a share and a seed in; for each row, as it comes, whether it belongs to that share, out.

type Stratum = { rows: number; wanted: number }

/**
 * Draws exactly the rounded share of every label's rows, each row with the same chance and the same rows for the same seed,
 * without knowing the rows beforehand (Knuth's algorithm S, one for each label). A label with two rows or more is on both sides.
 * @param counts rows for each label
 */
export function stratify(
  counts: Readonly<Record<string, number>>,
  share: number,
  seed: number,
): (label: string) => boolean {
  const random = randomNumbers(seed)
  const left = new Map(
    Object.entries(counts).map(
      ([label, rows]) => [label, { rows, wanted: wantedOf(rows, share) }] as [string, Stratum],
    ),
  )
  return (label) => {
    const stratum = left.get(label)
    if (stratum === undefined || stratum.rows === 0) return false
    const drawn = random() * stratum.rows < stratum.wanted
    stratum.rows -= 1
    if (drawn) stratum.wanted -= 1
    return drawn
  }
}

function wantedOf(rows: number, share: number): number {
  return rows < 2 ? 0 : Math.min(rows - 1, Math.max(1, Math.round(rows * share)))
}

/** The generator mulberry32: numbers in [0, 1), the same for the same seed on every machine. */
function randomNumbers(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
