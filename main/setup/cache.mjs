// The per-user cache that every checkout shares: where it lies, and folders in it that are whole or absent.

import { createHash, randomBytes } from 'node:crypto'
import { createReadStream, rmSync } from 'node:fs'
import { mkdir, readFile, readdir, rename, rm, stat, statfs, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { SetupError, explainDisk } from './setup-error.mjs'

const MANIFEST = 'manifest.json'
const STAMP = '.verified.json' // sizes and times of the files when their hashes were last read

/**
 * @typedef {{ id: string, version: string, source: string, files: Record<string, string> }} Manifest
 *   `files`: sha256 by path relative to the folder
 */

/** @type {Set<string>} folders that this process is filling */
const partials = new Set()

/** @returns {string} */
export function cacheFolder(env = process.env, platform = process.platform, home = os.homedir()) {
  const chosen = env['ALBERT_CACHE_DIR']
  if (chosen) return path.resolve(chosen)
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'albert-workbench')
  if (platform === 'win32') {
    return path.join(env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), 'albert-workbench', 'Cache')
  }
  const xdg = env['XDG_CACHE_HOME']
  return path.join(xdg && path.isAbsolute(xdg) ? xdg : path.join(home, '.cache'), 'albert-workbench')
}

/**
 * Makes a folder of the cache in one move: filled under another name, its files hashed, then renamed.
 * An interruption leaves only the other name, which the next attempt removes.
 * @param {string} folder
 * @param {{ id: string, version: string, source: string, needsMegabytes: number }} facts
 * @param {(partial: string) => Promise<void>} fill
 * @returns {Promise<Manifest>}
 */
export async function makeFolder(folder, { needsMegabytes, ...facts }, fill) {
  const parent = path.dirname(folder)
  try {
    await mkdir(parent, { recursive: true })
    await removePartials(folder)
    await expectSpace(parent, needsMegabytes)
    const partial = `${folder}.partial-${process.pid}-${randomBytes(4).toString('hex')}`
    partials.add(partial)
    await mkdir(partial)
    try {
      await fill(partial)
      const manifest = { ...facts, files: await hashFiles(partial) }
      await writeFile(path.join(partial, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`)
      await writeStamp(partial, manifest)
      await rm(folder, { recursive: true, force: true })
      await rename(partial, folder)
      return manifest
    } finally {
      await rm(partial, { recursive: true, force: true })
      partials.delete(partial)
    }
  } catch (error) {
    throw explainDisk(error, parent)
  }
}

/** Removes what is half made, at once: for the exit after an interruption. */
export function removeHalfMade() {
  for (const partial of partials) {
    try {
      rmSync(partial, { recursive: true, force: true })
    } catch {
      // a program that has not ended yet is writing there; the next attempt removes it
    }
  }
}

/**
 * The manifest of a folder whose files are all as they were made; undefined for one that is absent or damaged.
 * Sizes and times are enough as long as they are those of the last full reading.
 * @param {string} folder
 * @param {string} id
 * @returns {Promise<Manifest | undefined>}
 */
export async function checkFolder(folder, id) {
  const manifest = /** @type {Manifest | undefined} */ (await readJson(path.join(folder, MANIFEST)))
  if (manifest?.id !== id || typeof manifest.files !== 'object') return undefined
  const stamp = await readJson(path.join(folder, STAMP))
  const now = await readStamp(folder, manifest)
  if (now === undefined) return undefined
  if (JSON.stringify(stamp) === JSON.stringify(now)) return manifest
  for (const [name, hash] of Object.entries(manifest.files)) {
    if ((await sha256OfFile(path.join(folder, name))) !== hash) return undefined
  }
  await writeStamp(folder, manifest)
  return manifest
}

/**
 * @param {string} file
 * @param {'sha256' | 'sha512'} [algorithm]
 * @param {'hex' | 'base64'} [encoding]
 * @returns {Promise<string>}
 */
export async function sha256OfFile(file, algorithm = 'sha256', encoding = 'hex') {
  const hash = createHash(algorithm)
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk)
  return hash.digest(encoding)
}

/**
 * @param {string} file
 * @param {string} expected sha256 in hex
 * @param {string} what
 */
export async function expectSha256(file, expected, what) {
  const found = await sha256OfFile(file)
  if (found !== expected) {
    throw new SetupError(
      `${what} arrived damaged or changed (sha256 ${found} instead of ${expected}); run the command again, and if it repeats, check what your package index serves.`,
    )
  }
}

/** @param {string} file */
export async function readJson(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * The bytes of all files below a folder, while they are being written.
 * @param {string} folder
 * @returns {Promise<number>}
 */
export async function bytesBelow(folder) {
  let bytes = 0
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) bytes += await bytesBelow(file)
    else
      bytes += await stat(file).then(
        (found) => found.size,
        () => 0,
      )
  }
  return bytes
}

/** @param {string} folder */
async function removePartials(folder) {
  const prefix = `${path.basename(folder)}.partial-`
  for (const name of await readdir(path.dirname(folder))) {
    if (name.startsWith(prefix))
      await rm(path.join(path.dirname(folder), name), { recursive: true, force: true })
  }
}

/**
 * @param {string} folder
 * @param {number} megabytes
 */
async function expectSpace(folder, megabytes) {
  const { bavail, bsize } = await statfs(folder)
  const free = Math.floor((bavail * bsize) / 1e6)
  if (free < megabytes) {
    throw new SetupError(
      `${megabytes} MB are needed in ${folder} and ${free} MB are free; free some space, or set ALBERT_CACHE_DIR to a folder on another disk.`,
    )
  }
}

/**
 * @param {string} folder
 * @param {string} [below]
 * @returns {Promise<Record<string, string>>}
 */
async function hashFiles(folder, below = '') {
  /** @type {Record<string, string>} */
  const hashes = {}
  const entries = await readdir(path.join(folder, below), { withFileTypes: true })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = below ? `${below}/${entry.name}` : entry.name
    if (entry.isDirectory()) Object.assign(hashes, await hashFiles(folder, name))
    else if (entry.isFile()) hashes[name] = await sha256OfFile(path.join(folder, name))
  }
  return hashes
}

/**
 * @param {string} folder
 * @param {Manifest} manifest
 */
async function readStamp(folder, manifest) {
  /** @type {Record<string, [number, number]>} */
  const stamp = {}
  for (const name of Object.keys(manifest.files)) {
    const found = await stat(path.join(folder, name)).catch(() => undefined)
    if (!found?.isFile()) return undefined
    stamp[name] = [found.size, Math.floor(found.mtimeMs)]
  }
  return stamp
}

/**
 * @param {string} folder
 * @param {Manifest} manifest
 */
async function writeStamp(folder, manifest) {
  await writeFile(path.join(folder, STAMP), JSON.stringify(await readStamp(folder, manifest)))
}
