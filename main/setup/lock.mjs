// One process at a time does a step, across all checkouts of this user; a lock left by a dead process is taken over.

import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { explainDisk } from './setup-error.mjs'

const HEARTBEAT_MS = 5_000
const SILENT_MS = 60_000 // a holder that is not seen (another machine, another container) and silent this long is gone
const LOOK_AGAIN_MS = 250

/** @type {Map<string, string>} file → token of the locks this process holds */
const held = new Map()

/**
 * Runs `work` while holding the lock `file`.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @param {(holder: string) => void} [onWait] told once, when another process holds the lock
 * @returns {Promise<T>}
 */
export async function withLock(file, work, onWait = () => {}) {
  const release = await acquire(file, onWait)
  try {
    return await work()
  } finally {
    await release()
  }
}

/** Removes what this process holds, at once: for the exit after an interruption. */
export function releaseAllLocks() {
  for (const [file, token] of held) {
    try {
      if (readFileSync(file, 'utf8').includes(token)) rmSync(file)
    } catch {
      // already gone
    }
  }
  held.clear()
}

/**
 * @param {string} file
 * @param {(holder: string) => void} onWait
 */
async function acquire(file, onWait) {
  const token = randomBytes(12).toString('hex')
  const content = JSON.stringify({ token, pid: process.pid, host: os.hostname() })
  await mkdir(path.dirname(file), { recursive: true }).catch((error) => {
    throw explainDisk(error, path.dirname(file))
  })
  for (let told = false; ;) {
    if (await create(file, content, token)) break
    if (await isStale(file)) await takeAway(file)
    else {
      if (!told) onWait(await holderOf(file))
      told = true
      await sleep(LOOK_AGAIN_MS)
    }
  }
  held.set(file, token)
  const heartbeat = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => {}), HEARTBEAT_MS)
  heartbeat.unref()
  return async () => {
    clearInterval(heartbeat)
    held.delete(file)
    const now = await readFile(file, 'utf8').catch(() => '')
    if (now.includes(token)) await rm(file, { force: true })
  }
}

/**
 * The lock appears with its content or not at all: written under another name, then linked.
 * @param {string} file
 * @param {string} content
 * @param {string} token
 */
async function create(file, content, token) {
  const draft = `${file}.${token}`
  try {
    await writeFile(draft, content)
    await link(draft, file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw explainDisk(error, path.dirname(file))
  } finally {
    await rm(draft, { force: true })
  }
}

/** @param {string} file */
async function isStale(file) {
  const found = await stat(file).catch(() => undefined)
  if (found === undefined) return false
  const holder = parse(await readFile(file, 'utf8').catch(() => ''))
  if (holder?.host === os.hostname() && !isAlive(holder.pid)) return true
  return Date.now() - found.mtimeMs > SILENT_MS
}

/**
 * Two that see the same stale lock may both come here; whoever moves away a fresh one puts it back.
 * @param {string} file
 */
async function takeAway(file) {
  const aside = `${file}.${randomBytes(6).toString('hex')}.stale`
  try {
    await rename(file, aside)
  } catch {
    return
  }
  if (!(await isStale(aside))) await link(aside, file).catch(() => {})
  await rm(aside, { force: true })
}

/** @param {string} file */
async function holderOf(file) {
  const holder = parse(await readFile(file, 'utf8').catch(() => ''))
  return holder ? `process ${holder.pid}` : 'another process'
}

/**
 * @param {string} text
 * @returns {{ pid: number, host: string } | undefined}
 */
function parse(text) {
  try {
    const { pid, host } = JSON.parse(text)
    return Number.isInteger(pid) && typeof host === 'string' ? { pid, host } : undefined
  } catch {
    return undefined
  }
}

/**
 * A process that has ended and that nobody has asked about yet still has its number, and is not alive.
 * @param {number} pid
 */
export function isAlive(pid) {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return true // no such files on this system
  }
}
