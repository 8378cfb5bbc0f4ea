// How npm is started: the one that started us where there is one, else the one on PATH.

import { findProgram, runCommand } from './run-command.mjs'
import { SetupError } from './setup-error.mjs'

/**
 * @param {string[]} args
 * @param {{ cwd: string, onOutput?: (text: string) => void }} options
 */
export async function runNpm(args, options) {
  const script = process.env['npm_execpath']
  if (script && /npm-cli\.c?js$/.test(script)) return runCommand(process.execPath, [script, ...args], options)
  const npm = findProgram('npm')
  if (npm === undefined)
    throw new SetupError(
      'npm is missing; install Node.js 20 or newer together with npm, and run the command again.',
    )
  return runCommand(npm, args, { ...options, shell: process.platform === 'win32' })
}
