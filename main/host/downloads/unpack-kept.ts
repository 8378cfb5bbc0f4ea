// An archive and the paths that are wanted of it in, those files in a folder out; nothing else of an archive reaches the disk.
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import tar from 'tar-stream'
import { HostFailure } from '../../contract/errors.ts'
import { say } from '../../contract/sentences.ts'
import { openZip, ZipFault } from '../storage/zip.ts'

/** More than any benchmark or library has: an archive beyond these is neither. */
export type Caps = { bytes: number; entries: number; ratio: number }
const MOST_ENTRIES = 200_000
const CAPS: Caps = { bytes: 4e9, entries: MOST_ENTRIES, ratio: 200 }

/**
 * @param archive a zip file (a Python wheel is one), else a tar.gz, by its name
 * @param keep paths inside the archive, `*` for any part of one name
 * @param leave_off folders of such a path that are left off in `folder`
 * @returns the files that were written, relative to `folder`
 * @throws HostFailure `bad-file`
 */
export async function unpackKept(
  archive: string,
  folder: string,
  keep: readonly string[],
  signal: AbortSignal,
  { caps = CAPS, leave_off = 1 }: { caps?: Caps; leave_off?: number } = {},
): Promise<string[]> {
  const written: string[] = []
  const taken = new Set<string>()
  let bytes = 0
  let entries = 0
  const refuse = (reason: string): HostFailure => badArchive(archive, reason)

  /** Where an entry goes; null where it is not wanted. @throws HostFailure */
  const place = (name: string): string | null => {
    entries += 1
    if (entries > caps.entries) throw refuse(`holds more than ${caps.entries} entries`)
    if (!keep.some((pattern) => matches(pattern, name))) return null
    const relative = name.split('/').slice(leave_off).join('/')
    if (taken.has(relative.toLowerCase())) throw refuse(`holds ${name} twice`)
    taken.add(relative.toLowerCase())
    return relative
  }

  const write = async (content: Readable, relative: string, packed: number | null): Promise<void> => {
    const target = path.join(folder, relative)
    await mkdir(path.dirname(target), { recursive: true })
    let own = 0
    const count = new Transform({
      transform(piece: Buffer, _, done) {
        own += piece.length
        bytes += piece.length
        if (bytes > caps.bytes) done(refuse(`unpacks to more than ${caps.bytes / 1e9} GB`))
        else if (packed !== null && own > 1e6 && own > packed * caps.ratio)
          done(refuse(`unpacks to more than ${caps.ratio} times its size`))
        else done(null, piece)
      },
    })
    await pipeline(content, count, createWriteStream(target, { flags: 'wx' }), { signal })
    written.push(relative)
  }

  try {
    await (/\.(?:zip|whl)$/.test(archive) ? unzip : untar)(archive, place, write, signal)
  } catch (error) {
    if (error instanceof ZipFault) {
      const file = path.basename(archive)
      const words = say(error.why, { file, ...error.facts })
      throw new HostFailure({ code: 'bad-file', file, line: null, column: null, ...words }, { cause: error })
    }
    if (error instanceof HostFailure || signal.aborted || hasSystemCode(error)) throw error
    throw badArchive(
      archive,
      `cannot be unpacked (${error instanceof Error ? error.message : String(error)})`,
    )
  }
  return written
}

/** Refuses what was unpacked when it lacks something. @throws HostFailure `bad-file` */
export function expectAll(
  keep: readonly string[],
  files: readonly string[],
  name: string,
  leave_off = 1,
): void {
  const missing = keep.filter(
    (pattern) => !files.some((file) => matches(pattern.split('/').slice(leave_off).join('/'), file)),
  )
  if (missing.length === 0) return
  const words = say('benchmark-lacks', { name, files: missing.join(', ') })
  throw new HostFailure({ code: 'bad-file', file: name, line: null, column: null, ...words })
}

type Place = (name: string) => string | null
type Write = (content: Readable, relative: string, packed: number | null) => Promise<void>

async function unzip(archive: string, place: Place, write: Write): Promise<void> {
  const zip = await openZip(archive, MOST_ENTRIES)
  try {
    for (const { kind, name, packed, read } of zip.entries) {
      const relative = kind === 'file' ? place(name) : null
      if (relative !== null) await write(await read(), relative, packed)
    }
  } finally {
    zip.close()
  }
}

async function untar(archive: string, place: Place, write: Write, signal: AbortSignal): Promise<void> {
  const extract = tar.extract()
  const fed = pipeline(createReadStream(archive), createGunzip(), extract, { signal })
  fed.catch(() => undefined) // told by the loop below
  for await (const entry of extract) {
    const relative = entry.header.type === 'file' ? place(entry.header.name.replace(/^\.\//, '')) : null
    if (relative === null) entry.resume()
    else await write(entry, relative, null)
  }
  await fed
}

/** Whether a path is wanted; a name that leads out of the folder never is. */
function matches(pattern: string, name: string): boolean {
  const parts = name.split('/')
  const wanted = pattern.split('/')
  if (parts.length !== wanted.length || /[\\\0]/.test(name)) return false
  return parts.every(
    (part, index) => part !== '' && part !== '.' && part !== '..' && fits(wanted[index] ?? '', part),
  )
}

function fits(pattern: string, part: string): boolean {
  const source = pattern
    .split('*')
    .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*')
  return new RegExp(`^${source}$`).test(part)
}

function hasSystemCode(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^E[A-Z]+$/.test(String(error.code))
}

function badArchive(archive: string, reason: string): HostFailure {
  const file = path.basename(archive)
  return new HostFailure({
    code: 'bad-file',
    file,
    line: null,
    column: null,
    ...say('benchmark-archive', { file, reason }),
  })
}
