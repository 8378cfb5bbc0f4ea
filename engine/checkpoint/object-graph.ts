// The object graph that a TF2 checkpoint carries in, the full name of the variable behind each of its keys out.
import { badCheckpoint } from './bad-checkpoint.ts'
import { readRanges, withShards } from './bundle-data.ts'
import type { Bundle } from './bundle-reader.ts'
import { Malformed, naming } from './malformed.ts'
import { protoFields, readLength, type Cursor } from './varint.ts'

const KEY = '_CHECKPOINTABLE_OBJECT_GRAPH'
const LARGEST_BYTES = 64 * 1024 * 1024

/** Empty where the checkpoint has no such graph, as TF1's have none. @throws EngineFailure 'bad-checkpoint' */
export async function fullNames(bundle: Bundle): Promise<Map<string, string>> {
  const [part] = bundle.places.get(KEY) ?? []
  const file = `${bundle.prefix}.index`
  if (part === undefined) return new Map()
  const { entry } = part
  if (entry.dtype !== 'string' || entry.size > LARGEST_BYTES)
    throw badCheckpoint(file, `${KEY} is ${entry.dtype} of ${entry.size} bytes and no object graph.`)
  const bytes = new Uint8Array(entry.size)
  await withShards(bundle, async (shardOf) => {
    // The checksum of a string counts its length in another way than the file holds it; the parts below are checked as they are read.
    for await (const _ of readRanges(shardOf, [{ name: KEY, entry, memory: () => bytes }]));
  })
  return naming(file, () => namesIn(onlyString(bytes)))
}

/** A tensor of one string: its length, four bytes of checksum over the length, the string. */
function onlyString(bytes: Uint8Array): Uint8Array {
  const cursor: Cursor = { bytes, at: 0 }
  const length = readLength(cursor, 'the length of the object graph')
  if (length !== bytes.length - cursor.at - CHECKSUM_BYTES)
    throw new Malformed(`the object graph says ${length} bytes and has ${bytes.length - cursor.at - 4}.`)
  return bytes.subarray(cursor.at + CHECKSUM_BYTES)
}

const CHECKSUM_BYTES = 4

/** TrackableObjectGraph: 1 nodes; a node: 2 attributes; an attribute: 2 full name, 3 key of the checkpoint. */
function namesIn(graph: Uint8Array): Map<string, string> {
  const names = new Map<string, string>()
  for (const node of messages(graph, 1, 'the object graph')) {
    for (const attribute of messages(node, 2, 'an object of the graph')) {
      const [name] = messages(attribute, 2, 'an attribute')
      const [key] = messages(attribute, 3, 'an attribute')
      if (name !== undefined && key !== undefined && name.length > 0)
        names.set(text(key), text(name).replace(/:0$/, ''))
    }
  }
  return names
}

function messages(bytes: Uint8Array, number: number, what: string): Uint8Array[] {
  return [...protoFields(bytes, what)].flatMap((field) =>
    field.number === number && 'bytes' in field ? [field.bytes] : [],
  )
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
}
