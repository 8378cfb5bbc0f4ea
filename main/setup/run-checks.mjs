// Runs checks, all of them whatever the first ones say, prints what they found, a table, and the count as the very last line.

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { addUp, lastLine } from './counts.mjs'
import { say, seconds } from './progress.mjs'
import { runCommand } from './run-command.mjs'

/** @typedef {{ name: string, counts: import('./counts.mjs').Counts, ms: number, failures?: string[] }} Outcome `failures`: a line each */

const FAILURES_SHOWN = 8 // at the end; the output above has them all
const FAILURE_WIDTH = 160 // characters

/**
 * @param {string} checkout
 * @param {readonly import('./checks.mjs').Check[]} chosen
 * @param {{ env: NodeJS.ProcessEnv, atOnce: number, extraArgs?: string[] }} options `extraArgs`: for the runners of tests
 * @returns {Promise<Outcome[]>} in the order of the checks
 */
export async function runChecks(checkout, chosen, { env, atOnce, extraArgs = [] }) {
  /** @type {Outcome[]} */
  const outcomes = []
  const waiting = chosen.map((check, index) => ({ check, index }))
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { check, index } = next
      outcomes[index] = check.read
        ? await runTests(checkout, check, check.read, env, extraArgs)
        : await runStatic(checkout, check, env)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return outcomes
}

/**
 * The table, and the last line.
 * @param {readonly Outcome[]} outcomes
 * @param {number} began
 * @returns {number} the exit code
 */
export function report(outcomes, began) {
  const total = addUp(outcomes.map(({ counts }) => counts))
  const width = Math.max(...outcomes.map(({ name }) => name.length))
  process.stdout.write('\n')
  for (const { name, counts, ms } of outcomes) {
    process.stdout.write(
      `${counts.failed > 0 ? 'FAILED' : 'ok    '}  ${name.padEnd(width)}  ${seconds(ms).padStart(12)}   ${lastLine(counts)}\n`,
    )
  }
  const failures = outcomes.flatMap(({ name, failures = [] }) => failures.map((line) => `${name}: ${line}`))
  if (failures.length > 0) process.stdout.write('\n')
  for (const line of failures.slice(0, FAILURES_SHOWN))
    process.stdout.write(`${line.replace(/\s+/g, ' ').slice(0, FAILURE_WIDTH)}\n`)
  process.stdout.write(`\nEverything together took ${seconds(Date.now() - began)}.\n${lastLine(total)}\n`)
  return total.failed > 0 ? 1 : 0
}

/**
 * A check that says yes or no: one test.
 * @param {string} checkout
 * @param {import('./checks.mjs').Check} check
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Outcome>}
 */
async function runStatic(checkout, check, env) {
  const began = Date.now()
  const { code, output } = await runCommand(
    process.execPath,
    [path.join(checkout, check.tool), ...check.args],
    {
      cwd: checkout,
      env: { ...env, ...colours() },
    },
  )
  const ms = Date.now() - began
  if (code !== 0) process.stdout.write(`\n--- ${check.name} ---\n${output.trimEnd()}\n`)
  say(`${check.name}: ${code === 0 ? 'ok' : 'failed'} in ${seconds(ms)}`)
  return {
    name: check.name,
    ms,
    counts: { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 },
  }
}

/**
 * A runner of many tests, which shows what it does and leaves a report.
 * @param {string} checkout
 * @param {import('./checks.mjs').Check} check
 * @param {NonNullable<import('./checks.mjs').Check['read']>} read
 * @param {NodeJS.ProcessEnv} env
 * @param {string[]} extraArgs
 * @returns {Promise<Outcome>}
 */
async function runTests(checkout, check, read, env, extraArgs) {
  const began = Date.now()
  const folder = await mkdtemp(path.join(os.tmpdir(), 'albert-report-'))
  const file = path.join(folder, 'report.json')
  try {
    const { code, output } = await runCommand(
      process.execPath,
      [path.join(checkout, check.tool), ...check.args, ...reporters(check.name, file), ...extraArgs],
      {
        cwd: checkout,
        env: {
          ...env,
          ALBERT_E2E_REPORT: file,
          VITE_CONFIG_NATIVE_IGNORE_WARNING: 'true',
          ...colours(),
        },
        onOutput: (text) => process.stdout.write(text),
      },
    )
    const found = await readFile(file, 'utf8').then(
      (text) => ({ counts: read.counts(JSON.parse(text)), failures: read.failures(JSON.parse(text)) }),
      () => ({ counts: { passed: 0, failed: 0, skipped: 0 }, failures: [] }),
    )
    const failed = code !== 0 && found.counts.failed === 0 ? 1 : found.counts.failed // it ended badly without saying why: that is a failure too
    const failures = failed > 0 && found.failures.length === 0 ? errorsIn(output, code) : found.failures
    return {
      name: check.name,
      ms: Date.now() - began,
      counts: { ...found.counts, failed },
      failures: failures.map((line) => line.replaceAll(`${checkout}${path.sep}`, '')),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * What a runner printed of errors that belong to no test: they are in no report.
 * @param {string} output
 * @param {number} code
 */
function errorsIn(output, code) {
  const lines = output
    .split('\n')
    .filter((line) =>
      /\b\w*Error\b|vitest-pool|This error (?:originated|was caught)|while running/.test(line),
    )
  return [`ended with ${code} although no test failed`, ...lines]
}

/**
 * @param {string} name
 * @param {string} file
 */
function reporters(name, file) {
  return name === 'unit' ? ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`] : []
}

/** Colours on a terminal only; tools do not agree on one variable. */
function colours() {
  return process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1', FORCE_COLOR: undefined }
}
