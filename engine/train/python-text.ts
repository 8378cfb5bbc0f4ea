// Numbers in, the text that Python prints for them out: the result files are read by programs that expect it.

/** A float32 as NumPy prints it: the shortest digits that give the same float32 again. */
export function float32Text(value: number): string {
  if (!Number.isFinite(value)) return nonFiniteText(value)
  return pythonDigits(shortestDigits(Math.fround(value)))
}

/**
 * An array of float32 as NumPy prints it: columns of one width, lines of at most 75 characters, and of more than 1000
 * numbers only the first and last three.
 */
export function float32ArrayText(values: ArrayLike<number>): string {
  const all = Array.from(values, Math.fround)
  const shown = all.length > 1000 ? [...all.slice(0, 3), ...all.slice(-3)] : all
  const sizes = shown.filter((value) => value !== 0 && Number.isFinite(value)).map(Math.abs)
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)]
  const cells = padded(shown, sizes.length > 0 && (most >= 1e8 || least < 1e-4 || most / least > 1000))
  if (all.length > shown.length) cells.splice(3, 0, '...')
  const lines: string[] = []
  for (const cell of cells) {
    const line = lines.at(-1)
    if (line === undefined || line.length + 1 + cell.length > 74) lines.push(cell)
    else lines[lines.length - 1] = `${line} ${cell}`
  }
  return `[${lines.join('\n ')}]`
}

/** At most 8 decimals, as many as the longest of them needs; the point stays behind a whole number. */
function padded(values: readonly number[], asPowers: boolean): string[] {
  const parts = values.map((value): [string, string] => {
    if (!Number.isFinite(value)) return [nonFiniteText(value), '']
    const digits = shortestDigits(value)
    const exact = asPowers ? powerText(digits) : decimalText(digits)
    const [whole = '', fraction = ''] = exact.split('.')
    return [whole, `.${fraction}`]
  })
  const finite = parts.filter(([, fraction]) => fraction !== '')
  const longest = (texts: string[]): number => Math.max(0, ...texts.map((text) => text.length))
  const after = longest(finite.map(([, fraction]) => fraction))
  const fill = asPowers ? powersPadded : (fraction: string) => fraction.padEnd(after)
  const right = longest(finite.map(([, fraction]) => fill(fraction)))
  const words = parts.filter(([, fraction]) => fraction === '') // nan, inf
  const before = Math.max(
    longest(finite.map(([whole]) => whole)),
    longest(words.map(([word]) => word)) - right,
  )
  const width = before + right
  return parts.map(([whole, fraction]) =>
    fraction === '' ? whole.padStart(width) : `${whole.padStart(before)}${fill(fraction)}`,
  )

  /** Zeros before the exponent, so that all have as many decimals. */
  function powersPadded(fraction: string): string {
    const [mantissa = '', exponent = ''] = fraction.split('e')
    const mantissas = parts.map(([, text]) => text.split('e')[0] ?? '')
    return `${mantissa.padEnd(longest(mantissas), '0')}e${exponent}`
  }
}

/** The number of the fewest decimal digits that is this float32. */
function shortestDigits(exact: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const value = Number(exact.toPrecision(digits))
    if (Math.fround(value) === exact) return value
  }
  return Number(exact.toPrecision(9))
}

function decimalText(value: number): string {
  return Number(value.toFixed(8)).toFixed(8).replace(/0+$/, '')
}

function powerText(value: number): string {
  const [mantissa = '', exponent = ''] = Number(value.toPrecision(9)).toExponential().split('e')
  const sign = exponent.startsWith('-') ? '-' : '+'
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.`}e${sign}${exponent.slice(1).padStart(2, '0')}`
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
