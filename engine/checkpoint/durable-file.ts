// Files that appear whole or not at all: bytes go to a temporary name beside the final one, reach the disk, and are renamed.
import * as fs from 'node:fs/promises'
import { open, rename, unlink, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { EngineFailure } from '../spec/errors.ts'
import { say, type RunSentence } from '../spec/sentences.ts'

/** A file whose bytes are safely on the disk under `temporary` and wait to be called `final`. */
export type StagedFile = { temporary: string; final: string; bytes: number }

/** Writes everything `chunks` yields under `temporary`. On failure nothing is left. @throws EngineFailure */
export async function stageFile(
  temporary: string,
  final: string,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<StagedFile> {
  let bytes = 0
  let written = 0
  const handle = await open(temporary, 'wx', 0o644).catch((error: unknown) => {
    throw writeFailure(error, final)
  })
  try {
    try {
      let pending: Promise<void> = Promise.resolve()
      for await (const chunk of chunks) {
        await pending
        written = bytes
        pending = writeAll(handle, chunk, bytes) // goes on while the next chunk is prepared
        pending.catch(() => undefined) // awaited in the next round; without this it would end the process
        bytes += chunk.length
      }
      await pending
      written = bytes
      // A failed sync is final for this file: the kernel may have dropped the pages, so it is never tried again.
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    await removeQuietly(temporary)
    throw writeFailure(error, final, written)
  }
  return { temporary, final, bytes }
}

/** Gives staged files their names, in order, and makes the names durable. @throws EngineFailure */
export async function commitFiles(files: readonly { temporary: string; final: string }[]): Promise<void> {
  for (const { temporary, final } of files) {
    await renamePatiently(temporary, final).catch((error: unknown) => {
      throw writeFailure(error, final)
    })
  }
  for (const folder of new Set(files.map(({ final }) => dirname(final)))) await syncFolder(folder)
}

/** One small file, replaced whole. @throws EngineFailure */
export async function replaceFile(
  file: string,
  text: string,
  temporary = temporaryName(file),
): Promise<void> {
  const staged = await stageFile(temporary, file, [Buffer.from(text, 'utf8')])
  await commitFiles([staged]).catch(async (error: unknown) => {
    await removeQuietly(temporary)
    throw error
  })
}

let temporaries = 0

/** A name in the same folder that no other process and no other call of this one uses. */
export function temporaryName(final: string): string {
  const token = `${process.pid.toString(36)}-${Date.now().toString(36)}-${temporaries++}`
  return join(dirname(final), `.tmp-${token}.${basename(final)}`)
}

/** Makes renames and removals in a folder durable; Windows has no such call and needs none. @throws EngineFailure */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  try {
    const handle = await open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw writeFailure(error, folder)
  }
}

/** For clean-up after a failure, which is the error to report. */
export async function removeQuietly(file: string): Promise<void> {
  await unlink(file).catch(() => undefined)
}

async function writeAll(handle: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < chunk.length;) {
    const { bytesWritten } = await handle.write(chunk, done, chunk.length - done, position + done)
    done += bytesWritten
  }
}

const RENAME_TRIES = 8

/** On Windows a virus scanner may hold a new file for a moment: wait and try again, up to about a second. */
async function renamePatiently(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(from, to)
      return
    } catch (error) {
      const held = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(error))
      if (!held || attempt === RENAME_TRIES) throw error
      await new Promise((resolve) => setTimeout(resolve, 2 ** attempt * 4))
    }
  }
}

/** The engine's words for a failed write; an error that is none is passed on as it is. */
export function writeFailure(error: unknown, file: string, written = 0): unknown {
  const code = codeOf(error)
  if (error instanceof EngineFailure || code === '') return error
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const said = say(code === 'ENOSPC' ? 'run-disk-full' : 'run-quota-full', { file, written })
    return new EngineFailure({ code: 'disk-full', file, ...said }, { cause: error })
  }
  const known = REASONS[code]
  const said =
    known === undefined
      ? say('run-not-written', { file, reason: error instanceof Error ? error.message : code })
      : say(known, { file })
  return new EngineFailure({ code: 'write-failed', file, ...said }, { cause: error })
}

const REASONS: Readonly<Record<string, RunSentence>> = {
  EACCES: 'run-no-rights',
  EPERM: 'run-no-rights',
  EROFS: 'run-read-only',
  ENOENT: 'run-folder-gone',
  ENOTDIR: 'run-folder-gone',
  EIO: 'run-disk-error',
  EMFILE: 'run-too-many-files',
  ENFILE: 'run-too-many-files',
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** Free bytes of the file system a folder is on, or null where the runtime cannot tell (Node before 18.15). */
export async function freeBytes(folder: string): Promise<number | null> {
  if (!('statfs' in fs)) return null
  const { bavail, bsize } = await fs.statfs(folder)
  return bavail * bsize
}
