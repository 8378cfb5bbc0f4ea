// Fetches one wheel with the user's own pip, which knows this machine's package index, proxy and certificates.

import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { bytesBelow, expectSha256 } from './cache.mjs'
import { megabytes } from './progress.mjs'
import { findProgram, runCommand } from './run-command.mjs'
import { SetupError } from './setup-error.mjs'

const LOOK_MS = 500

/**
 * @typedef {{ name: string, version: string, sha256: string, bytes: number, python?: string, platform: string }} Wheel
 *   `python`: the CPython version the wheel is for, none where it takes any
 */

/**
 * Downloads the wheel into `folder`, whatever the version of the Python that runs pip, and checks its hash.
 * @param {Wheel} wheel
 * @param {string} folder
 * @param {(detail: string) => void} onProgress
 * @returns {Promise<string>} the wheel's path
 */
export async function downloadWheel(wheel, folder, onProgress) {
  const pip = await findPip()
  if (pip === undefined) throw new SetupError(missingPip)
  const scratch = path.join(folder, 'pip')
  await mkdir(scratch, { recursive: true })
  const requirements = path.join(scratch, 'requirements.txt')
  await writeFile(requirements, `${wheel.name}==${wheel.version} --hash=sha256:${wheel.sha256}\n`)
  const timer = setInterval(() => {
    void bytesBelow(scratch).then((bytes) => onProgress(megabytes(Math.min(bytes, wheel.bytes), wheel.bytes)))
  }, LOOK_MS)
  let result
  try {
    result = await runCommand(
      pip[0] ?? '',
      [
        ...pip.slice(1),
        'download',
        ...['--no-deps', '--only-binary=:all:', '--no-cache-dir', '--progress-bar=off', '--no-input'],
        ...(wheel.python ? ['--python-version', wheel.python, '--implementation', 'cp'] : []),
        ...['--platform', wheel.platform, '--require-hashes', '-r', requirements, '--dest', scratch],
      ],
      {
        env: {
          ...process.env,
          TMPDIR: scratch,
          TMP: scratch,
          TEMP: scratch,
          PIP_DISABLE_PIP_VERSION_CHECK: '1',
        },
      },
    )
  } finally {
    clearInterval(timer)
  }
  const file = (await readdir(scratch)).find((name) => name.endsWith('.whl'))
  if (result.code !== 0 || file === undefined) {
    throw new SetupError(
      `pip could not fetch ${wheel.name} ${wheel.version}; check the network and pip's index settings (pip config list), then run the command again.`,
      { log: result.output },
    )
  }
  const found = path.join(scratch, file)
  await expectSha256(found, wheel.sha256, `The package ${wheel.name} ${wheel.version}`)
  return found
}

/**
 * How pip is started here.
 * @returns {Promise<string[] | undefined>}
 */
export async function findPip(env = process.env) {
  for (const [program, ...args] of [
    ['python3', '-m', 'pip'],
    ['python', '-m', 'pip'],
    ['pip3'],
    ['pip'],
    ['py', '-m', 'pip'],
  ]) {
    const file = program && findProgram(program, env)
    if (!file) continue
    const answer = await runCommand(file, [...args, '--version'], { env, timeoutMs: 60_000 }).catch(
      () => undefined,
    )
    if (answer?.code === 0) return [file, ...args]
  }
  return undefined
}

export const missingPip =
  process.platform === 'linux'
    ? 'Python 3 with pip is missing; install it (Debian, Ubuntu: sudo apt-get install python3 python3-pip) and run the command again.'
    : 'Python 3 with pip is missing; install Python 3 from python.org or your package manager and run the command again.'

/** @param {string} folder */
export async function removeScratch(folder) {
  await rm(path.join(folder, 'pip'), { recursive: true, force: true })
}
