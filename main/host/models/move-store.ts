// The folder of all models and a folder on another disk in; the same models there, compared byte by byte by their hashes, out.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { HostFailure } from '../../contract/errors.ts'
import { flushFolder } from '../storage/atomic-file.ts'
import { storageFailure } from '../storage/storage-failure.ts'

/** The folder that is made in the one that a person names. */
const STORE = 'albert-models'

/**
 * The old folder stays as it is: who calls switches over, and then removes it.
 * @param ids of the models that are moved; what else lies in the folder is left
 * @returns the new folder of all models
 * @throws HostFailure `bad-file` when the folder cannot take them or a copy differs, `disk-full`; nothing is left there then
 */
export async function copyStore(from: string, into: string, ids: readonly string[]): Promise<string> {
  const target = path.join(path.resolve(into), STORE)
  const refuse = (why: string) => {
    const message = `The models cannot be moved to ${into}: ${why}.`
    return new HostFailure({ code: 'bad-file', file: into, line: null, column: null, message })
  }
  const found = await stat(into).catch((error: unknown) => {
    throw storageFailure(error, into)
  })
  if (!found.isDirectory()) throw refuse('it is not a folder')
  if (isWithin(target, from) || isWithin(from, target)) throw refuse('they lie there already')
  const partial = path.join(path.resolve(into), `.partial-${STORE}`)
  try {
    await rm(partial, { recursive: true, force: true })
    await mkdir(partial)
    for (const id of ids) {
      const model = path.join(partial, id)
      await mkdir(model)
      for (const name of await readdir(path.join(from, id))) {
        const [source, copy] = [path.join(from, id, name), path.join(model, name)]
        await copyFile(source, copy)
        if ((await hashOf(source)) !== (await hashOf(copy))) throw refuse(`the copy of ${source} differs`)
      }
      await flushFolder(model)
    }
    await rename(partial, target).catch((error: unknown) => {
      throw error instanceof Error && 'code' in error && /ENOTEMPTY|EEXIST|EPERM/.test(String(error.code))
        ? refuse(`there is a folder ${STORE} in it`)
        : error
    })
    await flushFolder(into)
    return target
  } catch (error) {
    await rm(partial, { recursive: true, force: true }).catch(() => undefined)
    throw storageFailure(error, into)
  }
}

function isWithin(inner: string, outer: string): boolean {
  const way = path.relative(outer, inner)
  return way === '' || (!way.startsWith('..') && !path.isAbsolute(way))
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
