// The folder of a model and another place in; the same files there, compared by their hashes, out. What is there whole already stays.
import { createHash } from 'node:crypto'
import { link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { HostFailure } from '../../contract/errors.ts'
import { say } from '../../contract/sentences.ts'
import { flushFolder } from '../storage/atomic-file.ts'

const CHUNK = 4 * 2 ** 20

export type CopyOptions = {
  /** Then the files are linked, and nothing is written. */
  same_disk: boolean
  signal: AbortSignal
  /** Hears of bytes that are done: a file counts once when it is written and once when it is compared. */
  onBytes?: (bytes: number) => void
}

/**
 * @param into the folder in which the copies of all models lie
 * @throws HostFailure `bad-file` when a copy differs; the system's error; the signal's reason
 */
export async function copyModel(
  from: string,
  into: string,
  id: string,
  { same_disk, signal, onBytes }: CopyOptions,
): Promise<void> {
  const target = path.join(into, id)
  await mkdir(target, { recursive: true })
  for (const name of await readdir(path.join(from, id))) {
    const [source, copy] = [path.join(from, id, name), path.join(target, name)]
    const { size } = await stat(source)
    if ((same_disk && (await isLinked(source, copy))) || (await isSame(source, copy, signal))) {
      onBytes?.(2 * size)
      continue
    }
    const hash = await copyFile(source, copy, signal, onBytes)
    if ((await hashOf(copy, signal, onBytes)) === hash) continue
    await rm(copy, { force: true })
    throw new HostFailure({
      code: 'bad-file',
      file: copy,
      line: null,
      column: null,
      ...say('move-copy-differs', { into: path.dirname(into), file: source }),
    })
  }
  await flushFolder(target)
}

/** Whether a copy that was interrupted had brought this file over already. */
async function isSame(source: string, copy: string, signal: AbortSignal): Promise<boolean> {
  const [first, second] = await Promise.all([source, copy].map((file) => stat(file).catch(() => undefined)))
  if (first === undefined || first.size !== second?.size) return false
  return (await hashOf(source, signal)) === (await hashOf(copy, signal))
}

/** Whether the copy is the file itself under a second name, or could be made so. */
async function isLinked(source: string, copy: string): Promise<boolean> {
  const [first, second] = await Promise.all([source, copy].map((file) => stat(file).catch(() => undefined)))
  if (second !== undefined) return first?.ino === second.ino && first.dev === second.dev && second.ino !== 0
  return link(source, copy).then(
    () => true,
    () => false, // a disk that knows no links
  )
}

/** Under its name only when it is whole. @returns the hash of what was read */
async function copyFile(
  source: string,
  copy: string,
  signal: AbortSignal,
  onBytes?: (bytes: number) => void,
): Promise<string> {
  const partial = `${copy}.part`
  const sink = await open(partial, 'w')
  try {
    const hash = await readThrough(source, signal, async (bytes) => {
      await sink.writeFile(bytes)
      onBytes?.(bytes.length)
    })
    await sink.sync()
    await sink.close()
    await rename(partial, copy)
    return hash
  } catch (error) {
    await sink.close().catch(() => undefined)
    await rm(partial, { force: true }).catch(() => undefined)
    throw error
  }
}

function hashOf(file: string, signal: AbortSignal, onBytes?: (bytes: number) => void): Promise<string> {
  return readThrough(file, signal, (bytes) => onBytes?.(bytes.length))
}

async function readThrough(
  file: string,
  signal: AbortSignal,
  take: (bytes: Buffer) => void | Promise<void>,
): Promise<string> {
  const hash = createHash('sha256')
  const source = await open(file, 'r')
  const buffer = Buffer.allocUnsafe(CHUNK)
  try {
    for (;;) {
      signal.throwIfAborted()
      const { bytesRead } = await source.read(buffer, 0, CHUNK)
      if (bytesRead === 0) return hash.digest('hex')
      const bytes = buffer.subarray(0, bytesRead)
      hash.update(bytes)
      await take(bytes)
    }
  } finally {
    await source.close()
  }
}
