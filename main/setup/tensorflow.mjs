// The native TensorFlow in the user's cache: PyPI's library with the Node binding compiled here, else the official download.
// What comes out is a folder with `tfjs_binding.node`, its libraries and manifest.json; the program gets it as ALBERT_TENSORFLOW_DIR.

import { createHash } from 'node:crypto'
import { cp, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder, checkFolder, makeFolder } from './cache.mjs'
import { withLock } from './lock.mjs'
import { downloadWheel, findPip, missingPip, removeScratch } from './pip.mjs'
import { megabytes, say, startProgress } from './progress.mjs'
import { findProgram, runCommand } from './run-command.mjs'
import { runUnlessSilent } from './unless-silent.mjs'
import { SetupError } from './setup-error.mjs'

const OFFICIAL_SILENT_MS = 120_000 // it may compile in between
/** What the install script of tfjs-node-gpu 4.22.0 downloads; for other systems no hash has been published. */
const OFFICIAL_ARCHIVES = {
  'libtensorflow-gpu-linux-x86_64-2.9.1.tar.gz':
    '20c46f761d5905f592c4eac0812e8e50d9cb439f9440a9391912cf4c02ed8be8',
}
const BINDING = 'tfjs_binding.node'
const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']
const HEADERS = ['tensorflow/c/', 'tensorflow/core/platform/ctstring', 'tsl/platform/ctstring', 'xla/tsl/c/'] // all that the binding's sources include
const COMPILER_FLAGS = ['-O2', '-std=c++17', '-fPIC', '-shared', '-DNAPI_VERSION=8']

/** @type {Record<string, import('./pip.mjs').Wheel>} by platform and processor */
const WHEELS = {
  'linux-x64': {
    name: 'tensorflow-cpu',
    version: '2.21.0',
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
    bytes: 273_829_956,
    python: '3.11',
    platform: 'manylinux_2_27_x86_64',
  },
}

/**
 * @param {string} checkout the project's folder, packages installed
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<string>} the folder with the binding
 */
export async function prepareTensorFlow(checkout, env = process.env) {
  const given = env['ALBERT_TENSORFLOW_DIR']
  if (given) return useGiven(given)
  const wheel = WHEELS[`${process.platform}-${process.arch}`]
  const choice = env['ALBERT_TENSORFLOW']
  if (choice !== undefined && choice !== '' && choice !== 'official' && choice !== 'pypi') {
    throw new SetupError(`ALBERT_TENSORFLOW is "${choice}"; it can be "pypi" or "official".`)
  }
  if (choice === 'official' || wheel === undefined) return prepareOfficial(checkout)
  try {
    return await prepareFromWheel(checkout, wheel, env)
  } catch (error) {
    if (choice === 'pypi' || !(error instanceof MissingTool)) throw error
    say(`${error.message} Trying the official download instead.`)
    return prepareOfficial(checkout, error.message)
  }
}

class MissingTool extends SetupError {}

/** @param {string} folder */
async function useGiven(folder) {
  const found = await stat(path.join(folder, BINDING)).catch(() => undefined)
  if (!found?.isFile()) {
    throw new SetupError(
      `ALBERT_TENSORFLOW_DIR is ${folder}, which holds no ${BINDING}; unset it, and the program fetches TensorFlow itself.`,
    )
  }
  return path.resolve(folder)
}

/**
 * @param {string} checkout
 * @param {import('./pip.mjs').Wheel} wheel
 * @param {NodeJS.ProcessEnv} env
 */
async function prepareFromWheel(checkout, wheel, env) {
  const sources = path.join(checkout, 'node_modules', '@tensorflow', 'tfjs-node-gpu', 'binding')
  const id = await recipeId(sources, wheel)
  const cache = cacheFolder(env)
  const folder = path.join(cache, `${wheel.name}-${wheel.version}-${id.slice(0, 12)}`)
  if (await checkFolder(folder, id)) return folder
  return withLock(
    path.join(cache, 'tensorflow.lock'),
    async () => {
      if (await checkFolder(folder, id)) return folder
      const compiler = findCompiler(env)
      if (compiler === undefined) throw new MissingTool(missingCompiler)
      if ((await findPip(env)) === undefined) throw new MissingTool(missingPip)
      await makeFolder(
        folder,
        { id, version: wheel.version, source: 'pypi', needsMegabytes: 1300 },
        async (partial) => {
          const fetching = startProgress(
            `Fetching TensorFlow ${wheel.version} (${Math.round(wheel.bytes / 1e6)} MB, once for this user)`,
          )
          const file = await downloadWheel(wheel, partial, fetching.update).finally(fetching.stop)
          fetching.done()
          const unpacking = startProgress('Unpacking TensorFlow')
          await rename(file, path.join(partial, 'wheel.zip'))
          await removeScratch(partial)
          await unpackLibraries(path.join(partial, 'wheel.zip'), partial, unpacking.update).finally(
            unpacking.stop,
          )
          unpacking.done()
          const compiling = startProgress('Compiling the TensorFlow binding for Node')
          await compile(compiler, checkout, sources, partial).finally(compiling.stop)
          compiling.done()
          await rm(path.join(partial, 'include'), { recursive: true })
          await rm(path.join(partial, 'wheel.zip'))
        },
      )
      return folder
    },
    (holder) => say(`Waiting for ${holder}, which is preparing TensorFlow.`),
  )
}

/**
 * What the result depends on: the wheel, the binding's sources and how they are compiled.
 * @param {string} sources
 * @param {import('./pip.mjs').Wheel} wheel
 */
async function recipeId(sources, wheel) {
  const hash = createHash('sha256').update(JSON.stringify([wheel.sha256, COMPILER_FLAGS, LIBRARIES]))
  const names = await readdir(sources).catch(() => {
    throw new SetupError(
      'The package @tensorflow/tfjs-node-gpu is not installed; run npm ci and then the command again.',
    )
  })
  for (const name of names.sort()) hash.update(name).update(await readFile(path.join(sources, name)))
  return hash.digest('hex')
}

/**
 * @param {string} wheel
 * @param {string} folder
 * @param {(detail: string) => void} onProgress
 */
async function unpackLibraries(wheel, folder, onProgress) {
  const { unzip } = await import('./unzip.mjs')
  const written = await unzip(wheel, folder, wantedName, (done, total) => onProgress(megabytes(done, total)))
  for (const library of LIBRARIES) {
    if (!written.includes(library))
      throw new SetupError(`The TensorFlow package holds no ${library}; this version of it cannot be used.`)
  }
}

/** @param {string} name */
function wantedName(name) {
  const library = LIBRARIES.find((file) => name === `tensorflow/${file}`)
  if (library !== undefined) return library
  const header = name.replace(/^tensorflow\/include\//, '')
  return name !== header && HEADERS.some((prefix) => header.startsWith(prefix))
    ? `include/${header}`
    : undefined
}

/**
 * @param {string} compiler
 * @param {string} checkout
 * @param {string} sources
 * @param {string} folder
 */
async function compile(compiler, checkout, sources, folder) {
  const result = await runCommand(compiler, [
    ...COMPILER_FLAGS,
    ...[
      '-I',
      path.join(folder, 'include'),
      '-I',
      path.join(checkout, 'node_modules', 'node-api-headers', 'include'),
      '-I',
      path.dirname(sources),
    ],
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => path.join(sources, name)),
    ...LIBRARIES.map((name) => path.join(folder, name)),
    ...['-Wl,-rpath,$ORIGIN', '-o', path.join(folder, BINDING)],
  ])
  if (result.code !== 0) {
    throw new SetupError(
      `The TensorFlow binding could not be compiled by ${compiler}; the compiler's words stand above.`,
      { log: result.output },
    )
  }
}

/** @param {NodeJS.ProcessEnv} env */
function findCompiler(env) {
  for (const name of [env['CXX'], 'g++', 'c++', 'clang++']) {
    const found = name && (path.isAbsolute(name) ? name : findProgram(name, env))
    if (found) return found
  }
  return undefined
}

const missingCompiler =
  'A C++ compiler is missing, which TensorFlow for Node needs; install one (Debian, Ubuntu: sudo apt-get install g++) and run the command again.'

/**
 * Runs the npm package's own install script on a copy of the package, so that node_modules stays as npm made it.
 * @param {string} checkout
 * @param {string} [why] what was missing for the other way
 * @returns {Promise<string>}
 */
async function prepareOfficial(checkout, why) {
  const modules = path.join(checkout, 'node_modules')
  const original = path.join(modules, '@tensorflow', 'tfjs-node-gpu')
  const { version } = JSON.parse(await readFile(path.join(original, 'package.json'), 'utf8'))
  const id = `official-${version}-${process.platform}-${process.arch}`
  const cache = cacheFolder()
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
              ...process.env,
              ALBERT_DOWNLOADS: path.join(partial, 'downloads.txt'),
              NODE_PATH: modules,
              PATH: [path.join(modules, '.bin'), process.env['PATH']].join(path.delimiter),
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
