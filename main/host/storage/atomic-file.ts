// Text in, a file on disk that is either whole or as it was before: written under another name, flushed, then renamed.
import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import path from 'node:path'

/** @throws the system's error; the file is then as it was, and nothing else is left beside it */
export async function writeAtomically(file: string, text: string): Promise<void> {
  const partial = `${file}.partial-${process.pid}-${randomBytes(4).toString('hex')}`
  try {
    const handle = await open(partial, 'wx')
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(partial, file)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
  await flushFolder(path.dirname(file))
}

/** Makes a rename inside the folder outlive a power cut. Systems that cannot flush a folder do without. */
export async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined)
  if (handle === undefined) return
  await handle.sync().catch(() => undefined)
  await handle.close()
}
