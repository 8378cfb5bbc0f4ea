// What is drawn of a curve keeps what matters: spikes, gaps and its ends.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { align, sampleRows, smooth, summarise, thin, within } from './curve.ts'

describe('smooth', () => {
  test('keeps a constant constant from its first point on', () => {
    for (const value of smooth([2, 2, 2, 2], 0.9)) expect(value).toBeCloseTo(2, 12)
  })

  test('weight 0 changes nothing, a larger one pulls towards the past', () => {
    expect([...smooth([1, 3], 0)]).toEqual([1, 3])
    // The mean of 1 and 3 with the weights 0.5 · 0.5 and 0.5, over their sum.
    expect(smooth([1, 3], 0.5)[1]).toBeCloseTo((0.25 * 1 + 0.5 * 3) / 0.75, 12)
  })

  test('a value that is not finite stays where it is and spoils nothing after it', () => {
    const [, broken, after] = smooth([1, Number.NaN, 1], 0.5)
    expect(broken).toBeNaN()
    expect(after).toBeCloseTo(1, 12)
  })
})

describe('thin', () => {
  const long = (count: number): { x: number[]; y: number[] } => ({
    x: Array.from({ length: count }, (_, index) => index + 1),
    y: Array.from({ length: count }, (_, index) => Math.sin(index)),
  })

  test('a short curve is drawn whole', () => {
    expect(thin(long(2000), 600).x).toHaveLength(2000)
  })

  test('a long one is at most five points a column, keeps its ends, its spikes and its gaps', () => {
    const curve = long(100_000)
    curve.y[54_321] = 99
    curve.y[70_000] = -99
    curve.y[80_000] = Number.NaN
    const drawn = thin(curve, 600)
    expect(drawn.x.length).toBeLessThanOrEqual(5 * 600)
    expect(drawn.x[0]).toBe(1)
    expect(drawn.x.at(-1)).toBe(100_000)
    expect(drawn.y).toContain(99)
    expect(drawn.y).toContain(-99)
    expect(drawn.y).toContain(null)
  })

  test('x keeps ascending and every drawn point is a point of the curve', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 400 }),
        fc.integer({ min: 1, max: 50 }),
        (unordered, columns) => {
          const x = unordered.sort((one, other) => one - other)
          const drawn = thin({ x, y: x.map((value) => value * 2) }, columns, 10)
          expect(drawn.x[0]).toBe(x[0])
          expect(drawn.x.at(-1)).toBe(x.at(-1))
          drawn.x.forEach((value, index) => {
            expect(drawn.y[index]).toBe(value * 2)
            if (index > 0) expect(value).toBeGreaterThan(drawn.x[index - 1] ?? 0)
          })
        },
      ),
    )
  })
})

test('align keeps every x once, in order', () => {
  const ascending = fc.uniqueArray(fc.integer({ min: 0, max: 60 })).map((x) => x.sort((a, b) => a - b))
  fc.assert(
    fc.property(ascending, ascending, (one, other) => {
      const { x } = align([one, other].map((steps) => ({ x: steps, y: steps.map(() => 0) })))
      expect(x).toEqual([...new Set([...one, ...other])].sort((a, b) => a - b))
    }),
  )
})

test('align puts curves with different steps on one axis', () => {
  const { x, y } = align([
    { x: [1, 2, 3], y: [10, null, 30] },
    { x: [2, 4], y: [5, 6] },
  ])
  expect(x).toEqual([1, 2, 3, 4])
  expect(y[0]).toEqual([10, null, 30, undefined])
  expect(y[1]).toEqual([undefined, 5, undefined, 6])
})

test('summarise names the ends, the extremes and how many values are not finite', () => {
  const summary = summarise({ x: [1, 2, 3, 4], y: [0.7, Number.NaN, 0.2, 0.3] })
  expect(summary).toMatchObject({ points: 4, broken: 1, first: { x: 1, y: 0.7 }, last: { x: 4, y: 0.3 } })
  expect(summary?.lowest).toEqual({ x: 3, y: 0.2 })
  expect(summarise({ x: [1], y: [Number.NaN] })).toBeNull()
})

test('sampleRows keeps the first and the last point', () => {
  const curve = { x: [1, 2, 3, 4, 5], y: [1, 2, 3, 4, 5] }
  expect(sampleRows(curve, 3).map((row) => row.x)).toEqual([1, 3, 5])
  expect(sampleRows(curve, 50)).toHaveLength(5)
  expect(sampleRows({ x: [], y: [] }, 5)).toEqual([])
})

test('within cuts out a part and keeps a neighbour at either side', () => {
  const curve = { x: [1, 2, 3, 4, 5, 6], y: [1, 2, 3, 4, 5, 6] }
  expect(within(curve, 3, 4).x).toEqual([2, 3, 4, 5])
  expect(within(curve, 0, 99).x).toEqual([1, 2, 3, 4, 5, 6])
  expect(within(curve, 2.4, 2.6).x).toEqual([2, 3])
})
