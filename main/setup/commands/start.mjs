// npm start: opens the window, or where there is no display or no Electron, serves the same pages on this machine and says where.

import path from 'node:path'
import { describeElectron, prepareElectron } from '../electron/electron.mjs'
import { interruptible } from '../interruption.mjs'
import { prepareProgram } from '../prepare.mjs'
import { say } from '../progress.mjs'
import { runInTerminal } from '../run-command.mjs'
import { SetupError } from '../setup-error.mjs'
import { missingForWindow, missingSandbox } from '../system-libraries.mjs'

const FAILED_AT_START_MS = 15_000

/**
 * @param {string} checkout
 * @param {string[]} args `--server` for the pages without a window; what else there is goes to the program
 * @returns {Promise<number>}
 */
export async function run(checkout, args) {
  const env = await interruptible(() => prepareProgram(checkout))
  const rest = args.filter((arg) => arg !== '--server')
  if (rest.length < args.length) return serve(checkout, rest, env)

  const { electron, obstacle } = await interruptible(() => findWindow(checkout))
  if (electron === undefined) {
    say(`No window: ${obstacle}. The same pages are served on this machine instead.`)
    return serve(checkout, rest, env)
  }
  say(describeElectron(electron))
  const began = Date.now()
  const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : [] // Chromium refuses its sandbox to root
  const code = await runInTerminal(electron.program, [...flags, checkout, ...rest], {
    env: withoutNodeSwitch(env),
  })
  if (code === 0 || code === 130 || code === 143 || Date.now() - began > FAILED_AT_START_MS) return code
  say(
    `No window: Electron ended with code ${code} while starting. The same pages are served on this machine instead.`,
  )
  return serve(checkout, rest, env)
}

/** @param {string} checkout */
async function findWindow(checkout) {
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'])
    return { obstacle: 'this machine has no display' }
  try {
    const electron = await prepareElectron(checkout)
    const missing = await missingForWindow(electron.program)
    if (missing !== undefined)
      return { obstacle: `libraries of the system are missing; install them with: ${missing}` }
    const sandbox = await missingSandbox(electron.program)
    return sandbox === undefined ? { electron } : { obstacle: sandbox }
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    return { obstacle: error.message.replace(/\.$/, '') }
  }
}

/**
 * @param {string} checkout
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
function serve(checkout, args, env) {
  return runInTerminal(process.execPath, [path.join(checkout, 'dist', 'server', 'main.cjs'), ...args], {
    env,
  })
}

/**
 * Editors and other Electron programs leave this behind in their terminals; with it Electron would be a plain Node.
 * @param {NodeJS.ProcessEnv} env
 */
function withoutNodeSwitch({ ELECTRON_RUN_AS_NODE: _, ...env }) {
  return env
}
