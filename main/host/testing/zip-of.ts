// Entries in, the bytes of a zip file with them out: also with names, sizes and places that no good program would write. For tests.
import { crc32, deflateRawSync } from 'node:zlib'

export type ZippedEntry = {
  name: string
  content?: string | Buffer
  /** Of Unix. */
  mode?: number
  /** In place of the right ones. */
  crc?: number
  bytes?: number
  /** Where its local header is said to be. */
  offset?: number
  flags?: number
  method?: number
}

/** @param zip64 writes sizes and places in 64 bits, as archives beyond 4 GB do */
export function zipOf(entries: readonly ZippedEntry[], { zip64 = false } = {}): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const { name, content = 'content', mode = 0o100644, flags = 0, method = 8, ...lies } of entries) {
    const bytes = Buffer.from(content)
    const packed = deflateRawSync(bytes)
    const file = Buffer.from(name)
    const offset = lies.offset ?? at
    const size = lies.bytes ?? bytes.length
    const extra = zip64 ? wide(size, packed.length, offset) : Buffer.alloc(0)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(zip64 ? 45 : 20, 0)
    common.writeUInt16LE(flags, 2)
    common.writeUInt16LE(method, 4)
    common.writeUInt32LE(lies.crc ?? crc32(bytes), 10)
    common.writeUInt32LE(zip64 ? 0xffffffff : packed.length, 14)
    common.writeUInt32LE(zip64 ? 0xffffffff : size, 18)
    common.writeUInt16LE(file.length, 22)
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, file, packed])
    common.writeUInt16LE(extra.length, 24)
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE((mode << 16) >>> 0, 6)
    rest.writeUInt32LE(zip64 ? 0xffffffff : offset, 10)
    const head = Buffer.concat([
      Buffer.from('PK\u0001\u0002'),
      Buffer.from([zip64 ? 45 : 20, 3]),
      common,
      rest,
    ])
    directory.push(head, file, extra)
    locals.push(local)
    at += local.length
  }
  const listed = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(zip64 ? 0xffff : entries.length, 4)
  end.writeUInt16LE(zip64 ? 0xffff : entries.length, 6)
  end.writeUInt32LE(zip64 ? 0xffffffff : listed.length, 8)
  end.writeUInt32LE(zip64 ? 0xffffffff : at, 12)
  const wideEnd = zip64 ? endOfZip64(entries.length, listed.length, at) : Buffer.alloc(0)
  return Buffer.concat([...locals, listed, wideEnd, Buffer.from('PK\u0005\u0006'), end])
}

function wide(...values: number[]): Buffer {
  const field = Buffer.alloc(4 + 8 * values.length)
  field.writeUInt16LE(1, 0)
  field.writeUInt16LE(8 * values.length, 2)
  values.forEach((value, index) => field.writeBigUInt64LE(BigInt(value), 4 + 8 * index))
  return field
}

function endOfZip64(count: number, listed: number, at: number): Buffer {
  const record = Buffer.alloc(56)
  record.write('PK\u0006\u0006', 0, 'latin1')
  record.writeBigUInt64LE(44n, 4)
  record.writeUInt16LE(45, 12)
  record.writeUInt16LE(45, 14)
  record.writeBigUInt64LE(BigInt(count), 24)
  record.writeBigUInt64LE(BigInt(count), 32)
  record.writeBigUInt64LE(BigInt(listed), 40)
  record.writeBigUInt64LE(BigInt(at), 48)
  const locator = Buffer.alloc(20)
  locator.write('PK\u0006\u0007', 0, 'latin1')
  locator.writeBigUInt64LE(BigInt(at + listed), 8)
  locator.writeUInt32LE(1, 16)
  return Buffer.concat([record, locator])
}
