// An archive in, the files of it that are wanted, in a folder, out: streamed, capped, and never outside that folder.
import { createReadStream } from 'node:fs'
import { mkdir, open, stat, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract as tarExtract, type Headers } from 'tar-stream'
import { HostFailure } from '../../contract/errors.ts'
import { say } from '../../contract/sentences.ts'
import { freeSpace, MARGIN, type FreeSpace } from '../downloads/free-space.ts'
import { storageFailure } from '../storage/storage-failure.ts'
import { isZip, openZip, ZipFault, type ZipEntry } from '../storage/zip.ts'
import { CAPS, isModelFile, refusal, safeParts, type Caps } from './model-files.ts'

export type UnpackOptions = {
  signal: AbortSignal
  /** Bytes of the archive that were read, of all. */
  onProgress?: ((done: number, total: number) => void) | undefined
  caps?: Caps
  /** By the last part of its name; by default what a model may consist of. */
  isWanted?: (name: string) => boolean
  /** Of the disk of a folder; tests give their own. */
  free?: FreeSpace
}

const CHUNK_BYTES = 1024 * 1024
const GZIP = [0x1f, 0x8b]

/**
 * A tar, packed with gzip or not, or a zip: told apart by their first bytes.
 * @param folder an empty one
 * @throws HostFailure `bad-file` with what is wrong about the archive, `disk-full`; the folder then holds a part
 */
export async function unpackArchive(
  file: string,
  folder: string,
  { signal, onProgress, caps = CAPS, isWanted = isModelFile, free = freeSpace }: UnpackOptions,
): Promise<void> {
  const name = path.basename(file)
  if (await isZip(file)) return unzip(file, folder, { signal, onProgress, caps, isWanted, free })
  const { size } = await stat(file)
  await expectRoom(name, folder, size, free) // at the least: how much it unpacks to is told nowhere
  const isGzip = await startsWith(file, GZIP)
  const meter = createMeter(name, caps)
  const packed = pass((bytes) => {
    meter.packed += bytes
    onProgress?.(meter.packed, size)
  })
  const unpacked = pass((bytes) => meter.count(bytes))
  const tar = tarExtract()
  const source = createReadStream(file, { highWaterMark: CHUNK_BYTES })
  const feeding = isGzip
    ? pipeline(source, packed, createGunzip({ chunkSize: CHUNK_BYTES }), unpacked, tar, { signal })
    : pipeline(source, packed, unpacked, tar, { signal })
  const failed = feeding.then(
    () => undefined,
    (error: unknown) => error ?? new Error('The archive could not be read.'),
  )
  try {
    await takeEntries(tar, folder, name, caps, meter, isWanted)
  } catch (error) {
    tar.destroy()
    const first = await failed // a fault of the stream is heard by both, and here by its name
    throw explained(first instanceof HostFailure ? first : error, name, signal)
  }
  const error = await failed
  if (error !== undefined) throw explained(error, name, signal)
  if (meter.entries === 0) throw refusal(name, 'archive-empty')
}

/** A full disk would be noticed as well, but late, and by everything else on it. */
async function expectRoom(
  archive: string,
  folder: string,
  needed_bytes: number,
  free: FreeSpace,
): Promise<void> {
  const free_bytes = await free(folder).catch(() => Infinity) // where the system does not say, the writing will
  if (free_bytes >= needed_bytes + MARGIN) return
  const words = say('archive-no-room', { file: archive, needed_bytes, free_bytes })
  throw new HostFailure({ code: 'disk-full', file: archive, ...words })
}

/** Counts what goes by; what is thrown ends the pipeline. */
function pass(onBytes: (bytes: number) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _, done) {
      try {
        onBytes(chunk.length)
        done(null, chunk)
      } catch (error) {
        done(error as Error)
      }
    },
  })
}

function createMeter(name: string, caps: Caps) {
  let unpacked = 0
  let unclaimed = 0
  return {
    packed: 0,
    entries: 0,
    /** Bytes that leave the decompressor. */
    count(bytes: number): void {
      unpacked += bytes
      unclaimed += bytes
      if (unpacked > caps.total) throw refusal(name, 'archive-too-large', { most_bytes: caps.total })
      if (unpacked > caps.ratio * this.packed + CHUNK_BYTES)
        throw refusal(name, 'archive-bomb', { times: caps.ratio })
      if (unclaimed > caps.between_entries + 2 * CHUNK_BYTES) throw refusal(name, 'archive-headers')
    },
    /** An entry began, or some of its content was taken: what came before was no endless header. */
    claim(): void {
      unclaimed = 0
    },
  }
}

async function takeEntries(
  tar: ReturnType<typeof tarExtract>,
  folder: string,
  name: string,
  caps: Caps,
  meter: ReturnType<typeof createMeter>,
  isWanted: (name: string) => boolean,
): Promise<void> {
  const seen = new Map<string, 'file' | 'directory'>()
  for await (const entry of tar) {
    meter.claim()
    meter.entries += 1
    if (meter.entries > caps.entries) throw refusal(name, 'archive-entries', { most: caps.entries })
    const { header } = entry
    const kind = kindOf(header, name)
    const parts = safeParts(header.name, name, caps.depth)
    expectOnce(parts, kind, seen, name)
    const last = parts.at(-1)
    const keep = kind === 'file' && last !== undefined && isWanted(last)
    const sink = keep ? await createFile(folder, parts) : null
    try {
      let writing: Promise<unknown> = Promise.resolve()
      for await (const chunk of entry) {
        meter.claim()
        await writing
        writing = sink === null ? Promise.resolve() : sink.writeFile(chunk) // goes on while the next is unpacked
        writing.catch(() => undefined) // awaited in the next round
      }
      await writing
      await sink?.sync()
    } finally {
      await sink?.close()
    }
  }
}

/** The same rules for a zip, whose list of entries is there before the first is read. */
async function unzip(
  file: string,
  folder: string,
  { signal, onProgress, caps, isWanted, free }: UnpackOptions & Required<Omit<UnpackOptions, 'onProgress'>>,
): Promise<void> {
  const name = path.basename(file)
  const refuse = (error: unknown): unknown =>
    error instanceof ZipFault ? refusal(name, error.why, error.facts, error) : explained(error, name, signal)
  const zip = await openZip(file, caps.entries).catch((error: unknown) => {
    throw refuse(error)
  })
  try {
    const { entries } = zip
    if (entries.length === 0) throw refusal(name, 'archive-empty-zip')
    const [bytes, packed] = [total(entries, 'bytes'), total(entries, 'packed')]
    if (bytes > caps.total) throw refusal(name, 'archive-too-large', { most_bytes: caps.total })
    if (bytes > caps.ratio * packed + CHUNK_BYTES) throw refusal(name, 'archive-bomb', { times: caps.ratio })
    const wanted = entries.filter((entry) => isWanted(path.posix.basename(entry.name)))
    await expectRoom(name, folder, total(wanted, 'bytes'), free)
    const seen = new Map<string, 'file' | 'directory'>()
    let done = 0
    for (const entry of entries) {
      if (entry.kind === 'link') {
        const shown = JSON.stringify(entry.name.slice(0, 100))
        throw refusal(name, 'archive-link', { entry: shown, kind: 'a symbolic link or a device' })
      }
      const parts = safeParts(entry.name, name, caps.depth)
      expectOnce(parts, entry.kind, seen, name)
      const last = parts.at(-1)
      if (entry.kind === 'file' && last !== undefined && isWanted(last)) {
        const sink = await createFile(folder, parts)
        try {
          for await (const chunk of await entry.read()) {
            signal.throwIfAborted()
            await sink.writeFile(chunk as Buffer)
          }
          await sink.sync()
        } finally {
          await sink.close()
        }
      }
      done += entry.packed
      onProgress?.(done, packed)
    }
  } catch (error) {
    throw refuse(error)
  } finally {
    zip.close()
  }
}

function total(entries: readonly ZipEntry[], what: 'bytes' | 'packed'): number {
  return entries.reduce((sum, entry) => sum + entry[what], 0)
}

function kindOf({ type, name, size }: Headers, archive: string): 'file' | 'directory' {
  if (size !== undefined && !(Number.isSafeInteger(size) && size >= 0))
    throw refusal(archive, 'archive-no-size', { entry: JSON.stringify(name) })
  if (type === 'file' || type === 'contiguous-file') return 'file'
  if (type === 'directory') return 'directory'
  const what = { symlink: 'a symbolic link', link: 'a hard link', fifo: 'a pipe' }[type as string]
  const kind = what ?? 'a device or of an unknown kind'
  throw refusal(archive, 'archive-link', { entry: JSON.stringify(name.slice(0, 100)), kind })
}

/** Names that differ by case or by the way they are encoded are one on some systems. */
function expectOnce(
  parts: readonly string[],
  kind: 'file' | 'directory',
  seen: Map<string, 'file' | 'directory'>,
  archive: string,
): void {
  const place = (count: number): string =>
    parts.slice(0, count).join('/').normalize('NFC').toLowerCase().normalize('NFC')
  for (let count = 1; count <= parts.length; count++) {
    const is = count < parts.length ? 'directory' : kind
    const before = seen.get(place(count))
    if (before !== undefined && (before === 'file' || is === 'file'))
      throw refusal(archive, 'archive-twice', { entry: JSON.stringify(parts.join('/')) })
    seen.set(place(count), is)
  }
}

async function createFile(folder: string, parts: readonly string[]): Promise<FileHandle> {
  const target = path.join(folder, ...parts)
  await mkdir(path.dirname(target), { recursive: true })
  return open(target, 'wx')
}

async function startsWith(file: string, magic: readonly number[]): Promise<boolean> {
  const handle = await open(file, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(magic.length), 0, magic.length, 0)
    return bytesRead === magic.length && magic.every((byte, at) => buffer[at] === byte)
  } finally {
    await handle.close()
  }
}

/** The libraries' words for a damaged archive in ours. */
function explained(error: unknown, name: string, signal: AbortSignal): unknown {
  if (signal.aborted || error instanceof HostFailure) return error
  const known = storageFailure(error, name)
  if (known instanceof HostFailure || !(error instanceof Error)) return known
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'Z_BUF_ERROR') return refusal(name, 'archive-cut', {}, error)
  if (code.startsWith('Z_')) return refusal(name, 'archive-damaged', { reason: error.message }, error)
  if (/Unexpected end of data/i.test(error.message)) return refusal(name, 'archive-cut-file', {}, error)
  if (/Invalid tar header/i.test(error.message)) return refusal(name, 'archive-damaged-tar', {}, error)
  return error
}
