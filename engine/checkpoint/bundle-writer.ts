// Tensors in, a TensorFlow V2 checkpoint out: one data file and its index, whole or not at all.
import { writeEntry, writeHeader } from './bundle-format.ts'
import { crc32c, maskCrc } from './crc32c.ts'
import { commitFiles, removeQuietly, stageFile, temporaryName, type StagedFile } from './durable-file.ts'
import { bytesOf, elementCount, type NamedTensor } from './named-tensor.ts'
import { writeTable } from './table-writer.ts'

const CHUNK_BYTES = 4 * 1024 * 1024

/**
 * Writes `<prefix>.data-00000-of-00001` and `<prefix>.index`, replacing what has these names. Values are summed and
 * written in pieces, so that other work goes on between; they must not change until this is done.
 * @throws EngineFailure 'disk-full' or 'write-failed' naming the file; then nothing of the new checkpoint is left
 * @throws Error when two tensors share a name or a shape does not fit its values: a fault of the caller
 */
export async function writeBundle(prefix: string, tensors: Iterable<NamedTensor>): Promise<void> {
  const { data, index } = await stageBundle(prefix, tensors, temporaryName(prefix))
  await commitFiles([data, index]).catch(async (error: unknown) => {
    for (const { temporary } of [data, index]) await removeQuietly(temporary)
    throw error
  })
}

/** The two files of a bundle at their final names. */
export function bundleFiles(prefix: string): { data: string; index: string } {
  return { data: `${prefix}.data-00000-of-00001`, index: `${prefix}.index` }
}

/** Writes both files under a temporary prefix, where they can be read back, and leaves the renaming to the caller. */
export async function stageBundle(
  prefix: string,
  tensors: Iterable<NamedTensor>,
  temporaryPrefix: string,
): Promise<{ data: StagedFile; index: StagedFile }> {
  const sorted = inOrder(tensors)
  const final = bundleFiles(prefix)
  const temporary = bundleFiles(temporaryPrefix)
  const entries = [{ key: Buffer.alloc(0), value: writeHeader({ num_shards: 1 }) }]
  const data = await stageFile(temporary.data, final.data, chunksOf(sorted, entries))
  try {
    return { data, index: await stageFile(temporary.index, final.index, [writeTable(entries)]) }
  } catch (error) {
    await removeQuietly(data.temporary)
    throw error
  }
}

type Keyed = { key: Buffer; tensor: NamedTensor }

/** Sorted by the bytes of the name, as TensorFlow writes them and the index wants them. */
function inOrder(tensors: Iterable<NamedTensor>): Keyed[] {
  const sorted = [...tensors].map((tensor) => ({ key: Buffer.from(tensor.name, 'utf8'), tensor }))
  sorted.sort((a, b) => Buffer.compare(a.key, b.key))
  sorted.forEach(({ key, tensor: { name, shape, data } }, i) => {
    if (name === '' || name.startsWith('\0'))
      throw new Error('A tensor has no name that a checkpoint can hold.')
    if (sorted[i + 1]?.key.equals(key)) throw new Error(`Two tensors are called ${name}.`)
    if (elementCount(shape) !== data.length) {
      throw new Error(`${name} of shape [${shape.join(', ')}] holds ${data.length} values.`)
    }
  })
  return sorted
}

/** The values of all tensors without gaps; adds each one's entry once its bytes have passed by. */
function* chunksOf(
  sorted: readonly Keyed[],
  entries: { key: Buffer; value: Uint8Array }[],
): Generator<Uint8Array> {
  let offset = 0
  for (const { key, tensor } of sorted) {
    const bytes = bytesOf(tensor)
    let crc = 0
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      const chunk = bytes.subarray(at, at + CHUNK_BYTES)
      crc = crc32c(chunk, crc)
      yield chunk
    }
    const { dtype, shape } = tensor
    entries.push({ key, value: writeEntry({ dtype, shape, offset, size: bytes.length, crc: maskCrc(crc) }) })
    offset += bytes.length
  }
}
