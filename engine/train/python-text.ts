// Numbers in, the text that Python prints for them out: the result files are read by programs that expect it.

/** A float32 as NumPy prints it: the shortest digits that give the same float32 again. */
export function float32Text(value: number): string {
  if (!Number.isFinite(value)) return nonFiniteText(value)
  const exact = Math.fround(value)
  for (let digits = 1; digits < 9; digits++) {
    const text = exact.toPrecision(digits)
    if (Math.fround(Number(text)) === exact) return pythonDigits(Number(text))
  }
  return pythonDigits(Number(exact.toPrecision(9)))
}

/** A float64 as Python prints it. */
export function float64Text(value: number): string {
  return Number.isFinite(value) ? pythonDigits(value) : nonFiniteText(value)
}

/** JavaScript's shortest digits with Python's choice of exponent (below 1e-4 and from 1e16) and a point in whole numbers. */
function pythonDigits(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const size = Math.abs(value)
  if (size >= 1e-4 && size < 1e16) {
    const text = String(value)
    return /[.e]/.test(text) ? text : `${text}.0`
  }
  const [digits, exponent] = value.toExponential().split('e') as [string, string]
  return `${digits}e${exponent.startsWith('-') ? '-' : '+'}${exponent.slice(1).padStart(2, '0')}`
}

function nonFiniteText(value: number): string {
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
}
