// What the window and its tests need of a Debian system: which of it is missing, the line that installs it, and installing it as root.

import { access, stat } from 'node:fs/promises'
import path from 'node:path'
import { startProgress } from './progress.mjs'
import { findProgram, runCommand } from './run-command.mjs'
import { SetupError } from './setup-error.mjs'

const FOR_THE_WINDOW = [
  'libnss3',
  'libatk-bridge2.0-0',
  'libcups2',
  'libgtk-3-0',
  'libgbm1',
  'libasound2',
  'libxss1',
  'libxtst6',
]
const FOR_TESTS = ['xvfb', 'fonts-noto-cjk'] // a screen that nobody sees; glyphs for the Chinese window
const CHROMIUM = 'chromium'

/** @typedef {{ missing: string[], line: string }} MissingPackages `line`: what a person types to install them */

/**
 * The shared libraries that a program does not find, as the line that installs them; undefined when it finds all.
 * @param {string} program
 * @returns {Promise<string | undefined>}
 */
export async function missingForWindow(program) {
  if (process.platform !== 'linux' || findProgram('ldd') === undefined) return undefined
  const { stdout } = await runCommand('ldd', [program])
  const missing = [...stdout.matchAll(/^\s*(\S+) => not found$/gm)].map(([, name]) => name)
  if (missing.length === 0) return undefined
  const how = (await isDebian())
    ? await installLine(await missingPackages(FOR_THE_WINDOW))
    : `install the packages that hold ${missing.join(', ')}`
  return how
}

/** Makes sure of everything that `npm test` uses: installs it as root on Debian, else says the line. */
export async function prepareForTests() {
  if (process.platform !== 'linux') return
  if (!(await isDebian())) {
    if (findProgram('Xvfb') === undefined)
      throw new SetupError(
        'Xvfb is missing, the screen for the tests of the window; install it (Fedora: xorg-x11-server-Xvfb) and run the command again.',
      )
    return
  }
  const wanted = [...FOR_THE_WINDOW, ...FOR_TESTS, ...(findChromium() ? [] : [CHROMIUM])]
  const missing = await missingPackages(wanted)
  if (missing.length === 0) return
  if (process.getuid?.() !== 0) {
    throw new SetupError(
      `Packages of the system are missing for the tests of the window; install them with: ${await installLine(missing)}`,
    )
  }
  await install(missing)
}

/** @returns {string | undefined} the Chrome or Chromium in which the served pages are tested */
export function findChromium(env = process.env) {
  if (env['ALBERT_CHROMIUM']) return env['ALBERT_CHROMIUM']
  for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']) {
    const found = findProgram(name, env)
    if (found) return found
  }
  return undefined
}

/** @param {string[]} missing */
async function install(missing) {
  const progress = startProgress(`Installing ${missing.length} packages of the system (${missing.join(' ')})`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  /** @param {string} text */
  const onOutput = (text) => progress.update(text.trim().split('\n').at(-1) ?? '')
  // A lock of dpkg that another process holds is waited for; half-configured packages of an interrupted run are finished first.
  const wait = ['-o', 'DPkg::Lock::Timeout=300']
  await runCommand('dpkg', ['--configure', '-a'], { env })
  const updated = await runCommand('apt-get', [...wait, 'update'], { env, onOutput })
  const names = await packageNames(missing)
  const installed = await runCommand(
    'apt-get',
    [...wait, 'install', '-y', '--no-install-recommends', ...names],
    { env, onOutput },
  )
  progress.stop()
  if (installed.code !== 0) {
    throw new SetupError(
      `The system's packages could not be installed; what apt-get says stands above; the line is: ${await installLine(missing)}`,
      {
        log: `${updated.code === 0 ? '' : updated.output}${installed.output}`,
      },
    )
  }
  progress.done()
}

/** @param {string[]} missing */
async function installLine(missing) {
  return `sudo apt-get update && sudo apt-get install --no-install-recommends ${(await packageNames(missing)).join(' ')}`
}

/**
 * @param {string[]} wanted
 * @returns {Promise<string[]>} those that are not installed
 */
async function missingPackages(wanted) {
  const asked = wanted.flatMap((name) => [name, `${name}t64`])
  const { stdout } = await runCommand('dpkg-query', ['-W', '-f=${Package} ${Status}\\n', ...asked])
  const installed = new Set(
    stdout
      .split('\n')
      .filter((line) => line.endsWith(' install ok installed'))
      .map((line) => line.split(' ')[0] ?? ''),
  )
  return wanted.filter((name) => !installed.has(name) && !installed.has(`${name}t64`))
}

/**
 * Debian 13 and Ubuntu 24.04 renamed some libraries when time became 64 bits wide.
 * @param {string[]} names
 */
async function packageNames(names) {
  const { stdout } = await runCommand('apt-cache', ['pkgnames']).catch(() => ({ stdout: '' }))
  const known = new Set(stdout.split('\n'))
  return names.map((name) => (known.has(`${name}t64`) ? `${name}t64` : name))
}

async function isDebian() {
  return access('/etc/debian_version').then(
    () => findProgram('apt-get') !== undefined,
    () => false,
  )
}

/**
 * What to do where Chromium could build no sandbox for this user; undefined where it can.
 * @param {string} program
 */
export async function missingSandbox(program) {
  if (process.platform !== 'linux' || process.getuid?.() === 0) return undefined
  const helper = path.join(path.dirname(program), 'chrome-sandbox')
  const found = await stat(helper).catch(() => undefined)
  if (found !== undefined && found.uid === 0 && (found.mode & 0o4001) === 0o4001) return undefined
  const { code } = await runCommand('unshare', ['--user', '--map-root-user', 'true']).catch(() => ({
    code: 0,
  }))
  if (code === 0) return undefined
  return `this system lets no program make a sandbox of its own; allow it with: sudo chown root ${helper} && sudo chmod 4755 ${helper}`
}
