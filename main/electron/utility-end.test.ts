// How an engine ended, from the number that Electron gives; the numbers were seen on Electron 22.3.25 for Linux.
import { expect, test } from 'vitest'
import { utilityEnd } from './utility-end.ts'

test.each([
  [0, null, null, 0],
  [1, null, null, 1],
  [9, null, 'SIGKILL', null],
  [11, null, 'SIGSEGV', null],
  [6, null, 'SIGABRT', null],
  [0, 'SIGTERM', 'SIGTERM', null],
])('%d after %s is signal %s, code %s', (status, killed, signal, code) => {
  expect(utilityEnd(status, killed, 'linux')).toEqual({ code, signal })
})

test('Windows has no signals', () => {
  expect(utilityEnd(9, null, 'win32')).toEqual({ code: 9, signal: null })
})
