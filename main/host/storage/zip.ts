// A zip file in; its entries, looked at as a whole before the first is read, out: none overlaps, none is encrypted, each is what it says.
import { Transform, type Readable } from 'node:stream'
import { open as openFile, type FileHandle } from 'node:fs/promises'
import yauzl from 'yauzl'
import type { FaultFacts } from '../../contract/errors.ts'
import { say, type SentenceCode } from '../../contract/sentences.ts'

export type ZipEntry = {
  name: string
  /** `link` also stands for devices and pipes. */
  kind: 'file' | 'directory' | 'link'
  /** Unpacked, as the archive says; an entry that comes to another length ends with an error. */
  bytes: number
  packed: number
  /** Its content; an error of the stream says what is wrong with it. */
  read(): Promise<Readable>
}

export type Zip = { entries: readonly ZipEntry[]; close(): void }

/** Why a zip is refused: the sentence and what it names beside the file. */
export class ZipFault extends Error {
  readonly why: SentenceCode
  readonly facts: FaultFacts
  constructor(why: SentenceCode, facts: FaultFacts = {}, options?: ErrorOptions) {
    super(say(why, facts).message, options)
    this.name = 'ZipFault'
    this.why = why
    this.facts = facts
  }
}

const MAGIC = [
  [0x50, 0x4b, 0x03, 0x04],
  [0x50, 0x4b, 0x05, 0x06], // without entries
]
/** Of a local header, before its name. */
const HEADER_BYTES = 30

/** By its first bytes. @throws the system's error */
export async function isZip(file: string): Promise<boolean> {
  const handle = await openFile(file, 'r')
  try {
    return await startsLikeZip(handle)
  } finally {
    await handle.close()
  }
}

async function startsLikeZip(handle: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0)
  return bytesRead === 4 && MAGIC.some((magic) => magic.every((byte, at) => buffer[at] === byte))
}

/**
 * @param most entries, above which nobody looks on
 * @throws ZipFault; the system's error
 */
export async function openZip(file: string, most: number): Promise<Zip> {
  const zip = await inWords(
    yauzl.openPromise(file, { autoClose: false, strictFileNames: false, validateEntrySizes: true }),
  )
  try {
    const entries: yauzl.Entry[] = []
    const listing = zip.eachEntry()
    for (;;) {
      const next = await inWords(listing.next())
      if (next.done === true) break
      entries.push(next.value)
      if (entries.length > most) throw new ZipFault('archive-entries', { most })
    }
    expectApart(entries)
    return {
      entries: entries.map((entry) => ({
        name: entry.fileName,
        kind: kindOf(entry),
        bytes: entry.uncompressedSize,
        packed: entry.compressedSize,
        read: async () => {
          const content = await inWords(zip.openReadStreamPromise(entry))
          const checked = checking(entry)
          content.on('error', (error) => checked.destroy(asFault(error)))
          checked.on('close', () => content.destroy())
          return content.pipe(checked)
        },
      })),
      close: () => zip.close(),
    }
  } catch (error) {
    zip.close()
    throw error
  }
}

/** By the Unix mode in the upper half of its attributes, where it has one. */
function kindOf({ fileName, externalFileAttributes }: yauzl.Entry): ZipEntry['kind'] {
  const mode = (externalFileAttributes >>> 16) & 0o170000
  if (mode !== 0 && mode !== 0o100000 && mode !== 0o040000) return 'link'
  return fileName.endsWith('/') ? 'directory' : 'file'
}

/** Entries that share their bytes unpack to any size: no good program writes them. */
function expectApart(entries: readonly yauzl.Entry[]): void {
  const places = entries
    .map((entry) => ({
      name: entry.fileName,
      from: entry.relativeOffsetOfLocalHeader,
      to: entry.relativeOffsetOfLocalHeader + HEADER_BYTES + entry.fileNameLength + entry.compressedSize,
    }))
    .sort((a, b) => a.from - b.from)
  for (const [at, { from, name }] of places.entries()) {
    const before = places[at - 1]
    if (before !== undefined && from < before.to)
      throw new ZipFault('archive-zip-overlap', { entry: shown(before.name), other: shown(name) })
  }
  if (entries.some((entry) => entry.isEncrypted())) throw new ZipFault('archive-zip-encrypted')
}

/** Lets the content through and compares its checksum at the end. */
function checking({ crc32: expected, fileName }: yauzl.Entry): Transform {
  let crc = -1
  return new Transform({
    transform(chunk: Buffer, _, done) {
      crc = crc32(chunk, crc)
      done(null, chunk)
    },
    flush(done) {
      done(
        ~crc >>> 0 === expected
          ? null
          : new ZipFault('archive-zip-entry-damaged', { entry: shown(fileName) }),
      )
    },
  })
}

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

/** Goes on from `crc`, inverted as the algorithm keeps it. Older versions of Node have none of their own. */
function crc32(bytes: Uint8Array, crc: number): number {
  for (const byte of bytes) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] ?? 0)
  return crc
}

async function inWords<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    throw asFault(error)
  }
}

/** The library's words in ours; what the system says stays. */
function asFault(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error))
  if (error instanceof ZipFault || ('code' in error && /^E[A-Z]+$/.test(String(error.code)))) return error
  const { message: reason } = error
  const made = (why: SentenceCode): ZipFault => new ZipFault(why, { reason }, { cause: error })
  if (/^(?:absolute path|invalid relative path|invalid characters in fileName)/.test(reason))
    return made('archive-zip-outside')
  if (/signature not found|truncated|unexpected EOF/i.test(reason)) return made('archive-zip-cut')
  if (/encrypt/i.test(reason)) return made('archive-zip-encrypted')
  if (/unsupported compression method/.test(reason)) return made('archive-zip-method')
  return made('archive-zip-damaged')
}

function shown(name: string): string {
  return JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}…` : name)
}
