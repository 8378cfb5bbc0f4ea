// One .safetensors file, or the index of several, in; their tensors as those of one file out.
import { basename, dirname, join } from 'node:path'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { configJson } from '../spec/config-json.ts'
import { badCheckpoint } from './bad-checkpoint.ts'
import { regularSize } from './bundle-data.ts'
import type { NamedTensor } from './named-tensor.ts'
import { openSafetensors, readSafetensors, type Safetensors, type SafetensorsEntry } from './safetensors.ts'

export type SafetensorsShards = {
  /** The file that a person gave. */
  file: string
  entries: ReadonlyMap<string, SafetensorsEntry>
  /** The file of each tensor. */
  shards: ReadonlyMap<string, Safetensors>
}

const LARGEST_INDEX_BYTES = 16 * 1024 * 1024
const MOST_SHARDS = 1000
const Index = z.object({ weight_map: z.record(z.string(), z.string()) })

/** @throws EngineFailure 'bad-checkpoint' where a file lacks a tensor, or has one that the index does not name */
export async function openShards(file: string): Promise<SafetensorsShards> {
  if (!file.endsWith('.json')) {
    const only = await openSafetensors(file)
    return {
      file,
      entries: only.entries,
      shards: new Map([...only.entries.keys()].map((name) => [name, only])),
    }
  }
  const weight_map = await readIndex(file)
  const names = [...new Set(Object.values(weight_map))]
  if (names.length > MOST_SHARDS) throw badCheckpoint(file, `it names ${names.length} files.`)
  const entries = new Map<string, SafetensorsEntry>()
  const shards = new Map<string, Safetensors>()
  for (const name of names) {
    // The index comes with the files: it must not lead out of their folder.
    if (name !== basename(name) || name.includes('\\') || !name.endsWith('.safetensors'))
      throw badCheckpoint(file, `it names ${JSON.stringify(name)}, which is no file beside it.`)
    const shard = await openSafetensors(join(dirname(file), name))
    for (const [tensor, entry] of shard.entries) {
      if (weight_map[tensor] !== name) {
        const where = weight_map[tensor] ?? 'nowhere'
        throw badCheckpoint(file, `${tensor} lies in ${name} and should be ${where}.`)
      }
      entries.set(tensor, entry)
      shards.set(tensor, shard)
    }
  }
  const absent = Object.keys(weight_map).filter((tensor) => !entries.has(tensor))
  if (absent.length > 0) throw badCheckpoint(file, `its files lack ${absent.slice(0, 20).join(', ')}.`)
  return { file, entries, shards }
}

/** Names that are not there are left out. @throws EngineFailure 'bad-checkpoint' */
export async function readShards(
  { shards }: SafetensorsShards,
  names: readonly string[],
): Promise<Map<string, NamedTensor>> {
  const tensors = new Map<string, NamedTensor>()
  for (const name of names) {
    const shard = shards.get(name)
    const tensor = shard && (await readSafetensors(shard, [name])).get(name)
    if (tensor !== undefined) tensors.set(name, tensor)
  }
  return tensors
}

async function readIndex(file: string): Promise<Record<string, string>> {
  const next = 'Copy all files of the model together.'
  if ((await regularSize(file, next)) > LARGEST_INDEX_BYTES)
    throw badCheckpoint(file, 'it is too large for an index.')
  const read = configJson(await readFile(file, 'utf8'))
  if ('problem' in read) throw badCheckpoint(file, `${read.problem}.`)
  const index = Index.safeParse(read.json)
  if (!index.success) throw badCheckpoint(file, 'it has no weight_map.')
  return index.data.weight_map
}
