// The steps that every command needs, in order, and the environment that the program then runs in.

import { build } from './build.mjs'
import { preparePackages } from './packages.mjs'
import { say, seconds } from './progress.mjs'
import { prepareSample } from './sample/sample-dataset.mjs'
import { prepareTensorFlow } from './tensorflow.mjs'
import { prepareVocabulary } from './vocabulary.mjs'

/**
 * @param {string} checkout
 * @returns {Promise<NodeJS.ProcessEnv>}
 */
export async function prepareProgram(checkout) {
  await preparePackages(checkout)
  await prepareData(checkout)
  const folder = await prepareTensorFlow(checkout)
  await build(checkout)
  return { ...process.env, ALBERT_TENSORFLOW_DIR: folder }
}

/** @param {string} checkout */
export async function prepareData(checkout) {
  const began = Date.now()
  const written = [await prepareVocabulary(checkout), await prepareSample(checkout)]
  if (written.includes(true))
    say(`Writing the vocabulary and the sample dataset: done in ${seconds(Date.now() - began)}`)
}
