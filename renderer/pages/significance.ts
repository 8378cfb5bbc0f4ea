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
    (sum, { one, other, examples }) => sum + (one * (1 - one) + other * (1 - other)) / examples,
    0,
  )
  return Math.abs(difference) > (1.96 * Math.sqrt(variance)) / parts.length
}

/** Half the width of the 95 % interval around a share that was measured on that many examples. */
export function halfWidth(share: number, examples: number): number {
  return 1.96 * Math.sqrt((share * (1 - share)) / examples)
}
