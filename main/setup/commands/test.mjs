// npm test: sets everything up and runs every check; `--only=static,unit,e2e` or names of checks for a part of it.

import { chooseChecks } from '../checks.mjs'
import { describeElectron, prepareElectron } from '../electron/electron.mjs'
import { interruptible } from '../interruption.mjs'
import { preparePackages } from '../packages.mjs'
import { prepareData, prepareProgram } from '../prepare.mjs'
import { say } from '../progress.mjs'
import { report, runChecks } from '../run-checks.mjs'
import { withScreen } from '../screen.mjs'
import { SetupError } from '../setup-error.mjs'
import { findChromium, prepareForTests } from '../system-libraries.mjs'

const AT_ONCE = 2 // static checks side by side; the tests have the machine to themselves

/**
 * @param {string} checkout
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export async function run(checkout, args) {
  const began = Date.now()
  const only = args.find((arg) => arg.startsWith('--only='))?.slice('--only='.length)
  const { chosen, unknown } = chooseChecks(only)
  if (unknown.length > 0)
    throw new SetupError(
      `There is no check ${unknown.join(', ')}; --only takes static, unit, e2e or the name of a check.`,
    )
  const extraArgs = args.filter((arg) => !arg.startsWith('--only='))
  return interruptible(async () => {
    const env = await prepare(checkout, chosen)
    /** @param {'static' | 'unit' | 'e2e'} group */
    const ofGroup = (group) => chosen.filter((check) => check.group === group)
    const outcomes = await runChecks(checkout, ofGroup('static'), { env, atOnce: AT_ONCE })
    outcomes.push(...(await runChecks(checkout, ofGroup('unit'), { env, atOnce: 1, extraArgs })))
    if (ofGroup('e2e').length > 0) {
      const onScreen = (/** @type {string} */ display) =>
        runChecks(checkout, ofGroup('e2e'), { env: { ...env, DISPLAY: display }, atOnce: 1, extraArgs })
      outcomes.push(...(await withScreen(onScreen)))
    }
    return report(outcomes, began)
  })
}

/**
 * Only what the chosen checks need.
 * @param {string} checkout
 * @param {readonly import('../checks.mjs').Check[]} chosen
 * @returns {Promise<NodeJS.ProcessEnv>}
 */
async function prepare(checkout, chosen) {
  const groups = new Set(chosen.map(({ group }) => group))
  if (groups.has('e2e')) await prepareForTests()
  if (!groups.has('unit') && !groups.has('e2e')) {
    await preparePackages(checkout)
    await prepareData(checkout)
    return process.env
  }
  const env = await prepareProgram(checkout)
  if (!groups.has('e2e')) return env
  const electron = await prepareElectron(checkout)
  say(describeElectron(electron))
  const chromium = findChromium()
  return { ...env, ALBERT_ELECTRON: electron.program, ...(chromium ? { ALBERT_CHROMIUM: chromium } : {}) }
}
