// A dropped file in; where it is an archive, the folder of the data files in it, else the file itself, out.
import { open, mkdir } from 'node:fs/promises'
import { HostFailure } from '../../contract/errors.ts'
import { say } from '../../contract/sentences.ts'
import { unpackArchive } from '../models/unpack.ts'
import { CAPS, type Caps } from '../models/model-files.ts'
import { isZip } from '../storage/zip.ts'
import type { KnownFile, KnownFiles } from '../uploads/known-files.ts'
import { isDataFile } from './recognize.ts'

/** RACE has 28 000 articles. */
const DATA_CAPS: Caps = { ...CAPS, entries: 200_000 }

/**
 * Unpacked once, and kept with the uploads until the host closes.
 * @param onProgress bytes of the archive that were read, of all
 * @throws HostFailure `bad-file` with what is wrong about the archive, `disk-full`, `not-found`
 */
export async function unpacked(
  file_id: string,
  files: KnownFiles,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
): Promise<KnownFile> {
  const file = files.get(file_id)
  if ((await files.measure(file_id)).isFolder || !(await isArchive(file))) return file
  let found = 0
  const isWanted = (name: string): boolean => {
    const isData = isDataFile(name)
    if (isData) found += 1
    return isData
  }
  return files.derive(file_id, async (target) => {
    await mkdir(target)
    await unpackArchive(file.path, target, { signal, onProgress, isWanted, caps: DATA_CAPS })
    if (found > 0) return
    const words = say('archive-without-data', { file: file.name })
    throw new HostFailure({ code: 'bad-file', file: file.name, line: null, column: null, ...words })
  })
}

/** A zip by what it is; a tar by its name as well, for gzip may hold anything. */
async function isArchive({ path, name }: KnownFile): Promise<boolean> {
  if (await isZip(path)) return true
  if (/\.tar$/i.test(name)) return true
  return /\.(?:tar\.gz|tgz)$/i.test(name) && (await isGzip(path))
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file, 'r')
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0)
    return buffer[0] === 0x1f && buffer[1] === 0x8b
  } finally {
    await handle.close()
  }
}
