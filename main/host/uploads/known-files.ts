// Files that the person handed over: paths and uploads in, ids for the window out. The window never names a path.
import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { HostFailure } from '../../contract/errors.ts'
import { say } from '../../contract/sentences.ts'
import type { FileRef } from '../../contract/transport.ts'
import type { WithinFolder } from '../host.ts'
import { storageFailure } from '../storage/storage-failure.ts'

/** A file, or a folder where one was dropped. */
export type KnownFile = { path: string; name: string }
export type KnownFiles = ReturnType<typeof createKnownFiles>

/** What another program left behind goes after this time, in milliseconds. */
const KEPT = 24 * 60 * 60 * 1000

/** @param uploads folder for the bytes that arrive over the network */
export function createKnownFiles(uploads: string) {
  const files = new Map<string, KnownFile>()
  const derived = new Map<string, KnownFile>()
  const received = new Set<string>()

  const refer = async (file: KnownFile): Promise<FileRef> => {
    const found = await stat(file.path).catch((error: unknown) => {
      throw storageFailure(error, file.name)
    })
    if (!found.isFile() && !found.isDirectory())
      throw storageFailure(Object.assign(new Error(), { code: 'EISDIR' }), file.name)
    const file_id = randomUUID()
    files.set(file_id, file)
    return { file_id, name: file.name, bytes: found.size }
  }

  const known = (file_id: string): KnownFile => {
    const file = files.get(file_id)
    if (file !== undefined) return file
    throw new HostFailure({ code: 'not-found', what: 'file', id: file_id, ...say('file-unknown') })
  }

  /** Of the names of another machine only plain parts are taken, so that none leads out of the folder. */
  const receiveInto = async (
    name: string,
    content: AsyncIterable<Uint8Array>,
    { folder, place }: WithinFolder,
  ): Promise<FileRef> => {
    const whole = path.join(uploads, `folder-${safeName(folder)}`)
    const parts = place.split('/').map(safeName)
    try {
      received.add(whole)
      if (place === '') {
        await mkdir(whole, { recursive: true })
        return await refer({ path: whole, name })
      }
      const file = path.join(whole, ...parts)
      await mkdir(path.dirname(file), { recursive: true })
      await pipeline(Readable.from(content), createWriteStream(file, { flags: 'wx' }))
      return await refer({ path: file, name: parts.at(-1) ?? name })
    } catch (error) {
      throw storageFailure(error, place || name)
    }
  }

  return {
    /** @throws HostFailure `bad-file` */
    register: (file: string, name?: string): Promise<FileRef> =>
      refer({ path: path.resolve(file), name: name ?? path.basename(file) }),

    /** @throws HostFailure `disk-full`; what had arrived is removed then */
    receive: async (
      name: string,
      content: AsyncIterable<Uint8Array>,
      within?: WithinFolder,
    ): Promise<FileRef> => {
      const plain = safeName(name)
      if (within !== undefined) return receiveInto(plain, content, within)
      const folder = path.join(uploads, randomUUID())
      try {
        await mkdir(folder, { recursive: true })
        received.add(folder)
        await pipeline(Readable.from(content), createWriteStream(path.join(folder, plain), { flags: 'wx' }))
        return await refer({ path: path.join(folder, plain), name: plain })
      } catch (error) {
        await rm(folder, { recursive: true, force: true })
        received.delete(folder)
        throw storageFailure(error, plain)
      }
    },

    /** @throws HostFailure `not-found` */
    get: known,

    /** @throws HostFailure `not-found`, `bad-file` */
    measure: async (file_id: string): Promise<{ bytes: number; isFolder: boolean }> => {
      const file = known(file_id)
      const found = await stat(file.path).catch((error: unknown) => {
        throw storageFailure(error, file.name)
      })
      return { bytes: found.size, isFolder: found.isDirectory() }
    },

    /**
     * The same content in another form, made once; it lies with the uploads until the host closes.
     * @throws HostFailure `not-found`; what `write` throws
     */
    derive: async (file_id: string, write: (target: string) => Promise<void>): Promise<KnownFile> => {
      const { name } = known(file_id)
      const made = derived.get(file_id)
      if (made !== undefined) return made
      const folder = path.join(uploads, randomUUID())
      await mkdir(folder, { recursive: true })
      received.add(folder)
      const file = { path: path.join(folder, 'derived'), name }
      await write(file.path).catch(async (error: unknown) => {
        await rm(folder, { recursive: true, force: true })
        received.delete(folder)
        throw error
      })
      derived.set(file_id, file)
      return file
    },

    /** Removes uploads that a program which did not end well has left. */
    tidy: async (): Promise<void> => {
      for (const name of await readdir(uploads).catch(() => [])) {
        const folder = path.join(uploads, name)
        const found = await stat(folder).catch(() => undefined)
        if (found !== undefined && Date.now() - found.mtimeMs > KEPT)
          await rm(folder, { recursive: true, force: true })
      }
    },

    /** Forgets the files, and removes those that had arrived. */
    close: async (): Promise<void> => {
      files.clear()
      for (const folder of received) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The last part of a name from another machine, as a name on this one. */
function safeName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? ''
  const plain = last.replace(/[\p{Cc}<>:"|?*]/gu, '_').replace(/^\.+|[. ]+$/g, '')
  return plain.slice(-120) || 'file.txt'
}
