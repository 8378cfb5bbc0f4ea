// npm test: sets everything up and runs every check; `--only=static,unit,e2e` or names of checks for a part of it.

import { chooseChecks } from '../checks.mjs'
import { describeElectron, prepareElectron } from '../electron/electron.mjs'
import { interruptible } from '../interruption.mjs'
import { preparePackages } from '../packages.mjs'
import { findPeer } from '../peer.mjs'
import { prepareData, prepareProgram } from '../prepare.mjs'
import { say } from '../progress.mjs'
import { report, runChecks } from '../run-checks.mjs'
import { withScreen } from '../screen.mjs'
import { SetupError, explainSetupError } from '../setup-error.mjs'
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
    await preparePackages(checkout)
    await prepareData(checkout)
    /** @param {'static' | 'unit' | 'e2e'} group */
    const ofGroup = (group) => chosen.filter((check) => check.group === group)
    const program = await attempt(ofGroup('unit').length + ofGroup('e2e').length > 0, () =>
      prepareProgram(checkout),
    )
    const window = await attempt(ofGroup('e2e').length > 0, () => prepareWindow(checkout))

    const peer = await findPeer() // never set up for tests: without it a comparison is skipped with its reason
    const env = { ...process.env, ...program.env, ...window.env, ...(peer && { ALBERT_PEER_PYTHON: peer }) }
    const outcomes = await runChecks(checkout, ofGroup('static'), { env, atOnce: AT_ONCE })
    outcomes.push(
      ...(program.obstacle
        ? impossible(ofGroup('unit'))
        : await runChecks(checkout, ofGroup('unit'), { env, atOnce: 1, extraArgs })),
    )
    if (program.obstacle || window.obstacle) outcomes.push(...impossible(ofGroup('e2e')))
    else if (ofGroup('e2e').length > 0) {
      const onScreen = (/** @type {string} */ display) =>
        runChecks(checkout, ofGroup('e2e'), { env: { ...env, DISPLAY: display }, atOnce: 1, extraArgs })
      outcomes.push(...(await withScreen(onScreen)))
    }
    for (const { obstacle } of [program, window]) if (obstacle) say(`\n${explainSetupError(obstacle)}`)
    return report(outcomes, began)
  })
}

/**
 * What stands in the way of some checks does not keep the others from running.
 * @param {boolean} needed
 * @param {() => Promise<NodeJS.ProcessEnv>} prepare
 * @returns {Promise<{ env?: NodeJS.ProcessEnv, obstacle?: SetupError }>}
 */
async function attempt(needed, prepare) {
  if (!needed) return {}
  try {
    return { env: await prepare() }
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    return { obstacle: error }
  }
}

/**
 * Checks that could not be run have failed.
 * @param {readonly import('../checks.mjs').Check[]} these
 */
function impossible(these) {
  return these.map(({ name }) => ({ name, ms: 0, counts: { passed: 0, failed: 1, skipped: 0 } }))
}

/**
 * What only the tests of the window need.
 * @param {string} checkout
 * @returns {Promise<NodeJS.ProcessEnv>}
 */
async function prepareWindow(checkout) {
  await prepareForTests()
  const electron = await prepareElectron(checkout)
  say(describeElectron(electron))
  const chromium = findChromium()
  return { ALBERT_ELECTRON: electron.program, ...(chromium ? { ALBERT_CHROMIUM: chromium } : {}) }
}
