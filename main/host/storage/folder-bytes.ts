// A folder in, the bytes of all files below it out; links count as themselves, what vanishes meanwhile as nothing.
import { lstat, readdir } from 'node:fs/promises'
import path from 'node:path'

export async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) bytes += await bytesBelow(file)
    else bytes += (await lstat(file).catch(() => null))?.size ?? 0
  }
  return bytes
}
