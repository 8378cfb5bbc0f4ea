// A difference within the noise is not called one.
import { expect, test } from 'vitest'
import { halfWidth, isSignificant } from './significance.ts'

test('a difference is significant when the examples are many enough for it', () => {
  // The standard error of the difference of two scores near 91 % on 10 000 examples is 0.40 %; 1.96 times it is 0.79 %.
  expect(isSignificant(0.9, 0.92, 10_000)).toBe(true)
  expect(isSignificant(0.91, 0.915, 10_000)).toBe(false)
  expect(isSignificant(0.903, 0.929, 872)).toBe(false)
  expect(isSignificant(0.9, 0.92, null)).toBeNull()
})

test('the interval around 90 % of 900 examples is about 2 % wide to either side', () => {
  expect(halfWidth(0.9, 900)).toBeCloseTo(0.0196, 4)
})
