// The native TensorFlow in the user's cache: PyPI's library with the Node binding compiled here, else the official download.
// What comes out is a folder with `tfjs_binding.node`, its libraries and manifest.json; the program gets it as ALBERT_TENSORFLOW_DIR.

import { createHash } from 'node:crypto'
import { readFile, readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { cacheFolder, checkFolder, makeFolder } from './cache.mjs'
import { withLock } from './lock.mjs'
import { downloadWheel, findPip, missingPip, removeScratch } from './pip.mjs'
import { megabytes, say, startProgress } from './progress.mjs'
import { findProgram, runCommand } from './run-command.mjs'
import { SetupError } from './setup-error.mjs'
import { prepareOfficial } from './tensorflow-official.mjs'
import { unzip } from './unzip.mjs'

const BINDING = 'tfjs_binding.node'
const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']
const HEADERS = ['tensorflow/c/', 'tensorflow/core/platform/ctstring', 'tsl/platform/ctstring', 'xla/tsl/c/'] // all that the binding's sources include
const COMPILER_FLAGS = ['-O2', '-std=c++17', '-fPIC', '-shared', '-DNAPI_VERSION=8']

/**
 * @param {string} checkout the project's folder, packages installed
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<string>} the folder with the binding
 */
export async function prepareTensorFlow(checkout, env = process.env) {
  const given = env['ALBERT_TENSORFLOW_DIR']
  if (given) return useGiven(given)
  const wheel = await processorWheel(`${process.platform}-${process.arch}`)
  const choice = env['ALBERT_TENSORFLOW']
  if (choice !== undefined && choice !== '' && choice !== 'official' && choice !== 'pypi') {
    throw new SetupError(`ALBERT_TENSORFLOW is "${choice}"; it can be "pypi" or "official".`)
  }
  if (choice === 'official' || wheel === undefined) return prepareOfficial(checkout, env)
  try {
    return await prepareFromWheel(checkout, wheel, env)
  } catch (error) {
    if (choice === 'pypi' || !(error instanceof MissingTool)) throw error
    say(`${error.message} Trying the official download instead.`)
    return prepareOfficial(checkout, env, error.message)
  }
}

class MissingTool extends SetupError {}

/** Read by the program, too, which fetches the other builds. */
const DECLARED = new URL('../../assets/runtimes.json', import.meta.url)

/**
 * The wheel of the build for the processor; undefined where this platform has none.
 * @param {string} platform as Node names it
 * @returns {Promise<import('./pip.mjs').Wheel | undefined>}
 */
export async function processorWheel(platform) {
  /** @type {{ device: string, platform: string, wheels: { project: string, version: string, file: string, bytes: number, sha256: string }[] }[]} */
  const declared = JSON.parse(await readFile(DECLARED, 'utf8'))
  const [wheel] = declared.find((one) => one.device === 'cpu' && one.platform === platform)?.wheels ?? []
  if (wheel === undefined) return undefined
  const { project: name, version, bytes, sha256, file } = wheel
  const [, major, minor, tag = ''] = /-cp(\d)(\d+)-[^-]+-([^-]+)\.whl$/.exec(file) ?? []
  return { name, version, bytes, sha256, python: `${major}.${minor}`, platform: tag }
}

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
