// A checkpoint that was verified in, some rows of a matrix in it at a time out: for one that is too large to be held.
import { closeSync, openSync, readSync } from 'node:fs'
import { badCheckpoint } from './bad-checkpoint.ts'
import { shardFile, unreadable } from './bundle-data.ts'
import type { Bundle } from './bundle-reader.ts'

export type RowReader = {
  /** Whether a variable lies in the file as one matrix of float32, row after row. */
  has(name: string): boolean
  /**
   * Fills an array with the values from a row on.
   * @throws EngineFailure 'bad-checkpoint' where the file cannot be read any more
   */
  read(name: string, row: number, into: Float32Array): void
  close(): void
}

/** Nothing is compared with its checksum here: that is done once, before. */
export function readRows(bundle: Bundle): RowReader {
  const files = new Map<number, { file: string; descriptor: number }>()
  const placeOf = (name: string) => {
    const [part, ...others] = bundle.places.get(name) ?? []
    const variable = bundle.variables.get(name)
    const [rows, columns, ...more] = variable?.shape ?? []
    if (part === undefined || others.length > 0 || rows === undefined || columns === undefined) return null
    return variable?.dtype === 'float32' && more.length === 0 ? { entry: part.entry, columns } : null
  }
  const open = (shard: number) => {
    const file = shardFile(bundle.prefix, shard, bundle.num_shards)
    const opened = files.get(shard) ?? { file, descriptor: trying(file, () => openSync(file, 'r')) }
    files.set(shard, opened)
    return opened
  }
  return {
    has: (name) => placeOf(name) !== null,
    read: (name, row, into) => {
      const place = placeOf(name)
      if (place === null) throw new Error(`${name} is not one matrix of float32.`)
      const { entry, columns } = place
      const offset = row * columns * into.BYTES_PER_ELEMENT
      if (offset + into.byteLength > entry.size) throw new Error(`${name} has no so many rows.`)
      const { file, descriptor } = open(entry.shard)
      fill(file, descriptor, into, entry.offset + offset)
    },
    close: () => {
      for (const { descriptor } of files.values()) closeSync(descriptor)
      files.clear()
    },
  }
}

function fill(file: string, descriptor: number, values: Float32Array, offset: number): void {
  for (let done = 0; done < values.byteLength;) {
    const left = new Uint8Array(values.buffer, values.byteOffset + done, values.byteLength - done)
    const read = trying(file, () => readSync(descriptor, left, 0, left.length, offset + done))
    if (read === 0) throw badCheckpoint(file, `it ends at byte ${offset + done}; it was longer a moment ago.`)
    done += read
  }
}

function trying<Result>(file: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw unreadable(error, file, 'It was read a moment ago.')
  }
}
