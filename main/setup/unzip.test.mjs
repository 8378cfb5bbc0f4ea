import { readFile, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import zlib from 'node:zlib'
import { expect, test } from 'vitest'
import { unzip } from './unzip.mjs'
import { temporaryFolder } from './testing/temporary-folder.mjs'

/** @param {Record<string, string>} files */
function zip(files) {
  const parts = []
  const directory = []
  let offset = 0
  for (const [name, text] of Object.entries(files)) {
    const data = Buffer.from(text)
    const deflate = data.length > 20
    const packed = deflate ? zlib.deflateRawSync(data) : data
    const about = Buffer.alloc(26)
    about.writeUInt16LE(deflate ? 8 : 0, 4)
    about.writeUInt32LE(zlib.crc32(data), 10)
    about.writeUInt32LE(packed.length, 14)
    about.writeUInt32LE(data.length, 18)
    about.writeUInt16LE(name.length, 22)
    const local = [Buffer.from([0x50, 0x4b, 3, 4]), about, Buffer.from(name), packed]
    const entry = Buffer.alloc(14)
    entry.writeUInt32LE(offset, 10)
    directory.push(Buffer.from([0x50, 0x4b, 1, 2, 20, 0]), about, entry, Buffer.from(name))
    parts.push(...local)
    offset += Buffer.concat(local).length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, central, end])
}

test('the wanted files come out, stored or deflated, under the names they are given', async () => {
  const folder = await temporaryFolder()
  const archive = path.join(folder, 'x.zip')
  const long = 'the same words again '.repeat(5000)
  await writeFile(archive, zip({ 'a/small': 'hello', 'a/empty': '', 'b/long.h': long, 'c/not': 'no' }))
  let last = [0, 0]
  const names = await unzip(
    archive,
    folder,
    (name) => (name.startsWith('c/') ? undefined : `out/${name}`),
    (...now) => (last = now),
  )
  expect(names).toEqual(['out/a/small', 'out/a/empty', 'out/b/long.h'])
  expect(await readFile(path.join(folder, 'out/a/small'), 'utf8')).toBe('hello')
  expect(await readFile(path.join(folder, 'out/a/empty'), 'utf8')).toBe('')
  expect(await readFile(path.join(folder, 'out/b/long.h'), 'utf8')).toBe(long)
  expect(last[0]).toBe(last[1])
})

test('a truncated archive, a changed byte and a path that leads outside are refused', async () => {
  const folder = await temporaryFolder()
  const archive = path.join(folder, 'x.zip')
  const good = zip({ a: 'hello there' })
  await writeFile(archive, good)
  await truncate(archive, good.length - 30)
  await expect(unzip(archive, folder, (name) => name)).rejects.toThrow(/truncated/)
  const changed = Buffer.from(good)
  changed[32] = 0x58
  await writeFile(archive, changed)
  await expect(unzip(archive, folder, (name) => name)).rejects.toThrow(/damaged/)
  await writeFile(archive, zip({ '../outside': 'x' }))
  await expect(unzip(archive, folder, (name) => name)).rejects.toThrow(/outside/)
})
