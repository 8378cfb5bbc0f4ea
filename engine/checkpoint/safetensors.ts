// A .safetensors file in, its tensors out, every length in its header checked first; and tensors in, such a file out.
import { open, stat, type FileHandle } from 'node:fs/promises'
import { allocate } from './allocate.ts'
import { badCheckpoint } from './bad-checkpoint.ts'
import { checkedCount } from './bundle-format.ts'
import { codeOf, commitFiles, removeQuietly, stageFile, temporaryName } from './durable-file.ts'
import { Malformed, naming } from './malformed.ts'
import { bytesOf, elementCount, type NamedTensor } from './named-tensor.ts'

/** `begin` and `end` count bytes from the file's start. */
export type SafetensorsEntry = { dtype: string; shape: readonly number[]; begin: number; end: number }
export type Safetensors = { file: string; entries: ReadonlyMap<string, SafetensorsEntry> }

const LARGEST_HEADER_BYTES = 100_000_000 // the reference reader's limit
const MOST_DIMENSIONS = 254
const WIDTHS = new Map([
  ['BOOL', 1],
  ['U8', 1],
  ['I8', 1],
  ['F8_E4M3', 1],
  ['F8_E5M2', 1],
  ['I16', 2],
  ['U16', 2],
  ['F16', 2],
  ['BF16', 2],
  ['I32', 4],
  ['U32', 4],
  ['F32', 4],
  ['I64', 8],
  ['U64', 8],
  ['F64', 8],
])

/**
 * Reads and checks the header: every tensor's bytes follow those of the one before, from the header's end to the file's
 * end, so no byte belongs to two or to none; a name that stands twice leaves a gap and is found by that.
 * @throws EngineFailure 'bad-checkpoint'
 */
export async function openSafetensors(file: string): Promise<Safetensors> {
  return withFile(file, async (handle) => {
    const { size } = await handle.stat()
    const start = new Uint8Array(8)
    if (size < 8) throw badCheckpoint(file, `it has ${size} bytes, too few for a safetensors file.`)
    await readFully(handle, start, 0, file)
    const headerBytes = new DataView(start.buffer).getBigUint64(0, true)
    if (headerBytes > BigInt(LARGEST_HEADER_BYTES) || headerBytes > BigInt(size - 8)) {
      throw badCheckpoint(
        file,
        `its header claims ${headerBytes} bytes; the file has ${size}. It was cut off, or it is another kind of file.`,
      )
    }
    const header = new Uint8Array(Number(headerBytes))
    await readFully(handle, header, 8, file)
    return naming(file, () => ({
      file,
      entries: checkedEntries(parseHeader(header), 8 + header.length, size),
    }))
  })
}

/**
 * Reads the named tensors as float32, int32 or int64; half floats (F16, BF16) become float32 without loss, float64 by
 * rounding. Names that the file lacks are left out.
 * @throws EngineFailure 'bad-checkpoint' for other dtypes, by name
 */
export async function readSafetensors(
  { file, entries }: Safetensors,
  names: Iterable<string>,
): Promise<Map<string, NamedTensor>> {
  return withFile(file, async (handle) => {
    const tensors = new Map<string, NamedTensor>()
    for (const name of names) {
      const entry = entries.get(name)
      if (entry !== undefined) tensors.set(name, await readEntry(handle, file, name, entry))
    }
    return tensors
  })
}

function parseHeader(bytes: Uint8Array): object {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    throw new Malformed('its header is not JSON: it is damaged, or another kind of file.')
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new Malformed('its header is no JSON object.')
  return json
}

function checkedEntries(header: object, dataStart: number, fileSize: number): Map<string, SafetensorsEntry> {
  const list = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => ({ name, ...checkedEntry(name, value, dataStart) }))
    .sort((a, b) => a.begin - b.begin || a.end - b.end)
  let end = dataStart
  for (const entry of list) {
    if (entry.begin !== end)
      throw new Malformed(`${entry.name} starts at byte ${entry.begin} where the one before ends at ${end}.`)
    end = entry.end
  }
  if (end !== fileSize) throw new Malformed(`its tensors end at byte ${end} and the file at ${fileSize}.`)
  return new Map(list.map(({ name, ...entry }) => [name, entry]))
}

function checkedEntry(name: string, value: unknown, dataStart: number): SafetensorsEntry {
  const { dtype, shape, data_offsets } = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >
  if (
    typeof dtype !== 'string' ||
    !isNaturals(shape) ||
    !isNaturals(data_offsets) ||
    data_offsets.length !== 2
  ) {
    throw new Malformed(`the entry of ${name} is not a dtype, a shape and two offsets.`)
  }
  if (shape.length > MOST_DIMENSIONS)
    throw new Malformed(`${name} has more than ${MOST_DIMENSIONS} dimensions.`)
  const width = WIDTHS.get(dtype)
  if (width === undefined) throw new Malformed(`${name} has the unknown dtype ${dtype}.`)
  const [begin, end] = data_offsets as [number, number]
  const count = checkedCount(shape, name)
  if (
    end < begin ||
    end > Number.MAX_SAFE_INTEGER - dataStart ||
    count > Number.MAX_SAFE_INTEGER / width ||
    count * width !== end - begin
  ) {
    throw new Malformed(
      `${name} has ${dtype} values of shape [${shape.join(', ')}] in the bytes ${begin} to ${end}.`,
    )
  }
  return { dtype, shape, begin: dataStart + begin, end: dataStart + end }
}

function isNaturals(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0)
}

async function readEntry(
  handle: FileHandle,
  file: string,
  name: string,
  entry: SafetensorsEntry,
): Promise<NamedTensor> {
  const { dtype, shape, begin, end } = entry
  const bytes = end - begin
  const read = async (into: ArrayBufferLike): Promise<void> =>
    readFully(handle, new Uint8Array(into, 0, bytes), begin, file)
  if (dtype === 'F32' || dtype === 'I32' || dtype === 'I64') {
    const ours = dtype === 'F32' ? 'float32' : dtype === 'I32' ? 'int32' : 'int64'
    const data = allocate(ours, bytes, name)
    await read(data.buffer)
    return { name, dtype: ours, shape, data }
  }
  if (dtype !== 'F16' && dtype !== 'BF16' && dtype !== 'F64') {
    throw badCheckpoint(file, `${name} has the dtype ${dtype}; weights here are F32, F16, BF16 or F64.`)
  }
  const raw = allocate('int32', Math.ceil(bytes / 8) * 8, name).buffer
  await read(raw)
  const data = allocate('float32', elementCount(shape) * 4, name) as Float32Array
  if (dtype === 'F64') data.set(new Float64Array(raw, 0, data.length))
  else if (dtype === 'BF16') fromUpperHalves(new Uint16Array(raw, 0, data.length), data)
  else new Uint16Array(raw, 0, data.length).forEach((half, i) => (data[i] = fromHalf(half)))
  return { name, dtype: 'float32', shape, data }
}

/** A bfloat16 is the upper half of a float32. */
function fromUpperHalves(halves: Uint16Array, data: Float32Array): void {
  const bits = new Uint32Array(data.buffer)
  for (let i = 0; i < bits.length; i++) bits[i] = halves[i]! << 16
}

/** IEEE 754 binary16: a sign, five bits of exponent, ten of fraction. */
function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 31
  const fraction = half & 1023
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15))
}

async function readFully(handle: FileHandle, into: Uint8Array, offset: number, file: string): Promise<void> {
  for (let done = 0; done < into.length;) {
    const { bytesRead } = await handle.read(into, done, Math.min(into.length - done, 2 ** 30), offset + done)
    if (bytesRead === 0)
      throw badCheckpoint(file, `it ends at byte ${offset + done}; ${offset + into.length} were expected.`)
    done += bytesRead
  }
}

async function withFile<T>(file: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  try {
    if (!(await stat(file)).isFile()) throw badCheckpoint(file, 'it is not a file.') // a pipe could be read for ever
    const handle = await open(file, 'r')
    try {
      return await use(handle)
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (codeOf(error) === '') throw error
    throw badCheckpoint(
      file,
      codeOf(error) === 'ENOENT' ? 'there is no such file.' : `it cannot be read (${codeOf(error)}).`,
      { cause: error },
    )
  }
}

const CODES = { float32: 'F32', int32: 'I32', int64: 'I64' } as const

/** Writes the tensors, whole or not at all. `format: pt` says that shapes are PyTorch's. @throws EngineFailure */
export async function writeSafetensors(file: string, tensors: Iterable<NamedTensor>): Promise<void> {
  const sorted = [...tensors].sort((a, b) => wideFirst(a, b) || (a.name < b.name ? -1 : 1))
  const header = new Map<string, unknown>([['__metadata__', { format: 'pt' }]])
  let end = 0
  for (const { name, dtype, shape, data } of sorted) {
    if (header.has(name)) throw new Error(`Two tensors are called ${name}.`)
    if (elementCount(shape) !== data.length) {
      throw new Error(`${name} of shape [${shape.join(', ')}] holds ${data.length} values.`)
    }
    header.set(name, { dtype: CODES[dtype], shape, data_offsets: [end, end + data.byteLength] })
    end += data.byteLength
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(header)), 'utf8')
  const padded = Buffer.alloc(Math.ceil(json.length / 8) * 8, ' ') // so that values start on eight bytes
  json.copy(padded)
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(padded.length))
  const temporary = temporaryName(file)
  const staged = await stageFile(temporary, file, [
    length,
    padded,
    ...sorted.map((tensor) => bytesOf(tensor)),
  ])
  await commitFiles([staged]).catch(async (error: unknown) => {
    await removeQuietly(temporary)
    throw error
  })
}

function wideFirst(a: NamedTensor, b: NamedTensor): number {
  return b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT
}
