// What features are made of in, the features that were made of the same before out, from a folder on disk that does not grow for ever.
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fromBytes, toBytes } from './plain-bytes.ts'

/** To be raised with every change of what is made of the same text, or of how it is written. */
const FORMAT = 3

/** Bytes that the entries may take together; the ones that were not used for longest go first. */
const MOST_BYTES = 2 * 2 ** 30

const ENDING = '.features'
const DIGEST_BYTES = 32

export type FeatureCache = {
  /** @returns null where there is no entry, or none that is whole */
  read(key: string): Promise<unknown>
  /** An entry is there whole or not at all. @throws what the file system says */
  write(key: string, value: unknown): Promise<void>
}

/** @param folder made when something is first written */
export function featureCache(folder: string, most_bytes = MOST_BYTES): FeatureCache {
  const fileOf = (key: string): string => path.join(folder, `${key}${ENDING}`)
  return {
    async read(key) {
      const file = fileOf(key)
      const bytes = await readFile(file).catch(() => null)
      if (bytes === null) return null
      const value = valueIn(bytes)
      if (value === null) await rm(file, { force: true })
      else await utimes(file, new Date(), new Date()).catch(() => undefined) // in a folder that cannot be written it still serves
      return value
    },
    async write(key, value) {
      const pieces = toBytes(value)
      if (pieces.reduce((sum, { length }) => sum + length, 0) > most_bytes) return
      await mkdir(folder, { recursive: true })
      const partial = path.join(folder, `${key}.${randomUUID()}.part`)
      try {
        await writeFile(partial, [digestOf(pieces), ...pieces])
        await rename(partial, fileOf(key))
      } finally {
        await rm(partial, { force: true })
      }
      await prune(folder, most_bytes)
    },
  }
}

/**
 * Hash of all that features hang on.
 * @param sources files, or folders with all that is in them: the text and the vocabulary
 * @param settings everything else; plain values
 */
export async function cacheKey(sources: readonly string[], settings: unknown): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([FORMAT, settings]))
  for (const source of sources) {
    for (const file of await filesIn(source)) {
      hash.update(`\0${path.relative(source, file)}\0${(await stat(file)).size}\0`)
      for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
    }
  }
  return hash.digest('hex')
}

/** Bytes of a file, or of all files in a folder. */
export async function bytesIn(source: string): Promise<number> {
  const sizes = await Promise.all((await filesIn(source)).map(async (file) => (await stat(file)).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function filesIn(source: string): Promise<string[]> {
  if ((await stat(source)).isFile()) return [source]
  const entries = await readdir(source, { withFileTypes: true })
  const nested = entries.map((entry) => filesIn(path.join(source, entry.name)))
  return (await Promise.all(nested)).flat().sort()
}

/** Null where the bytes are not those that were written, or were written by a program of another kind. */
function valueIn(bytes: Buffer): unknown {
  const body = bytes.subarray(DIGEST_BYTES)
  if (!digestOf([body]).equals(bytes.subarray(0, DIGEST_BYTES))) return null
  try {
    return fromBytes(body)
  } catch {
    return null
  }
}

function digestOf(pieces: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256')
  for (const piece of pieces) hash.update(piece)
  return hash.digest()
}

async function prune(folder: string, most_bytes: number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(ENDING))
  const entries = await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name)
      const { size, mtimeMs } = await stat(file)
      return { file, size, mtimeMs }
    }),
  )
  let kept = 0
  for (const { file, size } of entries.sort((a, b) => b.mtimeMs - a.mtimeMs)) {
    kept += size
    if (kept > most_bytes) await rm(file, { force: true })
  }
}
