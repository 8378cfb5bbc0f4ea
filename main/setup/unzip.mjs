// Reads a zip file (a Python wheel is one) and writes the entries that are wanted, checking each one's size and CRC.

import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import path from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import zlib from 'node:zlib'

const END_SIGNATURE = 0x06054b50
const ENTRY_SIGNATURE = 0x02014b50
const END_SIZE = 22
const LONGEST_COMMENT = 65_535
const STORED = 0
const DEFLATED = 8

/** @typedef {{ name: string, method: number, crc: number, packed: number, size: number, offset: number }} Entry */

/**
 * @param {string} archive
 * @param {string} folder
 * @param {(name: string) => string | undefined} nameFor the path below `folder` for an entry, undefined to leave it out
 * @param {(done: number, total: number) => void} [onProgress] bytes written
 * @returns {Promise<string[]>} the paths written
 */
export async function unzip(archive, folder, nameFor, onProgress = () => {}) {
  const file = await open(archive, 'r')
  try {
    const wanted = []
    for (const entry of await readEntries(file)) {
      const name = nameFor(entry.name)
      if (name !== undefined && !entry.name.endsWith('/')) wanted.push({ entry, name })
    }
    const total = wanted.reduce((sum, { entry }) => sum + entry.size, 0)
    let done = 0
    for (const { entry, name } of wanted) {
      const target = path.join(folder, name)
      if (path.relative(folder, target).startsWith('..'))
        throw new Error(`${archive} names a path outside: ${entry.name}`)
      await mkdir(path.dirname(target), { recursive: true })
      await extract(archive, file, entry, target, (bytes) => onProgress((done += bytes), total))
    }
    return wanted.map(({ name }) => name)
  } finally {
    await file.close()
  }
}

/**
 * @param {import('node:fs/promises').FileHandle} file
 * @returns {Promise<Entry[]>}
 */
async function readEntries(file) {
  const { size } = await file.stat()
  const tail = await readAt(
    file,
    Math.max(0, size - END_SIZE - LONGEST_COMMENT),
    Math.min(size, END_SIZE + LONGEST_COMMENT),
  )
  let end = tail.length - END_SIZE
  while (end >= 0 && tail.readUInt32LE(end) !== END_SIGNATURE) end -= 1
  if (end < 0) throw new Error('not a zip file, or a truncated one')
  const directory = await readAt(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12))
  /** @type {Entry[]} */
  const entries = []
  for (let at = 0; at < directory.length;) {
    if (directory.readUInt32LE(at) !== ENTRY_SIGNATURE)
      throw new Error('the directory of the zip file is damaged')
    const nameLength = directory.readUInt16LE(at + 28)
    entries.push({
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
      method: directory.readUInt16LE(at + 10),
      crc: directory.readUInt32LE(at + 16),
      packed: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
    })
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
  }
  return entries
}

/**
 * @param {string} archive
 * @param {import('node:fs/promises').FileHandle} file
 * @param {Entry} entry
 * @param {string} target
 * @param {(bytes: number) => void} onBytes
 */
async function extract(archive, file, entry, target, onBytes) {
  if (entry.method !== STORED && entry.method !== DEFLATED)
    throw new Error(`${entry.name} is packed in an unknown way`)
  const header = await readAt(file, entry.offset, 30)
  const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
  let size = 0
  let crc = 0
  const meter = new Transform({
    transform(/** @type {Buffer} */ chunk, _encoding, next) {
      size += chunk.length
      crc = zlib.crc32(chunk, crc)
      onBytes(chunk.length)
      next(undefined, chunk)
    },
  })
  const output = createWriteStream(target)
  if (entry.packed === 0) await pipeline([], meter, output)
  else {
    const packed = createReadStream(archive, { start, end: start + entry.packed - 1, highWaterMark: 1 << 18 })
    if (entry.method === STORED) await pipeline(packed, meter, output)
    else await pipeline(packed, zlib.createInflateRaw({ chunkSize: 1 << 18 }), meter, output)
  }
  if (size !== entry.size || crc !== entry.crc) throw new Error(`${entry.name} is damaged in the zip file`)
}

/**
 * @param {import('node:fs/promises').FileHandle} file
 * @param {number} position
 * @param {number} length
 */
async function readAt(file, position, length) {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await file.read(buffer, 0, length, position)
  if (bytesRead < length) throw new Error('the zip file is truncated')
  return buffer
}
