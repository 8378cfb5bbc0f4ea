// A folder of its own for each test, gone afterwards; and programs made of a few lines of shell, to stand on PATH.

import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'

/** @returns {Promise<string>} */
export async function temporaryFolder() {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'albert-setup-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/**
 * @param {string} folder
 * @param {string} name
 * @param {string} script
 */
export async function writeProgram(folder, name, script) {
  const file = path.join(folder, name)
  await writeFile(file, `#!/bin/sh\n${script}\n`)
  await chmod(file, 0o755)
  return file
}
