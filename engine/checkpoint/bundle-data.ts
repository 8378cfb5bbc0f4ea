// A bundle's data files and a range in one of them in, its bytes and their checksum out, a piece at a time.
import { open, stat, type FileHandle } from 'node:fs/promises'
import type { EngineFailure } from '../spec/errors.ts'
import { badCheckpoint } from './bad-checkpoint.ts'
import type { BundleEntry } from './bundle-format.ts'
import { crc32c, maskCrc } from './crc32c.ts'

export const CHUNK_BYTES = 1024 * 1024

/** One open data file. */
export type Shard = { file: string; handle: FileHandle }

/** Gives data files to `use`, each opened once, and closes them. */
export async function withShards(
  bundle: { prefix: string; num_shards: number },
  use: (shardOf: (shard: number) => Promise<Shard>) => Promise<void>,
): Promise<void> {
  const shards = new Map<number, Shard>()
  try {
    await use(async (number) => {
      const shard = shards.get(number) ?? (await openShard(bundle, number))
      shards.set(number, shard)
      return shard
    })
  } finally {
    for (const { handle } of shards.values()) await handle.close()
  }
}

/** The name of one of a checkpoint's data files. */
export function shardFile(prefix: string, shard: number, num_shards: number): string {
  const five = (value: number): string => String(value).padStart(5, '0')
  return `${prefix}.data-${five(shard)}-of-${five(num_shards)}`
}

async function openShard(
  { prefix, num_shards }: { prefix: string; num_shards: number },
  shard: number,
): Promise<Shard> {
  const file = shardFile(prefix, shard, num_shards)
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw unreadable(error, file, 'Copy all files of the checkpoint together.')
  })
  return { file, handle }
}

/**
 * Reads an entry's bytes into the chunks of `chunkAt` and gives their masked checksum: while one chunk is summed, the next
 * is being read.
 */
export async function readChecked(
  shard: Shard,
  { offset, size }: BundleEntry,
  name: string,
  chunkAt: (at: number) => Uint8Array,
): Promise<number> {
  let crc = 0
  let pending = readChunk(shard, chunkAt(0), offset, name)
  for (let at = 0; at < size; at += CHUNK_BYTES) {
    await pending
    pending = readChunk(shard, chunkAt(at + CHUNK_BYTES), offset + at + CHUNK_BYTES, name)
    pending.catch(() => undefined) // awaited in the next round; without this a failure in between would end the process
    crc = crc32c(chunkAt(at), crc)
  }
  await pending
  return maskCrc(crc)
}

async function readChunk(
  { file, handle }: Shard,
  into: Uint8Array,
  offset: number,
  name: string,
): Promise<void> {
  for (let done = 0; done < into.length;) {
    const { bytesRead } = await handle
      .read(into, done, into.length - done, offset + done)
      .catch((error: unknown) => {
        throw unreadable(error, file, `It was being read at byte ${offset + done}, for ${name}.`)
      })
    if (bytesRead === 0)
      throw badCheckpoint(file, `it ends at byte ${offset + done}, in the middle of ${name}.`)
    done += bytesRead
  }
}

/** For a checksum that does not match. */
export function damaged(file: string, name: string, { offset, size }: BundleEntry): EngineFailure {
  return badCheckpoint(
    file,
    `${name} (bytes ${offset} to ${offset + size}) does not match its checksum: the file is damaged.`,
  )
}

/**
 * Size of a regular file; anything else, such as a pipe, could be read for ever.
 * @param next what to do, for the message
 */
export async function regularSize(file: string, next: string): Promise<number> {
  const found = await stat(file).catch((error: unknown) => {
    throw unreadable(error, file, next)
  })
  if (!found.isFile()) throw badCheckpoint(file, `it is not a file. ${next}`)
  return found.size
}

/** A failed file operation in the words of this folder; other errors as they are. */
export function unreadable(error: unknown, file: string, next: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  const why = error.code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${String(error.code)})`
  return badCheckpoint(file, `${why}. ${next}`, { cause: error })
}
