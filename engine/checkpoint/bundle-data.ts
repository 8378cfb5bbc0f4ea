// A bundle's data files and ranges in them in, their bytes and checksums out, a piece at a time.
import { open, stat, type FileHandle } from 'node:fs/promises'
import type { EngineFailure } from '../spec/errors.ts'
import { badCheckpoint } from './bad-checkpoint.ts'
import type { BundleEntry } from './bundle-format.ts'
import { checked, maskCrc, NOTHING } from './crc32c.ts'

/** What is read at once; it is still in the processor's cache when it is summed. */
const PIECE_BYTES = 1024 * 1024
/** Pieces that are being read while one is summed: each read waits for a thread, for the disk, and for memory never touched. */
const AHEAD = 5

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

/** What an entry of the index says where to find, and where its bytes go: nowhere, where they are only looked at. */
export type Range = { name: string; entry: BundleEntry; memory: (() => Uint8Array) | null }

/** `is_finite`: false where the bytes, as float32, may hold an infinity or what is no number. */
export type ReadRange<Wanted> = { range: Wanted; file: string; matches: boolean; is_finite: boolean }

/**
 * Reads ranges one after another, gives each once it lies in its memory, and says whether it matches its checksum. Its memory
 * is asked for when its turn comes.
 * @param look shown every piece in its order; what is to be kept of it must be copied
 */
export async function* readRanges<Wanted extends Range>(
  shardOf: (shard: number) => Promise<Shard>,
  ranges: Iterable<Wanted>,
  look: (range: Wanted, piece: Uint8Array) => void = () => undefined,
): AsyncGenerator<ReadRange<Wanted>> {
  let sum = NOTHING
  for await (const { range, file, at, bytes } of readPieces(shardOf, ranges)) {
    sum = checked(bytes, at === 0 ? NOTHING : sum)
    look(range, bytes)
    const { size, crc } = range.entry
    if (at + bytes.length === size)
      yield { range, file, matches: maskCrc(sum.crc) === crc, is_finite: sum.is_finite }
  }
}

type Piece<Wanted> = { range: Wanted; file: string; at: number; bytes: Uint8Array }

/** In order; a range without bytes is one piece. What `memory` does not hold is gone when the next piece is asked for. */
async function* readPieces<Wanted extends Range>(
  shardOf: (shard: number) => Promise<Shard>,
  ranges: Iterable<Wanted>,
): AsyncGenerator<Piece<Wanted>> {
  const underway: { piece: Piece<Wanted>; reading: Promise<void> }[] = []
  const buffers: Uint8Array[] = []
  const first = async (): Promise<Piece<Wanted>[]> => {
    const next = underway.shift()
    await next?.reading
    return next === undefined ? [] : [next.piece]
  }
  let count = 0
  for (const range of ranges) {
    const { offset, size, shard: number } = range.entry
    const shard = await shardOf(number)
    const memory = range.memory?.() ?? null
    for (let at = 0; at === 0 || at < size; at += PIECE_BYTES) {
      const length = Math.min(PIECE_BYTES, size - at)
      const buffer = () => (buffers[count % (AHEAD + 1)] ??= new Uint8Array(PIECE_BYTES))
      const bytes = memory === null ? buffer().subarray(0, length) : memory.subarray(at, at + length)
      const reading = readFully(shard, bytes, offset + at, range.name)
      reading.catch(() => undefined) // awaited in its turn; without this a failure before it would end the process
      underway.push({ piece: { range, file: shard.file, at, bytes }, reading })
      count++
      if (underway.length > AHEAD) yield* await first()
    }
  }
  while (underway.length > 0) yield* await first()
}

async function readFully(
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
