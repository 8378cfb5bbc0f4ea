// The TensorFlow that tfjs-node-gpu's own install script fetches: for systems without a wheel, and for who prefers it.

import { cp, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder, checkFolder, makeFolder } from './cache.mjs'
import { withLock } from './lock.mjs'
import { say, startProgress } from './progress.mjs'
import { SetupError } from './setup-error.mjs'
import { runUnlessSilent } from './unless-silent.mjs'

const BINDING = 'tfjs_binding.node'
const OFFICIAL_SILENT_MS = 120_000 // it may compile in between
/** What the install script of tfjs-node-gpu 4.22.0 downloads; for other systems no hash has been published. */
const OFFICIAL_ARCHIVES = {
  'libtensorflow-gpu-linux-x86_64-2.9.1.tar.gz':
    '20c46f761d5905f592c4eac0812e8e50d9cb439f9440a9391912cf4c02ed8be8',
}

/**
 * Runs the npm package's own install script on a copy of the package, so that node_modules stays as npm made it.
 * @param {string} checkout
 * @param {NodeJS.ProcessEnv} env
 * @param {string} [why] what was missing for the other way
 * @returns {Promise<string>}
 */
export async function prepareOfficial(checkout, env, why) {
  const modules = path.join(checkout, 'node_modules')
  const original = path.join(modules, '@tensorflow', 'tfjs-node-gpu')
  const { version } = JSON.parse(await readFile(path.join(original, 'package.json'), 'utf8'))
  const id = `official-${version}-${process.platform}-${process.arch}`
  const cache = cacheFolder(env)
  const folder = path.join(cache, `tensorflow-${id}`)
  const result = async () => ((await checkFolder(folder, id)) ? findBinding(folder) : undefined)
  const found = await result()
  if (found !== undefined) return found
  return withLock(
    path.join(cache, 'tensorflow.lock'),
    async () => {
      const made = await result()
      if (made !== undefined) return made
      await makeFolder(folder, { id, version, source: 'official', needsMegabytes: 3000 }, async (partial) => {
        const progress = startProgress('Fetching the official TensorFlow for Node')
        for (const part of ['package.json', 'scripts', 'binding', 'binding.gyp', 'dist']) {
          await cp(path.join(original, part), path.join(partial, part), { recursive: true })
        }
        await mkdir(path.join(partial, 'lib'), { recursive: true })
        const hasher = path.join(path.dirname(fileURLToPath(import.meta.url)), 'hash-downloads.cjs')
        const variant = process.platform === 'darwin' ? 'cpu' : 'gpu' // the gpu build runs on the CPU where there is no card
        const installed = await runUnlessSilent(
          process.execPath,
          ['--require', hasher, 'scripts/install.js', variant, 'download'],
          {
            cwd: partial,
            env: {
              ...env,
              ALBERT_DOWNLOADS: path.join(partial, 'downloads.txt'),
              NODE_PATH: modules,
              PATH: [path.join(modules, '.bin'), env['PATH']].join(path.delimiter),
            },
            silentMs: OFFICIAL_SILENT_MS,
            onBytes: (bytes) => progress.update(`${Math.round(bytes / 1e6)} MB unpacked`),
          },
        ).finally(progress.stop)
        const binding = await findBinding(partial)
        if (installed.code !== 0 || binding === undefined) {
          throw new SetupError(
            `${why ?? ''} The official TensorFlow for Node could not be fetched either: its download host was not reached from here.`.trim(),
            { log: installed.output },
          )
        }
        await expectOfficial(path.join(partial, 'downloads.txt'))
        for (const part of ['scripts', 'binding', 'binding.gyp', 'dist', 'package.json', 'downloads.txt'])
          await rm(path.join(partial, part), { recursive: true, force: true })
        await writeFile(
          path.join(binding, 'manifest.json'),
          JSON.stringify({ id, version, source: 'official' }),
        )
        progress.done()
      })
      return /** @type {string} */ (await findBinding(folder))
    },
    (holder) => say(`Waiting for ${holder}, which is preparing TensorFlow.`),
  )
}

/** @param {string} list file names and hashes, as hash-downloads.cjs writes them */
async function expectOfficial(list) {
  const lines = (await readFile(list, 'utf8').catch(() => '')).trim().split('\n')
  const found = new Map(lines.map((line) => /** @type {[string, string]} */ (line.split(' '))))
  for (const [name, sha256] of Object.entries(OFFICIAL_ARCHIVES)) {
    if (process.platform === 'linux' && process.arch === 'x64' && found.get(name) !== sha256) {
      throw new SetupError(
        `The official TensorFlow (${name}) arrived damaged or changed (sha256 ${found.get(name) ?? 'unknown'}); run the command again, or leave ALBERT_TENSORFLOW unset for PyPI's.`,
      )
    }
  }
}

/**
 * The install script puts the binding into lib/napi-v<N>/, from where it finds deps/lib.
 * @param {string} folder
 */
async function findBinding(folder) {
  for (const name of (await readdir(path.join(folder, 'lib')).catch(() => [])).sort().reverse()) {
    const candidate = path.join(folder, 'lib', name)
    if (
      await stat(path.join(candidate, BINDING)).then(
        (file) => file.isFile(),
        () => false,
      )
    )
      return candidate
  }
  return undefined
}
