// npm run package: this system's installers in release/, or with --dir a folder that starts on its own; with the Electron that the set-up found.

import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describeElectron, prepareElectron } from '../electron/electron.mjs'
import { interruptible } from '../interruption.mjs'
import { prepareProgram } from '../prepare.mjs'
import { say } from '../progress.mjs'
import { runInTerminal } from '../run-command.mjs'
import { SetupError } from '../setup-error.mjs'

/**
 * @param {string} checkout
 * @param {string[]} args go to electron-builder, as `--dir` or `--linux deb`
 * @returns {Promise<number>}
 */
export async function run(checkout, args) {
  const { env, electron } = await interruptible(async () => ({
    env: await prepareProgram(checkout),
    electron: await prepareElectron(checkout),
  }))
  say(describeElectron(electron))
  const standIn = electron.kind === 'stand-in'
  if (standIn && !args.includes('--dir'))
    throw new SetupError(
      'A stand-in Electron is not for others: give --dir for a folder to try out, or package where the official one can be fetched.',
    )
  const release = path.join(checkout, 'release')
  await mkdir(release, { recursive: true })
  await link(env['ALBERT_TENSORFLOW_DIR'] ?? '', path.join(release, 'tensorflow'))
  const electronDist = standIn
    ? await withoutLoader(electron.program, release)
    : path.dirname(electron.program)
  const settings = {
    extends: 'electron-builder.yml',
    electronDist,
    electronVersion: electron.version,
    // The fuses of an Electron as old as the stand-in are fewer, and it is not shipped.
    ...(standIn ? { electronFuses: null } : {}),
  }
  const config = path.join(release, 'electron-builder.json')
  await writeFile(config, JSON.stringify(settings, undefined, 2))
  const builder = path.join(checkout, 'node_modules', 'electron-builder', 'cli.js')
  return runInTerminal(process.execPath, [builder, '--config', config, '--publish', 'never', ...args], {
    cwd: checkout,
    env,
  })
}

/**
 * @param {string} target
 * @param {string} place
 */
async function link(target, place) {
  await rm(place, { force: true, recursive: true })
  await symlink(target, place, 'junction')
}

/**
 * A copy of the stand-in whose own loader is gone: the packaged program is what it starts.
 * @param {string} program
 * @param {string} release
 */
async function withoutLoader(program, release) {
  const copy = path.join(release, 'electron')
  await rm(copy, { recursive: true, force: true })
  await cp(path.dirname(program), copy, { recursive: true })
  await rm(path.join(copy, 'resources', 'app'), { recursive: true, force: true })
  return copy
}
