// Every trick that a zip can play, each as one archive: refused as a whole, with nothing outside of its folder.
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../testing/host-fixture.ts'
import { zipOf } from '../testing/zip-of.ts'
import { CAPS, type Caps } from './model-files.ts'
import { unpackArchive } from './unpack.ts'

const good = { name: 'albert/albert_config.json', content: '{}' }

async function unpack(bytes: Buffer, caps: Partial<Caps> = {}, name = 'model.zip') {
  const place = temporaryFolder()
  const [file, target] = [path.join(place, name), path.join(place, 'target')]
  mkdirSync(target)
  writeFileSync(file, bytes)
  const told: [number, number][] = []
  const outcome = await unpackArchive(file, target, {
    signal: new AbortController().signal,
    onProgress: (done, total) => void told.push([done, total]),
    caps: { ...CAPS, ...caps },
  }).then(
    () => 'unpacked',
    (error: unknown) => String(error),
  )
  expect(readdirSync(place).sort()).toEqual([name, 'target'].sort())
  const files = readdirSync(target, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(target, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
  return { outcome, files: files.sort(), target, told }
}

test.each([
  ['a zip', {}],
  ['a zip in 64 bits', { zip64: true }],
])('%s is unpacked: what a model may consist of, byte for byte', async (_, how) => {
  const weights = randomBytes(3_000_000)
  const bytes = zipOf(
    [
      { name: 'albert/', content: '' },
      { ...good },
      { name: 'albert/model.ckpt-best.data-00000-of-00001', content: weights },
      { name: 'albert/run.sh' },
      { name: '__MACOSX/albert/._albert_config.json' },
    ],
    how,
  )
  const { outcome, files, target, told } = await unpack(bytes)
  expect(outcome).toBe('unpacked')
  expect(files).toEqual(['albert/albert_config.json', 'albert/model.ckpt-best.data-00000-of-00001'])
  expect(readFileSync(path.join(target, files[1] ?? '')).equals(weights)).toBe(true)
  expect(told.at(-1)?.[0]).toBe(told.at(-1)?.[1])
})

test('a disk without room is told before anything is written, with what it takes', async () => {
  const place = temporaryFolder()
  const [file, target] = [path.join(place, 'model.zip'), path.join(place, 'target')]
  mkdirSync(target)
  writeFileSync(file, zipOf([good, { name: 'albert/model.ckpt-best.index', content: 'x'.repeat(5_000_000) }]))
  const unpacking = unpackArchive(file, target, {
    signal: new AbortController().signal,
    caps: { ...CAPS, ratio: 10_000 },
    free: async () => 68_000_000, // 64 of them stay free in any case
  })
  await expect(unpacking).rejects.toMatchObject({
    error: {
      code: 'disk-full',
      message:
        'model.zip was not unpacked: that takes 5 MB, and the disk has 68 MB free. Free some space, then bring it again.',
    },
  })
  expect(readdirSync(target)).toEqual([])
})

test('it is known by what it is, not by its name; names with backslashes are folders', async () => {
  const { outcome, files } = await unpack(zipOf([{ name: 'albert\\config.json' }]), {}, 'model.tar.gz')
  expect(outcome).toBe('unpacked')
  expect(files).toEqual(['albert/config.json'])
})

const shared = zipOf([good, { name: 'albert/config.json' }])

test.each<[string, Buffer, RegExp]>([
  ['F57 nothing in it', zipOf([]), /empty zip archive/],
  ['F57 a zip that is cut', zipOf([good]).subarray(0, -20), /no zip archive, or it arrived only in part/],
  ['F57 damaged content', damaged(), /is damaged/],
  ['F57 a wrong checksum', zipOf([{ ...good, crc: 1 }]), /albert_config.json" is damaged/],
  ['F58 a size that is a lie', zipOf([{ ...good, bytes: 50 }]), /is damaged/],
  [
    'F58 a bomb by its ratio',
    zipOf([{ name: 'a/big.json', content: Buffer.alloc(9_000_000) }]),
    /200 times its size/,
  ],
  ['F58 a bomb of one content for many', overlapping(), /overlap, as in a zip bomb/],
  ['F59 a name above', zipOf([good, { name: '../config.json' }]), /leads out of the archive/],
  [
    'F59 a name above, in backslashes',
    zipOf([{ name: 'a\\..\\..\\config.json' }]),
    /leads out of the archive/,
  ],
  ['F59 a whole path', zipOf([{ name: '/etc/config.json' }]), /leads out of the archive/],
  ['F59 a drive', zipOf([{ name: 'C:/config.json' }]), /leads out of the archive|outside of the archive/],
  ['F60 a link', zipOf([{ name: 'a/config.json', content: '/etc/passwd', mode: 0o120777 }]), /symbolic link/],
  ['F60 a device', zipOf([{ name: 'a/config.json', mode: 0o020666 }]), /or a device/],
  ['F61 too deep', zipOf([{ name: 'a/b/c/d/e/f/g/h/config.json' }]), /more than 8 folders deep/],
  [
    'F62 a name twice',
    zipOf([good, { name: 'ALBERT/albert_config.json' }]),
    /twice, or two names that are one/,
  ],
  ['F62 a name of a device', zipOf([{ name: 'a/nul.json' }]), /cannot be a file’s on every system/],
  ['an encrypted entry', zipOf([{ ...good, flags: 1 }]), /is encrypted; unpack it with its password first/],
  ['another way to pack', zipOf([{ ...good, method: 14 }]), /packed in a way that is not read here/],
])('%s is refused in words, and nothing of it is outside', async (_, bytes, words) => {
  const { outcome } = await unpack(bytes)
  expect(outcome).toMatch(words)
  expect(outcome).toMatch(/model\.zip was not unpacked: .*Nothing of it was kept/s)
})

test('more entries, and more bytes, than the caps', async () => {
  expect((await unpack(shared, { entries: 1 })).outcome).toMatch(/more than 1 entries/)
  expect((await unpack(shared, { total: 5 })).outcome).toMatch(/unpacks to more than/)
})

function damaged(): Buffer {
  const bytes = zipOf([{ ...good, content: randomBytes(2000) }])
  bytes.fill(0xff, 70, 200)
  return bytes
}

/** Each entry says that its content is the one of the first. */
function overlapping(): Buffer {
  const content = Buffer.alloc(2_000_000, 'ab c')
  return zipOf(Array.from({ length: 5 }, (_, at) => ({ name: `a/${at}.json`, content, offset: 0 })))
}
