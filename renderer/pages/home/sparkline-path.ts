// Numbers in, an SVG path of few points out: means over equal stretches, so that noise does not hide the way down.

/** Most points drawn; more would not be seen. */
const POINTS = 90

/** @returns the `d` of a path that fills `width` × `height`; empty below two points */
export function sparklinePath(values: ArrayLike<number>, width: number, height: number): string {
  const means = stretchMeans(values)
  if (means.length < 2) return ''
  const low = Math.min(...means)
  const high = Math.max(...means)
  const span = high - low || 1
  return means
    .map((mean, index) => {
      const x = (index / (means.length - 1)) * width
      const y = height - ((mean - low) / span) * height
      return `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`
    })
    .join('')
}

/** Values that are not finite are left out: a loss may have been NaN once. */
function stretchMeans(values: ArrayLike<number>): number[] {
  const stretches = Math.min(POINTS, values.length)
  const means: number[] = []
  for (let stretch = 0; stretch < stretches; stretch += 1) {
    const from = Math.floor((stretch / stretches) * values.length)
    const to = Math.floor(((stretch + 1) / stretches) * values.length)
    let sum = 0
    let count = 0
    for (let index = from; index < to; index += 1) {
      const value = values[index]
      if (value === undefined || !Number.isFinite(value)) continue
      sum += value
      count += 1
    }
    if (count > 0) means.push(sum / count)
  }
  return means
}
