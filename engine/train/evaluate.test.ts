// Which of two evaluations is the better one.
import { expect, test } from 'vitest'
import { isBetter } from './evaluate.ts'

test('the best is the first of the strictly greatest, as in the original; a loss is better when it is less', () => {
  const chosen = (metric: 'accuracy' | 'matthews' | 'mse', values: number[]): number | null => {
    let best: { at: number; value: number } | null = null
    for (const [at, value] of values.entries())
      if (isBetter(metric, value, best?.value ?? null)) best = { at, value }
    return best?.at ?? null
  }
  expect(chosen('accuracy', [0.5, 0.75, 0.75, 0.6])).toBe(1)
  expect(chosen('mse', [3, 2, 2, 4])).toBe(1)
  expect(chosen('matthews', [-1, -1])).toBe(0) // the original finds no best there, and fails
  expect(chosen('accuracy', [NaN, 0, NaN])).toBe(1)
  expect(chosen('accuracy', [NaN, NaN])).toBe(null) // then the last step is the result
})
