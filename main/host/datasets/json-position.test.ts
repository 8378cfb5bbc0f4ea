// Where JSON breaks off is found for every way of breaking it.
import { expect, test } from 'vitest'
import { brokenAt } from './json-position.ts'

test.each([
  ['[{"a": 1},\n {"b": ]', 18],
  ['[1, 2', 5],
  ['{"a" 1}', 5],
  ['{"a": 1,}', 8],
  ['[1 2]', 3],
  ['{a: 1}', 1],
  ['["x\ny"]', 1],
  ['[tru]', 1],
  ['{"a": 1]', 7],
  ['[01]', 2],
  ['', 0],
])('%j at %i', (text, position) => {
  expect(() => JSON.parse(text) as unknown).toThrow()
  expect(brokenAt(text)).toBe(position)
})
