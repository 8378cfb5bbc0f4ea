// npm run bench: measures the named benchmarks, with the peers beside them where `--peer` asks for it. Standard output holds results only.

import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { interruptible } from '../interruption.mjs'
import { preparePackages } from '../packages.mjs'
import { findPeer, missingPeer, preparePeer } from '../peer.mjs'
import { prepareData } from '../prepare.mjs'
import { say } from '../progress.mjs'
import { runInTerminal } from '../run-command.mjs'
import { SetupError } from '../setup-error.mjs'
import { prepareTensorFlow } from '../tensorflow.mjs'

/** The harness, the processes that measure one thing of ours, and the worker threads they start: each one file, as the program is shipped. */
const BUNDLES = {
  'bench/bench': 'engine/bench/bench.ts',
  'bench/measure': 'engine/bench/measure.ts',
  'bench/feature-worker': 'engine/train/features/feature-worker.ts',
  'bench/host-measure': 'main/host/measure.bench.ts',
  'bench/child': 'main/host/engine/child.ts',
  'host/dataset-worker': 'main/host/datasets/dataset-worker.ts',
}

/**
 * @param {string} checkout
 * @param {string[]} args `--set-up-peer` makes the peers' environment and ends; the rest is the harness's
 * @returns {Promise<number>}
 */
export async function run(checkout, args) {
  if (args.includes('--set-up-peer')) {
    say(`The peers are in ${await interruptible(() => preparePeer())}.`)
    return 0
  }
  const peer = await findPeer()
  if (args.includes('--peer') && peer === undefined) throw new SetupError(missingPeer)
  const env = await interruptible(async () => {
    await preparePackages(checkout)
    await prepareData(checkout)
    const ALBERT_TENSORFLOW_DIR = await prepareTensorFlow(checkout)
    return { ...process.env, ALBERT_TENSORFLOW_DIR, ...(peer ? { ALBERT_PEER_PYTHON: peer } : {}) }
  })
  const folder = await interruptible(() => bundle(checkout))
  return runInTerminal(process.execPath, [path.join(folder, 'bench', 'bench.cjs'), ...args], {
    cwd: checkout,
    env,
  })
}

/** @param {string} checkout */
async function bundle(checkout) {
  const folder = path.join(checkout, 'node_modules', '.cache') // inside, so that the packages are found
  await mkdir(folder, { recursive: true })
  /** @type {typeof import('esbuild')} */
  const esbuild = await import(
    pathToFileURL(path.join(checkout, 'node_modules', 'esbuild', 'lib', 'main.js')).href
  )
  await esbuild.build({
    absWorkingDir: checkout,
    entryPoints: BUNDLES,
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['@tensorflow/*', 'libsql'],
    logLevel: 'error',
    logOverride: { 'empty-import-meta': 'silent' }, // read only where there is no __filename
  })
  return folder
}
