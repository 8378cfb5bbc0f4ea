// A reporter for vitest: counts and failures with their errors go to the file that ALBERT_UNIT_REPORT names.

import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { failureOf } from './failures.mjs'

/**
 * @typedef {import('vitest/node').TestModule} TestModule
 * @typedef {{ name?: string, message: string, diff?: string | undefined, cause?: unknown, stack?: string | undefined, stacks?: { file: string, line: number, column: number }[] }} TestError
 * @typedef {import('./failures.mjs').Failure} Failure
 * @typedef {{ counts: import('./counts.mjs').Counts, failures: Failure[] }} UnitReport
 */

/** Vitest asks for a class, and for the default export. */
export default class {
  /**
   * @param {readonly TestModule[]} modules
   * @param {readonly unknown[]} unhandled errors that belong to no test, such as the end of a worker
   */
  onTestRunEnd(modules, unhandled) {
    const file = process.env['ALBERT_UNIT_REPORT']
    if (file === undefined) throw new Error('ALBERT_UNIT_REPORT is not set; run the tests through npm test.')
    writeFileSync(file, JSON.stringify(reportOf(modules, /** @type {readonly TestError[]} */ (unhandled))))
  }
}

/**
 * @param {readonly TestModule[]} modules
 * @param {readonly TestError[]} unhandled
 * @returns {UnitReport}
 */
function reportOf(modules, unhandled) {
  const tests = modules.flatMap((module) => [...module.children.allTests()])
  const failures = [
    ...tests
      .filter((test) => test.result().state === 'failed')
      .map((test) =>
        failureOf(
          `${test.module.relativeModuleId} › ${test.fullName}`,
          (test.result().errors ?? []).flatMap(textsOf),
        ),
      ),
    ...modules.flatMap((module) => {
      const errors = module.errors() // it could not be loaded, or a hook of it failed
      return errors.length === 0
        ? []
        : [
            failureOf(
              module.relativeModuleId,
              errors.flatMap((error) => textsOf(/** @type {TestError} */ (error))),
            ),
          ]
    }),
    ...unhandled.map((error) => failureOf('outside of tests', textsOf(error))),
  ]
  return {
    counts: {
      passed: tests.filter((test) => test.result().state === 'passed').length,
      failed: failures.length,
      skipped: tests.filter((test) => test.result().state === 'skipped').length,
    },
    failures,
  }
}

/**
 * @param {TestError} error
 * @returns {string[]} the error, what was expected, and the place
 */
function textsOf({ name, message, diff, cause, stacks = [], stack = '' }) {
  const place = stacks.find(({ file }) => !file.includes('node_modules'))
  return [
    `${name ?? 'Error'}: ${message}`,
    ...(diff === undefined ? [] : [diff]),
    ...(isError(cause) ? [`Caused by ${cause.name ?? 'Error'}: ${cause.message}`] : []),
    ...(place === undefined ? [stack.slice(stack.indexOf('\n    at ') + 1)] : [sourceAt(place)]),
  ]
}

/**
 * @param {unknown} cause
 * @returns {cause is TestError}
 */
function isError(cause) {
  return typeof cause === 'object' && cause !== null && 'message' in cause
}

/**
 * @param {{ file: string, line: number, column: number }} place
 * @returns {string} the place and the lines around it
 */
function sourceAt({ file, line, column }) {
  const lines = readFileSync(file, 'utf8').split('\n')
  const around = [line - 1, line, line + 1].flatMap((number) => {
    const text = lines[number - 1]
    return text === undefined
      ? []
      : [`${number === line ? '>' : ' '} ${String(number).padStart(4)} | ${text}`]
  })
  return [`at ${path.relative(process.cwd(), file)}:${line}:${column}`, ...around].join('\n')
}
