// The Electron that the window runs in: the user's choice, the official one, or where its host is out of reach, a stand-in from PyPI.

import { cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { cacheFolder, checkFolder, makeFolder, readJson } from '../cache.mjs'
import { withLock } from '../lock.mjs'
import { say, startProgress } from '../progress.mjs'
import { SetupError } from '../setup-error.mjs'
import { runUnlessSilent } from '../unless-silent.mjs'
import { prepareStandIn } from './stand-in.mjs'

const SILENT_MS = 20_000 // a download that brings nothing for so long is given up
const ASK_AGAIN_MS = 24 * 3600 * 1000 // how long the stand-in is used before the official host is asked again

/** @typedef {{ program: string, version: string, kind: 'official' | 'stand-in' | 'chosen' }} Electron */

/**
 * @param {string} checkout
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<Electron>}
 */
export async function prepareElectron(checkout, env = process.env) {
  const chosen = env['ALBERT_ELECTRON']
  if (chosen) return useChosen(chosen, 'ALBERT_ELECTRON')
  if (env['ELECTRON_OVERRIDE_DIST_PATH']) {
    return useChosen(
      path.join(env['ELECTRON_OVERRIDE_DIST_PATH'], programName()),
      'ELECTRON_OVERRIDE_DIST_PATH',
    )
  }
  const original = path.join(checkout, 'node_modules', 'electron')
  const { version } = (await readJson(path.join(original, 'package.json'))) ?? {}
  if (version === undefined)
    throw new SetupError('The package electron is not installed; run npm ci and then the command again.')
  const cache = cacheFolder(env)
  const folder = path.join(cache, `electron-${version}-${process.platform}-${process.arch}`)
  const official = {
    program: path.join(folder, 'dist', programName()),
    version,
    kind: /** @type {const} */ ('official'),
  }
  if (await checkFolder(folder, official.version)) return official

  const refusal = path.join(cache, 'electron-not-reached.json')
  const asked = `${version} ${env['ELECTRON_MIRROR'] ?? env['npm_config_electron_mirror'] ?? ''}`
  return withLock(
    path.join(cache, 'electron.lock'),
    async () => {
      if (await checkFolder(folder, official.version)) return official
      if (!(await wasRefusedLately(refusal, asked))) {
        if (await fetchOfficial(original, folder, version)) return official
        await writeFile(refusal, JSON.stringify({ asked, at: Date.now() }))
      }
      const standIn = await prepareStandIn(env)
      return { ...standIn, kind: /** @type {const} */ ('stand-in') }
    },
    (holder) => say(`Waiting for ${holder}, which is preparing Electron.`),
  )
}

/** @param {Electron} electron */
export function describeElectron({ program, version, kind }) {
  if (kind === 'official') return `Electron ${version}.`
  if (kind === 'chosen') return `Electron ${version} at ${program}, as chosen.`
  return `Electron ${version}, a stand-in for tests and last resort: the download host of the official one was not reached (ELECTRON_MIRROR names another).`
}

/**
 * @param {string} program
 * @param {string} variable
 * @returns {Promise<Electron>}
 */
async function useChosen(program, variable) {
  if (!(await stat(program).catch(() => undefined))?.isFile()) {
    throw new SetupError(
      `${variable} leads to ${program}, which is not there; unset it, and the program finds an Electron itself.`,
    )
  }
  const version = await readFile(path.join(path.dirname(program), 'version'), 'utf8').catch(
    () => 'of unknown version',
  )
  return { program, version: version.trim().replace(/^v/, ''), kind: 'chosen' }
}

/**
 * Runs the electron package's own installer, which checks its pinned hashes, on a copy of the package in the cache.
 * @param {string} original
 * @param {string} folder
 * @param {string} version
 * @returns {Promise<boolean>} false where the download host was not reached
 */
async function fetchOfficial(original, folder, version) {
  const progress = startProgress(`Fetching Electron ${version} (120 MB, once for this user)`)
  let log = ''
  try {
    await makeFolder(
      folder,
      { id: version, version, source: 'official', needsMegabytes: 700 },
      async (partial) => {
        await cp(original, partial, { recursive: true, filter: (source) => path.basename(source) !== 'dist' })
        const ended = await installUnlessSilent(partial, path.dirname(original), progress)
        log = ended.output
        if (ended.code !== 0) throw new NotReached()
        await rm(path.join(partial, 'download'), { recursive: true, force: true })
      },
    )
  } catch (error) {
    progress.stop()
    if (!(error instanceof NotReached)) throw error
    say(`The official Electron could not be fetched: ${reasonIn(log)}.`)
    return false
  }
  progress.done()
  return true
}

class NotReached extends Error {}

/**
 * @param {string} partial
 * @param {string} modules
 * @param {import('../progress.mjs').Progress} progress
 */
async function installUnlessSilent(partial, modules, progress) {
  const scratch = path.join(partial, 'download')
  await mkdir(scratch)
  return runUnlessSilent(process.execPath, [path.join(partial, 'install.js')], {
    cwd: partial,
    env: {
      ...process.env,
      NODE_PATH: modules,
      TMPDIR: scratch,
      TMP: scratch,
      TEMP: scratch,
      electron_config_cache: path.join(scratch, 'cache'),
    },
    silentMs: SILENT_MS,
    onBytes: (bytes) => progress.update(`${Math.round(bytes / 1e6)} MB`),
  })
}

/** @param {string} log */
function reasonIn(log) {
  if (log.trim() === '') return 'its download host does not answer'
  const line =
    /^.*(?:Error|ENOTFOUND|ECONNREFUSED|ETIMEDOUT).*$/m.exec(log)?.[0] ?? log.trim().split('\n')[0] ?? ''
  return line.trim().slice(0, 200).replace(/\.$/, '')
}

/**
 * @param {string} file
 * @param {string} asked
 */
async function wasRefusedLately(file, asked) {
  const found = await readJson(file)
  return found?.asked === asked && Date.now() - found.at < ASK_AGAIN_MS
}

function programName() {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron'
  return process.platform === 'win32' ? 'electron.exe' : 'electron'
}
