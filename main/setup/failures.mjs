// What is said of a failed test at the very end of the output, where a short look finds it: its name, its error, its line of source.

import { stripVTControlCharacters } from 'node:util'

/** @typedef {{ title: string, lines: string[] }} Failure */

const MOST_LINES = 30 // of one failure: three of them fill a screen
const LAST_LINES = 14 // of those, what stands at the end of an error: the place in the source
const WIDTH = 200 // characters

/**
 * @param {string} title
 * @param {readonly string[]} texts of any length, with or without colours; in the order in which they are read
 * @returns {Failure} what is too long has lost its middle
 */
export function failureOf(title, texts) {
  const lines = texts
    .flatMap((text) => stripVTControlCharacters(text).split(/\r?\n/))
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .map((line) => (line.length > WIDTH ? `${line.slice(0, WIDTH)}…` : line))
  const left_out = lines.length - (MOST_LINES - 1)
  return {
    title: stripVTControlCharacters(title),
    lines:
      lines.length <= MOST_LINES
        ? lines
        : [
            ...lines.slice(0, MOST_LINES - 1 - LAST_LINES),
            `… (${left_out} lines)`,
            ...lines.slice(-LAST_LINES),
          ],
  }
}

/**
 * @param {unknown} report Playwright's JSON report
 * @returns {Failure[]}
 */
export function failuresOfPlaywright(report) {
  const { suites = [], errors = [] } = /** @type {PlaywrightReport} */ (report)
  return [
    ...suites.flatMap(failuresOfSuite),
    ...errors.map(({ message = 'no message' }) => failureOf('outside of tests', [message])),
  ]
}

/**
 * @param {PlaywrightSuite} suite
 * @returns {Failure[]}
 */
function failuresOfSuite({ specs = [], suites = [] }) {
  const own = specs
    .filter(({ ok }) => !ok)
    .flatMap(({ file, title, tests }) =>
      tests
        .filter(({ status }) => status === 'unexpected')
        .map(({ projectName, results = [] }) => {
          const { errors = [], steps = [] } = results.at(-1) ?? {}
          return failureOf(
            [file, title, ...failingSteps(steps)].join(' › ') + ` [${projectName}]`,
            errors.map(({ message = 'no message' }) => message), // with its place in the source
          )
        }),
    )
  return [...own, ...suites.flatMap(failuresOfSuite)]
}

/**
 * @param {readonly PlaywrightStep[]} steps
 * @returns {string[]}
 */
function failingSteps(steps) {
  const failing = steps.find(({ error }) => error !== undefined)
  return failing === undefined ? [] : [failing.title, ...failingSteps(failing.steps ?? [])]
}

/**
 * @typedef {{ title: string, error?: unknown, steps?: PlaywrightStep[] }} PlaywrightStep
 * @typedef {{ projectName: string, status: string, results?: { errors?: { message?: string }[], steps?: PlaywrightStep[] }[] }} PlaywrightTest
 * @typedef {{ specs?: { ok: boolean, file: string, title: string, tests: PlaywrightTest[] }[], suites?: PlaywrightSuite[] }} PlaywrightSuite
 * @typedef {{ suites?: PlaywrightSuite[], errors?: { message?: string }[] }} PlaywrightReport
 */
