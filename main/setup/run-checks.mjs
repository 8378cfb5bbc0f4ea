// Runs checks, all of them whatever the first ones say, prints what they found, a table, and the count as the very last line.

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { addUp, lastLine } from './counts.mjs'
import { failureOf } from './failures.mjs'
import { say, seconds } from './progress.mjs'
import { runCommand } from './run-command.mjs'

/**
 * @typedef {import('./failures.mjs').Failure} Failure
 * @typedef {{ name: string, counts: import('./counts.mjs').Counts, ms: number, failures?: Failure[] }} Outcome
 */

const FAILURES_SHOWN = 8 // with their errors, at the end; the output above has them all
const LAST_WORDS = 40 // lines

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
  const failures = outcomes.flatMap(({ name, failures = [] }) =>
    failures.map(({ title, lines }) => ({ title: `${name}: ${title}`, lines })),
  )
  for (const [index, { title, lines }] of failures.entries()) {
    const shown = index < FAILURES_SHOWN ? lines : []
    process.stdout.write([`\n${title}`, ...shown.map((line) => `    ${line}`), ''].join('\n'))
  }
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
    failures: code === 0 ? [] : [failureOf(`ended with ${code}`, [output])],
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
  const lastWords = listenForLastWords()
  const within = (/** @type {string} */ text) => text.replaceAll(`${checkout}${path.sep}`, '')
  try {
    const { code, signal, output } = await runCommand(
      process.execPath,
      [path.join(checkout, check.tool), ...check.args, ...extraArgs],
      {
        cwd: checkout,
        env: {
          ...env,
          ALBERT_E2E_REPORT: file,
          ALBERT_UNIT_REPORT: file,
          VITE_CONFIG_NATIVE_IGNORE_WARNING: 'true',
          ...colours(),
        },
        onOutput: (text) => {
          process.stdout.write(text)
          lastWords.take(text)
        },
      },
    )
    const { counts, failures } = await readFile(file, 'utf8').then(
      (text) => read(JSON.parse(text)),
      () => ({ counts: { passed: 0, failed: 0, skipped: 0 }, failures: /** @type {Failure[]} */ ([]) }),
    )
    if (code !== 0 && failures.length === 0)
      failures.push(failureOf(`ended with ${signal ?? code} although no test failed`, [output]))
    if (failures.length > 0 && lastWords.lines.length > 0)
      failures.push(failureOf('last words of processes', lastWords.lines))
    return {
      name: check.name,
      ms: Date.now() - began,
      counts: { ...counts, failed: code !== 0 ? Math.max(1, counts.failed) : counts.failed }, // it ended badly without saying why: that is a failure too
      failures: failures.map(({ title, lines }) => ({ title: within(title), lines: lines.map(within) })),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What native code says before it ends a process: it is in no report, and other tests go on printing after it. */
const NATIVE =
  /^(terminate called|\s*what\(\):|double free|free\(\):|malloc|munmap_chunk|corrupted|pure virtual|FATAL ERROR)|: F |Check failed|stack smashing|pthread_create|Segmentation fault/

function listenForLastWords() {
  let rest = ''
  /** @type {string[]} */
  const lines = []
  return {
    lines,
    take: (/** @type {string} */ text) => {
      const all = (rest + text).split('\n')
      rest = all.pop() ?? ''
      for (const line of all) if (NATIVE.test(line) && lines.length < LAST_WORDS) lines.push(line)
    },
  }
}

/** Colours on a terminal only; tools do not agree on one variable. */
function colours() {
  return process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1', FORCE_COLOR: undefined }
}
