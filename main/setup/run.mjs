// The entry point of every npm script: `node main/setup/run.mjs <command> [args]`, on Node 20 or newer, before anything is installed.
// It sees to a Node that the tools accept, then hands over to the command; each command says which steps it needs.

import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { handOverToNewerNode } from './node-runtime.mjs'
import { say } from './progress.mjs'
import { endRunningCommands } from './run-command.mjs'
import { releaseAllLocks } from './lock.mjs'
import { SetupError, explainSetupError } from './setup-error.mjs'

const checkout = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')

const commands = /** @type {const} */ ({
  start: () => import('./commands/start.mjs'),
  sample: () => import('./commands/sample.mjs'),
  albert: () => import('./commands/albert.mjs'),
  build: () => import('./commands/build.mjs'),
  package: () => import('./commands/package.mjs'),
  test: () => import('./commands/test.mjs'),
  check: () => import('./commands/check.mjs'),
  fix: () => import('./commands/fix.mjs'),
  bench: () => import('./commands/bench.mjs'),
})

/** @param {string[]} argv */
async function main([name = '', ...args]) {
  if (!isCommand(name)) {
    throw new SetupError(`There is no command "${name}"; use one of ${Object.keys(commands).join(', ')}.`)
  }
  const handedOver = await handOverToNewerNode([name, ...args])
  if (handedOver !== undefined) return handedOver
  const { run } = await commands[name]()
  return run(checkout, args)
}

/**
 * @param {string} name
 * @returns {name is keyof typeof commands}
 */
function isCommand(name) {
  return Object.hasOwn(commands, name)
}

/** @param {unknown} error */
function explain(error) {
  if (!(error instanceof SetupError)) say(String(error instanceof Error ? error.stack : error))
  else say(explainSetupError(error))
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error) => {
    explain(error)
    endRunningCommands()
    process.exit(1)
  },
)

process.on('exit', releaseAllLocks)
