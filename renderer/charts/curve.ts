// A curve's points in, what is drawn of them out: cut out, smoothed, thinned and summed up. Nothing here knows what is measured.

/** Points of one curve; `x` ascends strictly. A value that is not finite stays in: it is drawn as a gap and counted. */
export type Curve = { x: ArrayLike<number>; y: ArrayLike<number> }

/** The y value that the canvas leaves out. */
export type Drawn = { x: number[]; y: (number | null)[] }

/**
 * Exponential moving average, corrected for its start so that the first points are not pulled to 0.
 * @param weight 0 leaves the curve as it is, values near 1 flatten it
 * @returns as many values as came in; what is not finite is left out of the average and stays as it is
 */
export function smooth(values: ArrayLike<number>, weight: number): Float64Array {
  const smoothed = Float64Array.from(values)
  if (weight <= 0) return smoothed
  let average = 0
  let correction = 0
  for (let index = 0; index < smoothed.length; index += 1) {
    const value = smoothed[index] ?? Number.NaN
    if (!Number.isFinite(value)) continue
    average = weight * average + (1 - weight) * value
    correction = weight * correction + (1 - weight)
    smoothed[index] = average / correction
  }
  return smoothed
}

/** The part of a curve between two x, with one point more at either side so that its line reaches the edges. */
export function within({ x, y }: Curve, from: number, to: number): Curve {
  let start = 0
  while (start < x.length && (x[start] ?? 0) < from) start += 1
  let end = start
  while (end < x.length && (x[end] ?? 0) <= to) end += 1
  const first = Math.max(0, start - 1)
  const last = Math.min(x.length, end + 1)
  return { x: Array.from(x).slice(first, last), y: Array.from(y).slice(first, last) }
}

/**
 * Thins a curve to what a canvas of that width can show: of each pixel column the first, lowest, highest and last point, so
 * that no spike is lost.
 * @param columns how many pixel columns the curve is drawn on
 * @param budget curves of at most this many points are drawn whole
 */
export function thin({ x, y }: Curve, columns: number, budget = 2000): Drawn {
  const count = x.length
  const first = x[0]
  const last = x[count - 1]
  if (count <= budget || first === undefined || last === undefined || columns < 1) {
    return { x: Array.from(x), y: Array.from(y, drawable) }
  }
  const width = (last - first) / columns || 1
  const drawn: Drawn = { x: [], y: [] }
  let start = 0
  for (let column = 0; column < columns && start < count; column += 1) {
    const border = column === columns - 1 ? Infinity : first + (column + 1) * width
    let end = start
    while (end < count && (x[end] ?? Infinity) < border) end += 1
    for (const index of columnPoints(y, start, end)) {
      drawn.x.push(x[index] ?? 0)
      drawn.y.push(drawable(y[index] ?? Number.NaN))
    }
    start = end
  }
  return drawn
}

/** The ascending indices between start and end that stand for all of them. */
function columnPoints(y: ArrayLike<number>, start: number, end: number): number[] {
  if (end - start <= 4) return Array.from({ length: end - start }, (_, offset) => start + offset)
  let lowest = -1
  let highest = -1
  let broken = -1
  for (let index = start; index < end; index += 1) {
    const value = y[index] ?? Number.NaN
    if (!Number.isFinite(value)) broken = index
    else {
      if (lowest < 0 || value < (y[lowest] ?? 0)) lowest = index
      if (highest < 0 || value > (y[highest] ?? 0)) highest = index
    }
  }
  const chosen = [start, lowest, highest, broken, end - 1].filter((index) => index >= 0)
  return [...new Set(chosen)].sort((one, other) => one - other)
}

function drawable(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

/**
 * Puts curves with x values of their own on one common x axis, as the canvas needs them.
 * @returns the ascending union of all x; for each curve its y there, or undefined where it has no point (the line goes on)
 */
export function align(curves: readonly Drawn[]): { x: number[]; y: (number | null | undefined)[][] } {
  const union = curves.map((curve) => curve.x).reduce(merged, [])
  const y = curves.map((curve) => {
    let next = 0
    return union.map((x) => {
      if (curve.x[next] !== x) return undefined
      next += 1
      return curve.y[next - 1]
    })
  })
  return { x: union, y }
}

/** Two ascending lists as one, without doubles. */
function merged(one: readonly number[], other: readonly number[]): number[] {
  const union: number[] = []
  let left = 0
  let right = 0
  while (left < one.length || right < other.length) {
    const a = one[left] ?? Infinity
    const b = other[right] ?? Infinity
    union.push(a < b ? a : b)
    if (a <= b) left += 1
    if (b <= a) right += 1
  }
  return union
}

export type CurveSummary = {
  points: number
  first: { x: number; y: number }
  last: { x: number; y: number }
  lowest: { x: number; y: number }
  highest: { x: number; y: number }
  /** Points whose value is not a finite number. */
  broken: number
}

/** What a person who cannot see the curve should know of it; null when no point has a finite value. */
export function summarise({ x, y }: Curve): CurveSummary | null {
  let summary: CurveSummary | null = null
  let broken = 0
  for (let index = 0; index < x.length; index += 1) {
    const point = { x: x[index] ?? 0, y: y[index] ?? Number.NaN }
    if (!Number.isFinite(point.y)) {
      broken += 1
      continue
    }
    summary ??= { points: x.length, first: point, last: point, lowest: point, highest: point, broken: 0 }
    summary.last = point
    if (point.y < summary.lowest.y) summary.lowest = point
    if (point.y > summary.highest.y) summary.highest = point
  }
  return summary === null ? null : { ...summary, broken }
}

/** At most `count` rows spread evenly over the curve, first and last among them: the table behind the picture. */
export function sampleRows({ x, y }: Curve, count: number): { x: number; y: number }[] {
  const last = x.length - 1
  const rows = Math.min(count, x.length)
  const indices = Array.from({ length: rows }, (_, row) =>
    rows === 1 ? 0 : Math.round((row * last) / (rows - 1)),
  )
  return indices.map((index) => ({ x: x[index] ?? 0, y: y[index] ?? Number.NaN }))
}
