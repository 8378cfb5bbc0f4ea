// A folder in, copies of the files in it that a model may consist of, in another folder, out.
import { constants } from 'node:fs'
import { copyFile, mkdir, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { HostFailure, type FaultFacts } from '../../contract/errors.ts'
import { say, type SentenceCode } from '../../contract/sentences.ts'
import { storageFailure } from '../storage/storage-failure.ts'
import { CAPS, isModelFile, type Caps } from './model-files.ts'

type Found = { from: string; place: string; bytes: number }

/**
 * Links to files count as the files, as in the cache of a library; links to folders are not followed.
 * @throws HostFailure `bad-file`, `disk-full`; the target then holds a part
 */
export async function gatherFolder(
  folder: string,
  target: string,
  options: { signal: AbortSignal; onProgress?: (done: number, total: number) => void; caps?: Caps },
): Promise<void> {
  const { signal, onProgress, caps = CAPS } = options
  const files = await filesIn(folder, caps)
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  if (total > caps.total) throw refused(folder, 'folder-too-large', { megabytes: Math.round(total / 1e6) })
  let done = 0
  for (const { from, place, bytes } of files) {
    signal.throwIfAborted()
    const to = path.join(target, place)
    try {
      await mkdir(path.dirname(to), { recursive: true })
      await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
    } catch (error) {
      throw storageFailure(error, from)
    }
    done += bytes
    onProgress?.(done, total)
  }
}

async function filesIn(folder: string, caps: Caps): Promise<Found[]> {
  const found: Found[] = []
  let entries = 0
  const look = async (inside: string, depth: number): Promise<void> => {
    const list = await readdir(path.join(folder, inside), { withFileTypes: true }).catch((error: unknown) => {
      throw storageFailure(error, path.join(folder, inside))
    })
    entries += list.length
    if (entries > caps.entries) throw refused(folder, 'folder-too-many', { most: caps.entries })
    for (const entry of list) {
      const place = path.join(inside, entry.name)
      if (entry.isDirectory()) {
        if (depth < caps.depth && !entry.name.startsWith('.')) await look(place, depth + 1)
      } else if (isModelFile(entry.name)) {
        const from = path.join(folder, place)
        const stats = await stat(from).catch(() => undefined)
        if (stats?.isFile() === true) found.push({ from, place, bytes: stats.size })
      }
    }
  }
  await look('', 1)
  return found
}

function refused(folder: string, why: SentenceCode, facts: FaultFacts): HostFailure {
  const words = say(why, { folder, ...facts })
  return new HostFailure({ code: 'bad-file', file: folder, line: null, column: null, ...words })
}
