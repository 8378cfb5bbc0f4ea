// The folder of the native TensorFlow in, what is known of it without loading it out: only a run's own process loads it.
import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { FaultFacts } from '../contract/errors.ts'
import type { HostInfo } from '../contract/host.ts'
import { say, type SentenceCode } from '../contract/sentences.ts'

const BINDING = 'tfjs_binding.node'
const Manifest = z.object({ version: z.string(), source: z.string(), device: z.string().optional() })

export async function findTensorFlow(folder: string | null): Promise<HostInfo['tensorflow']> {
  if (folder === null) return missing('tensorflow-none')
  const found = await stat(path.join(folder, BINDING)).catch(() => undefined)
  if (found?.isFile() !== true) {
    return missing('tensorflow-gone', { folder })
  }
  const manifest = Manifest.safeParse(await readJson(path.join(folder, 'manifest.json')))
  if (!manifest.success) return { available: true, version: null, ...say('tensorflow-from', { folder }) }
  const { version, source, device } = manifest.data
  const build = device === 'cuda' ? `${source}, the CUDA build` : source
  return { available: true, version, ...say('tensorflow-is', { version, build }) }
}

function missing(code: SentenceCode, facts: FaultFacts = {}): HostInfo['tensorflow'] {
  return { available: false, version: null, ...say(code, facts) }
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch {
    return undefined
  }
}
