// Ctrl-C during a step: what the step has started is ended, its locks go, what is half done is never taken for done.

import { removeHalfMade } from './cache.mjs'
import { say } from './progress.mjs'
import { releaseAllLocks } from './lock.mjs'
import { endRunningCommands } from './run-command.mjs'

const EXIT_CODES = /** @type {const} */ ({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })

/**
 * Runs the steps of a command; once they are over, signals are the started program's business.
 * @template T
 * @param {() => Promise<T>} steps
 * @returns {Promise<T>}
 */
export async function interruptible(steps) {
  /** @param {NodeJS.Signals} signal */
  const stop = (signal) => {
    endRunningCommands()
    removeHalfMade()
    releaseAllLocks()
    say('\nInterrupted. Run the command again to go on; the steps that were done stay done.')
    process.exit(signal in EXIT_CODES ? EXIT_CODES[/** @type {keyof typeof EXIT_CODES} */ (signal)] : 1)
  }
  const signals = /** @type {(keyof typeof EXIT_CODES)[]} */ (Object.keys(EXIT_CODES))
  for (const signal of signals) process.on(signal, stop)
  try {
    return await steps()
  } finally {
    for (const signal of signals) process.off(signal, stop)
  }
}
