// npm run check: everything of npm test but the window, which takes the longest.

import { run as runTest } from './test.mjs'

/**
 * @param {string} checkout
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export function run(checkout, args) {
  return runTest(checkout, ['--only=static,unit', ...args])
}
