// The wheels of a runtime and a folder in; the libraries in it, laid out as in a Python environment, with the binding beside TensorFlow, out.
import { chmod, copyFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { HostFailure } from '../../contract/errors.ts'
import type { RuntimeDeclaration } from '../../contract/runtimes.ts'
import { say } from '../../contract/sentences.ts'
import type { InstallProgress } from '../downloads/execution.ts'
import { expectAll, unpackKept } from '../downloads/unpack-kept.ts'
import { flushFolder } from '../storage/atomic-file.ts'

export const BINDING = 'tfjs_binding.node'
/** The folder of a runtime that is given to the engine. */
export const LIBRARY_FOLDER = 'tensorflow'
/** Before the name of a folder in the making. */
export const PARTIAL = '.partial-'

/** A library of cuDNN 9.28 unpacks to 327 times its size; deflate can make 1032 times of zeros. What comes out is bounded by the declaration. */
const MOST_RATIO = 1100
const MOST_ENTRIES = 200_000

/** Beside the binding; the set-up writes one, too, which knows hashes instead of sizes. */
export const Manifest = z.object({
  version: z.string(),
  source: z.string(),
  device: z.enum(['cpu', 'cuda']).default('cpu'),
  /** Bytes by path, relative to the runtime's folder. */
  sizes: z.record(z.string(), z.number()).optional(),
})
export type Manifest = z.infer<typeof Manifest>

/** @returns null where there is none that can be understood */
export async function readManifest(library_folder: string): Promise<Manifest | null> {
  try {
    return Manifest.parse(JSON.parse(await readFile(path.join(library_folder, 'manifest.json'), 'utf8')))
  } catch {
    return null
  }
}

/**
 * Whole or not at all.
 * @param wheels the files of its wheels, in the order of the declaration
 * @param binding a binding that was compiled for this version of TensorFlow
 * @throws HostFailure `bad-file`; the system's error
 */
export async function installRuntime(
  runtime: RuntimeDeclaration,
  wheels: readonly string[],
  binding: string,
  folder: string,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: InstallProgress) => void },
): Promise<void> {
  const partial = path.join(path.dirname(folder), `${PARTIAL}${path.basename(folder)}`)
  const total = runtime.unpacked_bytes
  const caps = { bytes: total, entries: MOST_ENTRIES, ratio: MOST_RATIO }
  try {
    await rm(partial, { recursive: true, force: true })
    await mkdir(path.join(partial, LIBRARY_FOLDER), { recursive: true })
    const sizes: Record<string, number> = {}
    const done = (): number => Object.values(sizes).reduce((sum, bytes) => sum + bytes, 0)
    for (const [index, { keep, project }] of runtime.wheels.entries()) {
      onProgress({ phase: 'unpacking', done: done(), total })
      const wheel = wheels[index]
      if (wheel === undefined) throw new Error(`The wheel of ${project} was not handed over.`)
      const made = await unpackKept(wheel, partial, keep, signal, { caps, leave_off: 0 })
      expectAll(keep, made, project, 0)
      for (const name of made) {
        const file = path.join(partial, name)
        sizes[name] = (await stat(file)).size
        if (name.includes('/bin/')) await chmod(file, 0o755) // ptxas, which the library starts
      }
    }
    onProgress({ phase: 'unpacking', done: total, total })
    const own = `${LIBRARY_FOLDER}/${BINDING}`
    await copyFile(binding, path.join(partial, own))
    sizes[own] = (await stat(path.join(partial, own))).size
    const manifest: Manifest = {
      version: runtime.version,
      source: 'pypi',
      device: runtime.device,
      sizes,
    }
    await writeFile(path.join(partial, LIBRARY_FOLDER, 'manifest.json'), JSON.stringify(manifest, null, 2))
    await flushFolder(partial)
    await rm(folder, { recursive: true, force: true })
    await rename(partial, folder)
    await flushFolder(path.dirname(folder))
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}

/** Whether every file of it is there in its size. */
export async function isWhole(folder: string, { sizes = {} }: Manifest): Promise<boolean> {
  for (const [name, bytes] of Object.entries(sizes)) {
    const found = await stat(path.join(folder, name)).catch(() => null)
    if (found?.size !== bytes) return false
  }
  return true
}

/** Why a runtime cannot be put together here. */
export function withoutBinding({ version }: RuntimeDeclaration): HostFailure {
  const said = say('runtime-no-binding', { version })
  return new HostFailure({ code: 'not-allowed-now', status: 'no-binding', ...said })
}
