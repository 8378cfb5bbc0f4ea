// npm run build: the bundles in dist/, with nothing that only a run needs.

import { build } from '../build.mjs'
import { interruptible } from '../interruption.mjs'
import { preparePackages } from '../packages.mjs'
import { prepareData } from '../prepare.mjs'

/**
 * @param {string} checkout
 * @returns {Promise<number>}
 */
export async function run(checkout) {
  await interruptible(async () => {
    await preparePackages(checkout)
    await prepareData(checkout)
    await build(checkout)
  })
  return 0
}
