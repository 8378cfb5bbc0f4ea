// A difference within the noise is not called one.
import { expect, test } from 'vitest'
import { intervalOf, isMeanSignificant, isSignificant } from './significance.ts'

test('a difference is significant when the examples are many enough for it', () => {
  // The standard error of the difference of two scores near 91 % on 10 000 examples is 0.40 %; 1.96 times it is 0.79 %.
  expect(isSignificant(0.9, 0.92, 10_000)).toBe(true)
  expect(isSignificant(0.91, 0.915, 10_000)).toBe(false)
  expect(isSignificant(0.903, 0.929, 872)).toBe(false)
  expect(isSignificant(0.9, 0.92, null)).toBeNull()
})

test('a mean over tasks is steadier than each of them', () => {
  const part = { one: 0.9, other: 0.92, examples: 900 }
  expect(isSignificant(part.one, part.other, part.examples)).toBe(false)
  expect(isMeanSignificant(0.02, [part, part, part, part])).toBe(true)
  expect(isMeanSignificant(0.02, [])).toBeNull()
})

test('the interval around 90 % of 900 examples is about 2 % wide to either side', () => {
  const { low, high } = intervalOf(0.9, 900)
  expect(low).toBeCloseTo(0.8787, 4)
  expect(high).toBeCloseTo(0.9179, 4)
})

test('a perfect score on few examples is not certain', () => {
  const { low, high } = intervalOf(1, 41)
  expect(low).toBeCloseTo(41 / (41 + 1.96 ** 2), 10) // what the interval of Wilson comes to at 1
  expect(high).toBe(1)
  expect(isSignificant(1, 0.95, 41)).toBe(false)
  expect(intervalOf(0, 41)).toEqual({ low: 0, high: expect.closeTo(1 - low, 10) as number })
})
