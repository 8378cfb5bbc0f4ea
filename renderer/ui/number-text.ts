// What a person typed in, the number it means out; and a number in, the text that a field shows for it out.

/**
 * Reads a number as it is written in papers and scripts: `3e-5`, `0.00003`, `.5`, `１２８`.
 * @returns null when the text is not one number; a comma is refused because it means two things
 */
export function parseNumber(text: string): number | null {
  // Input methods for Chinese type full-width digits; NFKC makes them plain.
  const plain = text.normalize('NFKC').replace('−', '-').trim()
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return null
  const value = Number(plain)
  return Number.isFinite(value) ? value : null
}

/** Writes a number so that `parseNumber` reads the same one: 3e-5 rather than 0.00003. */
export function numberText(value: number): string {
  const plain = String(value)
  if (value === 0 || Math.abs(value) >= 1e-3) return plain
  return value.toExponential().replace('e+', 'e')
}
