import { expect, test } from 'vitest'
import {
  addUp,
  countPlaywright,
  countVitest,
  failuresOfPlaywright,
  failuresOfVitest,
  lastLine,
} from './counts.mjs'
import { chooseChecks } from './checks.mjs'

test('vitest: passed, failed, skipped and to do', () => {
  const report = {
    numPassedTests: 7,
    numFailedTests: 1,
    numPendingTests: 2,
    numTodoTests: 1,
    success: false,
    testResults: [],
  }
  expect(countVitest(report)).toEqual({ passed: 7, failed: 1, skipped: 3 })
})

test('vitest: a file that could not be loaded is a failure, and so is an end without a reason', () => {
  const broken = { status: 'failed', assertionResults: [] }
  expect(
    countVitest({
      numPassedTests: 3,
      success: false,
      testResults: [broken, { status: 'passed', assertionResults: [] }],
    }).failed,
  ).toBe(1)
  expect(countVitest({ numPassedTests: 3, success: false, testResults: [] }).failed).toBe(1)
})

test('Playwright: a flaky test passed in the end; an error outside of tests is a failure', () => {
  expect(
    countPlaywright({ stats: { expected: 4, flaky: 1, unexpected: 2, skipped: 3 }, errors: [{}] }),
  ).toEqual({ passed: 5, failed: 3, skipped: 3 })
})

test('the failed tests are named with their files, and so is a file that could not be loaded', () => {
  expect(
    failuresOfVitest({
      testResults: [
        {
          name: 'a.test.ts',
          status: 'failed',
          assertionResults: [
            { status: 'passed', fullName: 'adds' },
            { status: 'failed', fullName: 'takes away' },
          ],
        },
        { name: 'b.test.ts', status: 'failed', message: 'cannot find c.ts', assertionResults: [] },
        { name: 'd.test.ts', status: 'passed', assertionResults: [] },
      ],
    }),
  ).toEqual(['a.test.ts › takes away', 'b.test.ts: cannot find c.ts'])
  const spec = (/** @type {boolean} */ ok) => ({
    ok,
    file: 'x.spec.ts',
    title: 'opens',
    tests: [{ projectName: 'server' }],
  })
  expect(
    failuresOfPlaywright({
      suites: [{ specs: [spec(true)], suites: [{ specs: [spec(false)] }] }],
      errors: [{ message: 'no screen' }],
    }),
  ).toEqual(['x.spec.ts › opens [server]', 'no screen'])
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
