// What a page sends is read; what would only cost time is refused at once.
import { expect, test } from 'vitest'
import { LONGEST_INPUT, readInput } from './input-text.ts'

test('JSON is read', () => {
  expect(readInput('{"a":[1,"x"]}')).toEqual({ value: { a: [1, 'x'] } })
  expect(readInput('null')).toEqual({ value: null })
})

test('brackets in a text are text', () => {
  const text = JSON.stringify({ a: `${'['.repeat(1000)}\\"` })
  expect(readInput(text)).toEqual({ value: JSON.parse(text) as unknown })
})

test.each([
  ['no JSON', '{', 'is JSON'],
  ['too long', 'x'.repeat(LONGEST_INPUT + 1), 'at most'],
  ['too deep', '['.repeat(2_000_000), 'levels deep'],
  ['too deep and closed', `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`, 'levels deep'],
])('%s', (_why, text, reason) => {
  const before = process.threadCpuUsage()
  expect(readInput(text)).toEqual({ fault: expect.stringContaining(reason) as string })
  const { user, system } = process.threadCpuUsage(before)
  expect(user + system, 'microseconds of its own work').toBeLessThan(500_000)
})
