import { expect, test } from 'vitest'
import { addUp, countPlaywright, lastLine } from './counts.mjs'
import { chooseChecks } from './checks.mjs'

test('Playwright: a flaky test passed in the end; an error outside of tests is a failure', () => {
  expect(
    countPlaywright({ stats: { expected: 4, flaky: 1, unexpected: 2, skipped: 3 }, errors: [{}] }),
  ).toEqual({ passed: 5, failed: 3, skipped: 3 })
})

test('the last line is what CI reads', () => {
  const total = addUp([
    { passed: 1, failed: 0, skipped: 0 },
    { passed: 200, failed: 2, skipped: 5 },
  ])
  expect(lastLine(total)).toBe('201 passed, 2 failed, 5 skipped')
})

test('--only takes groups and names, and knows what it does not know', () => {
  expect(chooseChecks('unit,lint').chosen.map(({ name }) => name)).toEqual(['lint', 'unit'])
  expect(chooseChecks('static').chosen.every(({ group }) => group === 'static')).toBe(true)
  expect(chooseChecks('units').unknown).toEqual(['units'])
})
