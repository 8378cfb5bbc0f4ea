// npm run fix: mends what a tool can.

import path from 'node:path'
import { interruptible } from '../interruption.mjs'
import { preparePackages } from '../packages.mjs'
import { runInTerminal } from '../run-command.mjs'

const TOOLS = [
  ['node_modules/eslint/bin/eslint.js', '--config', '.config/eslint.config.mjs', '--fix', '.'],
  ['node_modules/prettier/bin/prettier.cjs', '--write', '--log-level', 'warn', '.'],
]

/**
 * @param {string} checkout
 * @param {string[]} files
 * @returns {Promise<number>}
 */
export async function run(checkout, files) {
  await interruptible(() => preparePackages(checkout))
  let worst = 0
  for (const [tool = '', ...args] of TOOLS) {
    const own = files.length > 0 ? [...args.filter((arg) => arg !== '.'), ...files] : args
    worst = Math.max(
      worst,
      await runInTerminal(process.execPath, [path.join(checkout, tool), ...own], { cwd: checkout }),
    )
  }
  return worst
}
