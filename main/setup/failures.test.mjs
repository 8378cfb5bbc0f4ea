import { expect, test } from 'vitest'
import { failureOf, failuresOfPlaywright } from './failures.mjs'

test('an error keeps its beginning and its end, and no colours', () => {
  const long = Array.from({ length: 100 }, (_, line) => `\u001b[31mline ${line}\u001b[39m`).join('\n')
  const { title, lines } = failureOf('\u001b[1mit\u001b[22m', ['', long, 'y'.repeat(500)])
  expect(title).toBe('it')
  expect(lines).toHaveLength(30)
  expect(lines[0]).toBe('line 0')
  expect(lines[15]).toBe('… (72 lines)')
  expect(lines[28]).toBe('line 99')
  expect(lines[29]).toBe(`${'y'.repeat(200)}…`)
  expect(failureOf('it', ['a\n\nb  ']).lines).toEqual(['a', 'b'])
})

test('a failed spec is named with its file, its step and its project, with what it expected and where', () => {
  const passed = {
    ok: true,
    file: 'x.spec.ts',
    title: 'closes',
    tests: [{ projectName: 'server', status: 'expected' }],
  }
  const error = { message: 'Expected: 2\nReceived: 1\n\n> 7 | expect(1).toBe(2)\n    at x.spec.ts:7:11' }
  const steps = [{ title: 'begin' }, { title: 'press', error, steps: [{ title: 'twice', error }] }]
  const failed = {
    ok: false,
    file: 'x.spec.ts',
    title: 'opens',
    tests: [
      { projectName: 'desktop', status: 'expected', results: [{ steps: [] }] },
      { projectName: 'server', status: 'unexpected', results: [{ errors: [error], steps }] },
    ],
  }
  expect(
    failuresOfPlaywright({
      suites: [{ specs: [passed], suites: [{ specs: [failed] }] }],
      errors: [{ message: 'no screen' }],
    }),
  ).toEqual([
    {
      title: 'x.spec.ts › opens › press › twice [server]',
      lines: ['Expected: 2', 'Received: 1', '> 7 | expect(1).toBe(2)', '    at x.spec.ts:7:11'],
    },
    { title: 'outside of tests', lines: ['no screen'] },
  ])
})
