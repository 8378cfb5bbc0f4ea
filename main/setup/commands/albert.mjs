// npm run --silent albert -- <command>: the command line, in the folder it was called from; standard output is its own.

import path from 'node:path'
import { interruptible } from '../interruption.mjs'
import { prepareProgram } from '../prepare.mjs'
import { runInTerminal } from '../run-command.mjs'

/**
 * @param {string} checkout
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export async function run(checkout, args) {
  const env = await interruptible(() => prepareProgram(checkout))
  const cwd = process.env['INIT_CWD'] ?? process.cwd()
  return runInTerminal(process.execPath, [path.join(checkout, 'dist', 'cli', 'main.cjs'), ...args], {
    cwd,
    env,
  })
}
