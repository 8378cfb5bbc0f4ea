// npm run sample: from nothing to a trained model and its score, without a display.

import { run as runAlbert } from './albert.mjs'

/**
 * @param {string} checkout
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export function run(checkout, args) {
  return runAlbert(checkout, ['sample', ...args])
}
