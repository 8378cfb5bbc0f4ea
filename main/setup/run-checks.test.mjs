// What stands at the end of the output when something fails: from it alone a failure elsewhere has to be understood.
import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { report, runChecks } from './run-checks.mjs'
import { temporaryFolder } from './testing/temporary-folder.mjs'

test('the end of the output holds the error of each failed test with its line, of a file that cannot be loaded, and of a worker that dies', async () => {
  const checkout = await realpath(await temporaryFolder())
  await symlink(path.resolve('node_modules'), path.join(checkout, 'node_modules'))
  await mkdir(path.join(checkout, 'tests'))
  /** @param {string} name @param {string[]} lines */
  const write = (name, ...lines) => writeFile(path.join(checkout, name), `${lines.join('\n')}\n`)
  await write(
    'vitest.config.mjs',
    `export default { cacheDir: 'cache', test: { pool: 'forks', maxWorkers: 1 } }`,
  )
  await write(
    'tests/sums.test.mjs',
    `import { expect, test } from 'vitest'`,
    `test('adds', () => expect(1 + 1).toBe(2))`,
    `test.skip('multiplies', () => {})`,
    `test('takes away', () => {`,
    `  expect({ left: 3 }).toEqual({ left: 4 })`,
    `})`,
  )
  await write('tests/lost.test.mjs', `import './nothing.mjs'`)
  await write(
    'tests/dies.test.mjs',
    `import { writeSync } from 'node:fs'`,
    `import { test } from 'vitest'`,
    `test('dies', () => {`,
    `  writeSync(2, 'terminate called without an active exception\\n')`,
    `  process.abort()`,
    `})`,
  )
  await write('silent.mjs', `console.log('half of it'); process.kill(process.pid, 'SIGKILL')`)
  let output = ''
  const screen = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    output += String(text)
    return true
  })
  onTestFinished(() => screen.mockRestore())
  const outcomes = await runChecks(
    checkout,
    [
      {
        name: 'unit',
        group: 'unit',
        tool: 'node_modules/vitest/vitest.mjs',
        args: ['run', `--reporter=${path.resolve('main/setup/vitest-report.mjs')}`],
        read: (text) => /** @type {import('./vitest-report.mjs').UnitReport} */ (text),
      },
      { name: 'lint', group: 'static', tool: 'lint.mjs', args: [] },
      {
        name: 'e2e',
        group: 'e2e',
        tool: 'silent.mjs',
        args: [],
        read: () => ({ counts: { passed: 0, failed: 0, skipped: 0 }, failures: [] }),
      },
    ],
    { env: process.env, atOnce: 1 },
  )
  output = ''
  expect(report(outcomes, Date.now())).toBe(1)
  screen.mockRestore()

  expect(output).toContain(
    `
unit: tests/sums.test.mjs › takes away
    AssertionError: expected { left: 3 } to deeply equal { left: 4 }
    - Expected
    + Received
      {
    -   "left": 4,
    +   "left": 3,
      }
    at tests/sums.test.mjs:5:23
         4 | test('takes away', () => {
    >    5 |   expect({ left: 3 }).toEqual({ left: 4 })
         6 | })
`,
  )
  expect(output).toMatch(/\nunit: tests\/lost\.test\.mjs\n {4}Error: Cannot find module '\.\/nothing\.mjs'/)
  expect(output).toMatch(/signal SIGABRT .*tests\/dies\.test\.mjs/)
  expect(output).toMatch(
    /\nunit: last words of processes\n {4}terminate called without an active exception\n/,
  )
  expect(output).toMatch(/\nlint: ended with 1\n(.*\n)* {4}Error: Cannot find module '.*lint\.mjs'\n/)
  expect(output).toContain('\ne2e: ended with SIGKILL although no test failed\n    half of it\n')
  expect(output.trimEnd().split('\n').at(-1)).toBe('1 passed, 5 failed, 1 skipped')
})
