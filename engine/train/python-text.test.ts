// Numbers as Python and NumPy print them, held against what the original's files hold.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { GOLDENS } from '../testing/tensor-dump.ts'
import { float32ArrayText, float32Text, float64Text } from './python-text.ts'

const original = (name: string, file: string) =>
  readFileSync(path.join(GOLDENS, 'end-to-end', name, file), 'utf8').trimEnd()

test.each(['mrpc', 'cola', 'mnli', 'sts-b'])('every number of the original’s files for %s', (name) => {
  const written = original(name, 'test_results.tsv').split(/[\t\n]/)
  expect(written.length).toBeGreaterThan(5)
  expect(written.map((text) => float32Text(Number(text)))).toEqual(written)
  const results =
    original(name, 'eval_results.txt').match(/(?<=^(eval_\w+|loss|MSE|pearson|matthew_corr) = )\S+$/gm) ?? []
  expect(results.length).toBeGreaterThan(7)
  expect(results.map((text) => float32Text(Number(text)))).toEqual(results)
  const [, , best = ''] = original(name, 'best_trial.txt').split(':')
  expect(float64Text(Number(best))).toBe(best)
})

test('every array of the original’s file for sts-b', () => {
  const written = original('sts-b', 'eval_results.txt').match(/(?<=^(pred|label_ids) = )\[[^\]]*\]/gm) ?? []
  expect(written).toHaveLength(8)
  for (const text of written) {
    expect(float32ArrayText(Float32Array.from(text.match(/[^\s[\]]+/g) ?? [], Number))).toBe(text)
  }
})

test.each([
  // By NumPy's rules: one width, powers of ten where sizes differ by more than 1000, a gap in what is long.
  [[1, -1], '[ 1. -1.]'],
  [[0.00002, 1], '[2.e-05 1.e+00]'],
  [[1234.5, 0.5], '[1.2345e+03 5.0000e-01]'],
  [[NaN, 0.25], '[ nan 0.25]'],
  [Array.from({ length: 1001 }, () => 0.5), '[0.5 0.5 0.5 ... 0.5 0.5 0.5]'],
])('%j as an array', (values, text) => {
  expect(float32ArrayText(values)).toBe(text)
})

test.each([
  [0, '0.0'],
  [1, '1.0'],
  [-0.5, '-0.5'],
  [0.1, '0.1'],
  [1 / 3, '0.33333334'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [1.5e-7, '1.5e-07'],
  [16777216, '16777216.0'],
  [1e16, '1e+16'],
  [NaN, 'nan'],
  [-Infinity, '-inf'],
])('%f as a float32', (value, text) => {
  expect(float32Text(value)).toBe(text)
})
