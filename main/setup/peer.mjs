// PyTorch, transformers and onnxruntime in a Python environment of their own in the user's cache: what benchmarks and the second
// witness compare with. Nothing but `npm run bench -- --set-up-peer` makes it.

import { createHash } from 'node:crypto'
import { access, stat } from 'node:fs/promises'
import path from 'node:path'
import { bytesBelow, cacheFolder, makeFolder, readJson } from './cache.mjs'
import { withLock } from './lock.mjs'
import { say, startProgress } from './progress.mjs'
import { findProgram, runCommand } from './run-command.mjs'
import { SetupError } from './setup-error.mjs'

/** PyPI's torch does not load without the CUDA libraries it brings, not even on the processor: 3 GB to fetch. */
const PACKAGES = [
  'torch==2.15.0',
  'transformers==5.23.0',
  'sentencepiece==0.2.3',
  'onnxruntime==1.32.0',
  'onnx==1.23.2',
  'onnxscript==0.7.2',
]
const NEEDS_MEGABYTES = 12_000 // 6 GB in the end; pip unpacks beside what it fetched
const LOOK_MS = 2000

export const missingPeer =
  'There is no PyTorch to compare with: set it up with `npm run bench -- --set-up-peer` (6 GB, in the per-user cache), or name a Python that has torch, transformers, sentencepiece and onnxruntime in ALBERT_PEER_PYTHON.'

/**
 * The Python of the peers, where it is set up; this never sets it up.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<string | undefined>}
 */
export async function findPeer(env = process.env) {
  const given = env['ALBERT_PEER_PYTHON']
  if (given) {
    const found = await stat(given).catch(() => undefined)
    if (found?.isFile()) return given
    throw new SetupError(
      `ALBERT_PEER_PYTHON is ${given}, which is no file; name a Python's program, or unset it.`,
    )
  }
  const folder = peerFolder(env)
  const manifest = await readJson(path.join(folder, 'manifest.json'))
  const python = pythonIn(folder)
  const isThere = await access(python).then(
    () => true,
    () => false,
  )
  return manifest?.id === recipeId() && isThere ? python : undefined
}

/**
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<string>} the Python of the peers
 */
export async function preparePeer(env = process.env) {
  const found = await findPeer(env)
  if (found) return found
  return withLock(
    path.join(cacheFolder(env), 'peer.lock'),
    async () => (await findPeer(env)) ?? make(peerFolder(env), env),
    (holder) => say(`Waiting for ${holder}, which is setting up the peers.`),
  )
}

/**
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} env
 */
async function make(folder, env) {
  const python = findProgram('python3', env) ?? findProgram('python', env)
  if (python === undefined) throw new SetupError('Python 3 is missing; install it and run the command again.')
  const facts = { id: recipeId(), version: PACKAGES.join(' '), source: 'pypi' }
  await makeFolder(folder, { ...facts, needsMegabytes: NEEDS_MEGABYTES }, async (partial) => {
    const made = await runCommand(python, ['-m', 'venv', partial], { env })
    if (made.code !== 0) {
      throw new SetupError(
        'Python could not make a virtual environment; install its venv module (Debian, Ubuntu: sudo apt-get install python3-venv) and run the command again.',
        { log: made.output },
      )
    }
    await install(partial, env)
  })
  const own = pythonIn(folder)
  const imports = 'import torch, transformers, sentencepiece, onnxruntime'
  const tried = await runCommand(own, ['-c', imports], { env })
  if (tried.code !== 0) {
    throw new SetupError(
      `What pip installed in ${folder} does not load; remove the folder, or name another Python in ALBERT_PEER_PYTHON.`,
      { log: tried.output },
    )
  }
  return own
}

/**
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} env
 */
async function install(folder, env) {
  const progress = startProgress(`Fetching and unpacking ${PACKAGES.join(', ')}`)
  const timer = setInterval(() => {
    void bytesBelow(folder).then((bytes) => progress.update(`${Math.round(bytes / 1e6)} MB`))
  }, LOOK_MS)
  const args = ['-m', 'pip', 'install', '--no-input', '--progress-bar=off', '--quiet', ...PACKAGES]
  const result = await runCommand(pythonIn(folder), args, {
    env: { ...env, PIP_DISABLE_PIP_VERSION_CHECK: '1' },
  }).finally(() => {
    clearInterval(timer)
    progress.stop()
  })
  if (result.code !== 0) {
    throw new SetupError(
      "pip could not install the peers; check the network and pip's index settings (pip config list), then run the command again.",
      { log: result.output },
    )
  }
  progress.done()
}

/** @param {NodeJS.ProcessEnv} env */
function peerFolder(env) {
  return path.join(cacheFolder(env), `peer-${recipeId().slice(0, 12)}`)
}

/** @param {string} folder */
function pythonIn(folder) {
  return process.platform === 'win32'
    ? path.join(folder, 'Scripts', 'python.exe')
    : path.join(folder, 'bin', 'python')
}

function recipeId() {
  return createHash('sha256').update(PACKAGES.join('\n')).digest('hex')
}
