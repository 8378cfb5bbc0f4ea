// Two scores and the number of examples behind them in, whether they differ by more than chance out.

/**
 * Whether two scores differ by more than chance at 95 %, were each measured on that many examples independently. Scores of the
 * same examples are told apart by a paired test more finely: what is called significant here is.
 * @param one a share of 1
 * @returns null when the number of examples is not known
 */
export function isSignificant(one: number, other: number, examples: number | null): boolean | null {
  if (examples === null) return null
  return isMeanSignificant(other - one, [{ one, other, examples }])
}

/** The same for the difference of two means over several tasks; null when there are none. */
export function isMeanSignificant(
  difference: number,
  parts: readonly { one: number; other: number; examples: number }[],
): boolean | null {
  if (parts.length === 0) return null
  const variance = parts.reduce(
    (sum, { one, other, examples }) => sum + varianceOf(one, examples) + varianceOf(other, examples),
    0,
  )
  return Math.abs(difference) > (1.96 * Math.sqrt(variance)) / parts.length
}

/** Of a share, with one right and one wrong answer more (Agresti and Caffo, 2000): else a score of 100 % would be called certain. */
function varianceOf(share: number, examples: number): number {
  const steadied = (share * examples + 1) / (examples + 2)
  return (steadied * (1 - steadied)) / (examples + 2)
}

/** The 95 % interval of a share that was measured on that many examples, by the score of Wilson (1927): it holds near 0 and 1 as well. */
export function intervalOf(share: number, examples: number): { low: number; high: number } {
  const z2 = 1.96 ** 2
  const middle = (share * examples + z2 / 2) / (examples + z2)
  const half = (1.96 / (examples + z2)) * Math.sqrt(share * (1 - share) * examples + z2 / 4)
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}
