// The npm packages of this checkout are those of package-lock.json; npm ci makes them so when they are not.

import { createHash } from 'node:crypto'
import { access, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { cacheFolder, readJson } from './cache.mjs'
import { withLock } from './lock.mjs'
import { runNpm } from './npm.mjs'
import { say, startProgress } from './progress.mjs'
import { SetupError } from './setup-error.mjs'

const STAMP = '.packages-are-of.json'

/** @param {string} checkout */
export async function preparePackages(checkout) {
  if (await areInstalled(checkout)) return
  const lock = createHash('sha256').update(checkout).digest('hex').slice(0, 16)
  await withLock(
    path.join(cacheFolder(), 'checkouts', `${lock}.lock`),
    async () => {
      if (await areInstalled(checkout)) return
      const progress = startProgress('Installing the npm packages')
      const result = await runNpm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
        cwd: checkout,
      }).finally(progress.stop)
      if (result.code !== 0) {
        throw new SetupError(
          'npm ci could not install the packages; what it says stands above (often: no network, or a registry that npm ping does not reach).',
          {
            log: result.output,
          },
        )
      }
      await writeStamp(checkout)
      progress.done()
    },
    (holder) => say(`Waiting for ${holder}, which is installing the packages of this checkout.`),
  )
}

/** @param {string} checkout */
async function areInstalled(checkout) {
  const stamp = await readJson(path.join(checkout, 'node_modules', STAMP))
  if (stamp !== undefined && stamp.lock === (await lockHash(checkout))) return hasDirectOnes(checkout)
  if (!(await agreeWithLock(checkout))) return false
  await writeStamp(checkout)
  return true
}

/** @param {string} checkout */
async function hasDirectOnes(checkout) {
  const { dependencies, devDependencies } = await readJson(path.join(checkout, 'package.json'))
  const folders = Object.keys({ ...dependencies, ...devDependencies }).map((name) =>
    path.join(checkout, 'node_modules', name, 'package.json'),
  )
  return Promise.all(folders.map((folder) => access(folder))).then(
    () => true,
    () => false,
  )
}

/**
 * What npm wrote down when it had finished, against what was asked for: how a checkout that ran npm ci itself is known.
 * @param {string} checkout
 */
async function agreeWithLock(checkout) {
  const installed = await readJson(path.join(checkout, 'node_modules', '.package-lock.json'))
  const asked = await readJson(path.join(checkout, 'package-lock.json'))
  if (installed === undefined || asked === undefined) return false
  for (const [folder, { integrity, optional }] of Object.entries(
    /** @type {Record<string, { integrity?: string, optional?: boolean }>} */ (asked.packages),
  )) {
    const found = installed.packages[folder]
    if (folder !== '' && found?.integrity !== integrity && !(found === undefined && optional)) return false
  }
  return hasDirectOnes(checkout)
}

/** @param {string} checkout */
async function lockHash(checkout) {
  const lock = await readFile(path.join(checkout, 'package-lock.json')).catch(() => {
    throw new SetupError(
      'package-lock.json is missing from this checkout; restore it (git checkout package-lock.json) and run the command again.',
    )
  })
  return createHash('sha256').update(lock).update(`${process.platform}-${process.arch}`).digest('hex')
}

/** @param {string} checkout */
async function writeStamp(checkout) {
  await writeFile(
    path.join(checkout, 'node_modules', STAMP),
    JSON.stringify({ lock: await lockHash(checkout) }),
  )
}
