// The stretches cover every number once, few numbers are named themselves, and memory stays bounded.
import { expect, test } from 'vitest'
import { createNumberBins } from './number-bins.ts'

function countsOf(values: Iterable<number>): Record<string, number> {
  const bins = createNumberBins()
  for (const value of values) bins.add(value)
  return bins.counts()
}

test('few different numbers are named themselves', () => {
  expect(countsOf([3, 1, 1, 2.5])).toEqual({ 1: 2, 2.5: 1, 3: 1 })
  expect(countsOf([])).toEqual({})
})

test('many are counted in stretches from the least to the most', () => {
  const counts = countsOf(Array.from({ length: 601 }, (_, at) => at / 100))
  expect(Object.keys(counts)).toEqual(['0–1', '1–2', '2–3', '3–4', '4–5', '5–6'])
  expect(Object.values(counts)).toEqual([100, 100, 100, 100, 100, 101])
})

test('a hundred thousand different numbers are all counted', () => {
  const counts = countsOf(Array.from({ length: 100_000 }, (_, at) => Math.sin(at) * 1000))
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(100_000)
  expect(Object.keys(counts)).toHaveLength(6)
})
