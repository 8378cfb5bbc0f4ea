// Two scores and the number of examples behind them in, whether they differ by more than chance out.

/**
 * Whether two scores differ by more than chance at 95 %, were each measured on that many examples independently. Scores of the
 * same examples are told apart by a paired test more finely: what is called significant here is.
 * @param one a share of 1
 * @returns null when the number of examples is not known
 */
export function isSignificant(one: number, other: number, examples: number | null): boolean | null {
  if (examples === null) return null
  const variance = (share: number): number => (share * (1 - share)) / examples
  return Math.abs(other - one) > 1.96 * Math.sqrt(variance(one) + variance(other))
}

/** Half the width of the 95 % interval around a share that was measured on that many examples. */
export function halfWidth(share: number, examples: number): number {
  return 1.96 * Math.sqrt((share * (1 - share)) / examples)
}
