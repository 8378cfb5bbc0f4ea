// The prefix of a TensorFlow V2 checkpoint in, its variables out: first what there is, then the values, each checked.
import { readFile } from 'node:fs/promises'
import { allocate } from './allocate.ts'
import { badCheckpoint } from './bad-checkpoint.ts'
import {
  damaged,
  readRanges,
  regularSize,
  shardFile,
  unreadable,
  withShards,
  type Range,
} from './bundle-data.ts'
import { checkedCount, readEntry, readHeader, type BundleEntry } from './bundle-format.ts'
import { Malformed, naming } from './malformed.ts'
import { bytesOf, valuesOf, type NamedTensor, type TensorData, type TensorDtype } from './named-tensor.ts'
import { placeSlices, type PlacedSlice } from './slices.ts'
import { readTable } from './table-reader.ts'

/** `bytes` is the tensor's size in memory and in the file. */
export type BundleVariable = { name: string; dtype: string; shape: readonly number[]; bytes: number }

/** A checkpoint whose index was read and found to agree with its data files; no value is in memory yet. */
export type Bundle = {
  prefix: string
  /** By name, in the order of the index: sorted by bytes. */
  variables: ReadonlyMap<string, BundleVariable>
  /** Where the values lie; for `readTensor`. */
  places: ReadonlyMap<string, readonly PlacedSlice[]>
  num_shards: number
  ignore_checksums: boolean
}

export type BundleOptions = {
  /** Read values even where they do not match their checksum. Off unless a person asks for it. */
  ignore_checksums?: boolean
}

/** An index is some 50 bytes a variable; a larger file than this is none. */
const LARGEST_INDEX_BYTES = 256 * 1024 * 1024

/**
 * Reads the index and checks every entry against the real data files: dtype, shape, size, range, overlap.
 * @param prefix as in `…/model.ckpt-best`: the path without `.index`
 * @throws EngineFailure 'bad-checkpoint' naming the file and the place
 */
export async function openBundle(prefix: string, options: BundleOptions = {}): Promise<Bundle> {
  const indexFile = `${prefix}.index`
  const table = await readIndex(indexFile)
  const { num_shards, entries, sliceEntries } = naming(indexFile, () => {
    const [header, ...rest] = readTable(table)
    if (header?.key !== '') throw new Malformed('it has no header: it is not the index of a checkpoint.')
    const named = rest.map(({ key, value }) => ({ key, name: nameOf(key), value }))
    const parse = (list: typeof named): Map<string, BundleEntry> =>
      new Map(list.map(({ key, name, value }) => [key, readEntry(value, name)]))
    return {
      ...readHeader(header.value),
      entries: parse(named.filter(({ key }) => !isSliceKey(key))),
      sliceEntries: parse(named.filter(({ key }) => isSliceKey(key))),
    }
  })
  const variables = new Map<string, BundleVariable>()
  const places = new Map<string, readonly PlacedSlice[]>()
  naming(indexFile, () => {
    for (const [key, entry] of entries) {
      const name = nameOf(key)
      const parts = placeSlices(name, entry, sliceEntries)
      for (const part of parts) checkSize(name, part.entry, num_shards)
      places.set(name, parts)
      const bytes = parts.reduce((sum, part) => sum + part.entry.size, 0)
      variables.set(name, { name, dtype: entry.dtype, shape: entry.shape, bytes })
    }
  })
  const bundle = {
    prefix,
    variables,
    places,
    num_shards,
    ignore_checksums: options.ignore_checksums ?? false,
  }
  await checkShards(bundle)
  return bundle
}

/**
 * Reads one variable straight into its final array.
 * @throws EngineFailure 'bad-checkpoint' when there is none of that name, its dtype is not one that models here use, or the
 * values do not match their checksum
 */
export async function readTensor(bundle: Bundle, name: string): Promise<NamedTensor> {
  const tensors = await readTensors(bundle, [name])
  const tensor = tensors.get(name)
  if (tensor === undefined) throw badCheckpoint(`${bundle.prefix}.index`, `it has no variable ${name}.`)
  return tensor
}

/** Reads a whole checkpoint. Memory: the values themselves, never more than the data files' size. */
export async function readBundle(
  prefix: string,
  options: BundleOptions = {},
): Promise<Map<string, NamedTensor>> {
  const bundle = await openBundle(prefix, options)
  return readTensors(bundle, [...bundle.variables.keys()])
}

/** Reads the named variables; each data file is opened once. Names that the bundle lacks are left out. */
export async function readTensors(
  bundle: Bundle,
  names: readonly string[],
): Promise<Map<string, NamedTensor>> {
  return (await readAndLook(bundle, names)).tensors
}

/** The same, and the names of those that, as float32, may hold a value that is not finite. */
export async function readAndLook(
  bundle: Bundle,
  names: readonly string[],
): Promise<{ tensors: Map<string, NamedTensor>; doubtful: ReadonlySet<string> }> {
  const tensors = new Map<string, NamedTensor>()
  const doubtful = new Set<string>()
  await withShards(bundle, async (shardOf) => {
    for await (const { range, file, ...found } of readRanges(shardOf, partsOf(bundle, names, tensors))) {
      if (!found.matches && !bundle.ignore_checksums) throw damaged(file, range.name, range.entry)
      if (!found.is_finite) doubtful.add(range.name)
      range.spread()
    }
  })
  return { tensors, doubtful }
}

/** Reads every value once and checks it, keeping none. @throws EngineFailure 'bad-checkpoint' */
export async function verifyBundle(bundle: Bundle): Promise<void> {
  await readThrough(bundle, [...bundle.variables.values()])
}

/**
 * The same, and shows the values.
 * @param look given a piece of a variable at a time, in the order of the file, and of one that is cut into slices in theirs; what it
 * wants to keep it must copy
 * @throws EngineFailure 'bad-checkpoint' also when a dtype is not one that models here use
 */
export async function lookThrough(
  bundle: Bundle,
  look: (name: string, values: TensorData) => void,
): Promise<void> {
  const variables = [...bundle.variables.values()].map((variable) => {
    return { ...variable, dtype: dtypeOf(bundle, variable) }
  })
  await readThrough(bundle, variables, ({ name, dtype }, piece) => look(name, valuesOf(dtype, piece)))
}

async function readThrough<Variable extends BundleVariable>(
  bundle: Bundle,
  variables: readonly Variable[],
  look: (variable: Variable, piece: Uint8Array) => void = () => undefined,
): Promise<void> {
  const ranges = variables.flatMap((variable) =>
    (bundle.places.get(variable.name) ?? []).map(({ entry }) => ({
      name: variable.name,
      entry,
      memory: null,
      variable,
    })),
  )
  await withShards(bundle, async (shardOf) => {
    const read = readRanges(shardOf, ranges, ({ variable }, piece) => look(variable, piece))
    for await (const { range, file, matches } of read)
      if (!matches) throw damaged(file, range.name, range.entry)
  })
}

async function readIndex(file: string): Promise<Uint8Array> {
  const next =
    'Give the path without an ending, as in model.ckpt-best, and keep the .index file beside the data.'
  const size = await regularSize(file, next)
  if (size > LARGEST_INDEX_BYTES)
    throw badCheckpoint(file, `it has ${size} bytes, too many for the index of a checkpoint.`)
  return readFile(file).catch((error: unknown) => {
    throw unreadable(error, file, next)
  })
}

/** Slice keys start with the ordered code of 0, a zero byte, which no variable's name does. */
function isSliceKey(key: string): boolean {
  return key.startsWith('\0')
}

function nameOf(key: string): string {
  const bytes = Buffer.from(key, 'latin1')
  const name = bytes.toString('utf8')
  if (!isSliceKey(key) && !Buffer.from(name, 'utf8').equals(bytes))
    throw new Malformed('a name in it is not UTF-8.')
  return name
}

function checkSize(name: string, entry: BundleEntry, num_shards: number): void {
  if (entry.shard >= num_shards)
    throw new Malformed(`${name} lies in data file ${entry.shard} of ${num_shards}.`)
  if (entry.width === null) return
  const count = checkedCount(entry.shape, name)
  if (count > Number.MAX_SAFE_INTEGER / entry.width || count * entry.width !== entry.size) {
    throw new Malformed(
      `${name} has ${entry.dtype} values of shape [${entry.shape.join(', ')}] and a size of ${entry.size} bytes.`,
    )
  }
}

/** Every range lies inside its real file and none covers another. */
async function checkShards({ prefix, places, num_shards }: Bundle): Promise<void> {
  const byShard = new Map<number, { name: string; offset: number; size: number }[]>()
  for (const [name, parts] of places) {
    for (const { entry } of parts) {
      const ranges = byShard.get(entry.shard) ?? []
      ranges.push({ name, offset: entry.offset, size: entry.size })
      byShard.set(entry.shard, ranges)
    }
  }
  for (const [shard, ranges] of byShard) {
    const file = shardFile(prefix, shard, num_shards)
    const fileSize = await regularSize(
      file,
      `${prefix}.index needs it; copy all files of the checkpoint together.`,
    )
    ranges.sort((a, b) => a.offset - b.offset || a.size - b.size)
    let end = 0
    for (const { name, offset, size } of ranges) {
      if (size > fileSize || offset > fileSize - size) {
        throw badCheckpoint(
          file,
          `${name} wants bytes ${offset} to ${offset + size}; the file has ${fileSize}. It was cut off.`,
        )
      }
      if (size > 0 && offset < end)
        throw badCheckpoint(`${prefix}.index`, `${name} covers bytes of another variable.`)
      end = Math.max(end, offset + size)
    }
  }
}

function emptyTensor(bundle: Bundle, variable: BundleVariable): NamedTensor {
  const { name, shape, bytes } = variable
  const dtype = dtypeOf(bundle, variable)
  return { name, dtype, shape, data: allocate(dtype, bytes, name) }
}

function dtypeOf({ prefix }: Bundle, { name, dtype }: BundleVariable): TensorDtype {
  if (isReadable(dtype)) return dtype
  throw badCheckpoint(
    `${prefix}.index`,
    `${name} has the dtype ${dtype}; variables here are float32, int32 or int64.`,
  )
}

function isReadable(dtype: string): dtype is TensorDtype {
  return dtype === 'float32' || dtype === 'int32' || dtype === 'int64'
}

/** The ranges that the values of the named variables lie in; `spread` brings them to their places in the tensor. */
function* partsOf(
  bundle: Bundle,
  names: readonly string[],
  tensors: Map<string, NamedTensor>,
): Generator<Range & { spread(): void }> {
  for (const variable of names.flatMap((name) => bundle.variables.get(name) ?? [])) {
    const tensor = emptyTensor(bundle, variable)
    tensors.set(variable.name, tensor)
    for (const part of bundle.places.get(variable.name) ?? [])
      yield { name: variable.name, ...placed(part, tensor) }
  }
}

/** Read where it stays, or, where it is many runs of the tensor, beside it. */
function placed({ entry, at, rows, stride, bytes }: PlacedSlice, tensor: NamedTensor) {
  const target = bytesOf(tensor)
  if (rows === 1) return { entry, memory: () => target.subarray(at, at + bytes), spread: () => undefined }
  const room = Math.ceil(entry.size / 4) * 4
  let beside: Uint8Array = new Uint8Array()
  return {
    entry,
    memory: () => (beside = new Uint8Array(allocate('int32', room, tensor.name).buffer, 0, entry.size)),
    spread: () => {
      for (let row = 0; row < rows && bytes > 0; row++)
        target.set(beside.subarray(row * bytes, (row + 1) * bytes), at + row * stride)
    },
  }
}
