// Bundles the program into dist/, and leaves it alone while nothing it is made of has changed.

import { createHash } from 'node:crypto'
import { access, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { cacheFolder, readJson } from './cache.mjs'
import { withLock } from './lock.mjs'
import { say, startProgress } from './progress.mjs'
import { runCommand } from './run-command.mjs'
import { SetupError } from './setup-error.mjs'

/** Source → result; each is one process, or a part of one that is loaded on its own. */
const BUNDLES = {
  'main/electron/main.ts': 'dist/electron/main.cjs',
  'main/electron/preload.ts': 'dist/electron/preload.cjs',
  'main/host/engine/child.ts': 'dist/engine/child.cjs',
  'main/host/engine/forward.ts': 'dist/engine/forward.cjs',
  'engine/train/features/feature-worker.ts': 'dist/engine/feature-worker.cjs',
  'main/host/datasets/dataset-worker.ts': 'dist/host/dataset-worker.cjs',
  'main/server/main.ts': 'dist/server/main.cjs',
  'main/cli/main.ts': 'dist/cli/main.cjs',
}
const LOADED_AT_RUN_TIME = ['electron', 'libsql', '@tensorflow/*'] // holds native code, or is what the rest runs in
const WINDOW = {
  config: '.config/vite.config.ts',
  page: 'renderer/index.html',
  result: 'dist/renderer/index.html',
}
const INPUTS = [
  'engine',
  'main',
  'renderer',
  'assets',
  'package.json',
  'package-lock.json',
  '.config',
  'tsconfig.json',
]
const NO_INPUT =
  /(?:\.(?:test|bench)\.[a-z]+|\.md|^assets\/generated\/.*|^main\/setup\/(?!build\.mjs).*|\/testing)$/
const STAMP = 'dist/made-of.json'

/** @param {string} checkout */
export async function build(checkout) {
  const inputs = await hashOfInputs(checkout)
  if (await isCurrent(checkout, inputs)) return
  const lock = createHash('sha256').update(checkout).digest('hex').slice(0, 16)
  await withLock(
    path.join(cacheFolder(), 'checkouts', `${lock}.lock`),
    async () => {
      if (await isCurrent(checkout, inputs)) return
      const progress = startProgress('Building the program')
      await rm(path.join(checkout, STAMP), { force: true })
      const absent = await Promise.all([bundle(checkout), buildWindow(checkout)])
        .then((found) => found.flat())
        .finally(progress.stop)
      progress.done()
      if (absent.length > 0) say(`Not built, for it is not there: ${absent.join(', ')}.`)
      await mkdir(path.join(checkout, 'dist'), { recursive: true })
      await writeFile(path.join(checkout, STAMP), JSON.stringify({ inputs, absent }))
    },
    (holder) => say(`Waiting for ${holder}, which is building in this checkout.`),
  )
}

/** @param {string} checkout */
async function bundle(checkout) {
  /** @type {typeof import('esbuild')} */
  const esbuild = await import(
    pathToFileURL(path.join(checkout, 'node_modules', 'esbuild', 'lib', 'main.js')).href
  )
  /** @type {Set<string>} */
  const absent = new Set()
  const jobs = Object.entries(BUNDLES).map(async ([source, result]) => {
    if (!(await exists(path.join(checkout, source)))) return void absent.add(source)
    await esbuild.build({
      absWorkingDir: checkout,
      entryPoints: [source],
      outfile: result,
      bundle: true,
      platform: 'node',
      target: 'node16', // the oldest one that runs it, inside the stand-in Electron
      format: 'cjs',
      external: LOADED_AT_RUN_TIME,
      sourcemap: true,
      logLevel: 'silent',
    })
  })
  const results = await Promise.allSettled(jobs)
  const faults = results.flatMap((result) =>
    result.status === 'rejected' ? (result.reason.errors ?? [{ text: String(result.reason) }]) : [],
  )
  if (faults.length > 0) {
    const log = await esbuild.formatMessages(faults, { kind: 'error', color: process.stderr.isTTY })
    throw new SetupError('The program could not be built; the faults stand above.', { log: log.join('\n') })
  }
  return Object.keys(BUNDLES).filter((source) => absent.has(source))
}

/** @param {string} checkout */
async function buildWindow(checkout) {
  if (!(await exists(path.join(checkout, WINDOW.config)))) return [WINDOW.config]
  if (!(await exists(path.join(checkout, WINDOW.page)))) return [WINDOW.page]
  const vite = path.join(checkout, 'node_modules', 'vite', 'bin', 'vite.js')
  const env = {
    ...process.env,
    VITE_CONFIG_NATIVE_IGNORE_WARNING: 'true',
    ...(process.stderr.isTTY ? {} : { NO_COLOR: '1' }),
  }
  const args = [vite, 'build', '--config', WINDOW.config, '--logLevel', 'warn']
  const result = await runCommand(process.execPath, args, { cwd: checkout, env })
  if (result.code !== 0)
    throw new SetupError('The window could not be built; the faults stand above.', { log: result.output })
  return []
}

/**
 * @param {string} checkout
 * @param {string} inputs
 */
async function isCurrent(checkout, inputs) {
  const stamp = await readJson(path.join(checkout, STAMP))
  if (stamp?.inputs !== inputs) return false
  const sources = [...Object.entries(BUNDLES), [WINDOW.config, WINDOW.result], [WINDOW.page, WINDOW.result]]
  const absent = sources.filter(([source]) => stamp.absent.includes(source)).map(([, result]) => result)
  const expected = sources.map(([, result = '']) => result).filter((result) => !absent.includes(result))
  return (await Promise.all(expected.map((result) => exists(path.join(checkout, result))))).every(Boolean)
}

/** @param {string} checkout */
async function hashOfInputs(checkout) {
  const hash = createHash('sha256')
  for (const input of INPUTS) await addToHash(checkout, input, hash)
  return hash.digest('hex')
}

/**
 * @param {string} checkout
 * @param {string} name
 * @param {import('node:crypto').Hash} hash
 */
async function addToHash(checkout, name, hash) {
  const entries = await readdir(path.join(checkout, name), { withFileTypes: true }).catch(() => undefined)
  if (entries === undefined) {
    const text = await readFile(path.join(checkout, name)).catch(() => undefined)
    if (text !== undefined) hash.update(`${name}\0${text.length}\0`).update(text)
    return
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!NO_INPUT.test(`${name}/${entry.name}`)) await addToHash(checkout, `${name}/${entry.name}`, hash)
  }
}

/** @param {string} file */
function exists(file) {
  return access(file).then(
    () => true,
    () => false,
  )
}
