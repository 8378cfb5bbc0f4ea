// Every trick that an archive can play, each as one archive: refused as a whole, with nothing outside of its folder.
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { pack, type Headers } from 'tar-stream'
import { beforeEach, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../testing/host-fixture.ts'
import { gatherFolder } from './gather.ts'
import { CAPS, type Caps } from './model-files.ts'
import { unpackArchive } from './unpack.ts'

let place = ''
let target = ''
beforeEach(() => {
  place = temporaryFolder()
  target = path.join(place, 'target')
  mkdirSync(target)
})

type Entry = Partial<Headers> & { name: string; content?: string | Buffer; pax?: Record<string, string> }

async function tarOf(entries: readonly Entry[]): Promise<Buffer> {
  const packing = pack()
  for (const { content, ...header } of entries) {
    if (header.type === undefined || header.type === 'file') packing.entry(header, content ?? 'x')
    else packing.entry(header)
  }
  packing.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of packing) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const everything = (): string[] =>
  readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(place, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((name) => name !== 'model.tar.gz')
    .sort()

async function unpack(bytes: Buffer, caps: Partial<Caps> = {}): Promise<string[]> {
  const file = path.join(place, 'model.tar.gz')
  writeFileSync(file, bytes)
  await unpackArchive(file, target, { signal: new AbortController().signal, caps: { ...CAPS, ...caps } })
  return everything()
}

async function refusal(bytes: Buffer, caps: Partial<Caps> = {}): Promise<string> {
  const outcome = await unpack(bytes, caps).then(
    (files) => `unpacked ${files.join(', ')}`,
    (error: unknown) => String(error),
  )
  expect(everything().filter((name) => !name.startsWith('target/'))).toEqual([])
  return outcome
}

/** As weights: nothing that shrinks. */
const weights = randomBytes(3_000_000)

const good: Entry[] = [
  { name: 'albert_base/', type: 'directory' },
  { name: 'albert_base/albert_config.json', content: '{}' },
  { name: 'albert_base/model.ckpt-best.index', content: 'index' },
]

describe('an archive', () => {
  test('gives the files of a checkpoint and leaves the others, gzipped or not', async () => {
    const entries: Entry[] = [
      ...good,
      { name: './albert_base/model.ckpt-best.data-00000-of-00001', content: weights },
      { name: 'albert_base/model.ckpt-best.meta', content: 'graph' },
      { name: 'albert_base/events.out.tfevents.1', content: 'log' },
      { name: 'albert_base/run.sh', content: 'rm -rf /' },
      { name: '._albert_config.json', content: 'what an archiver adds' },
    ]
    const expected = [
      'albert_config.json',
      'model.ckpt-best.data-00000-of-00001',
      'model.ckpt-best.index',
    ].map((name) => `target/albert_base/${name}`)
    const tar = await tarOf(entries)
    expect(await unpack(gzipSync(tar))).toEqual(expected)
    const unpacked = readFileSync(path.join(target, 'albert_base/model.ckpt-best.data-00000-of-00001'))
    expect(unpacked.equals(weights)).toBe(true)
    rmSync(target, { recursive: true })
    mkdirSync(target)
    expect(await unpack(tar)).toEqual(expected)
  })

  test('of several gzip members is one archive; what follows the last is not looked at (F57)', async () => {
    const tar = await tarOf(good)
    const members = [tar.subarray(0, 700), tar.subarray(700)].map((part) => gzipSync(part))
    expect(await unpack(Buffer.concat([...members, Buffer.alloc(64)]))).toHaveLength(2)
  })
})

describe('damage (F57)', () => {
  test.each([
    [
      'cut in the compressed data',
      (gz: Buffer) => gz.subarray(0, gz.length - 20),
      /arrived only in part|damaged/,
    ],
    ['cut within a file', (gz: Buffer) => gzipSync(gunzipSync(gz).subarray(0, 1700)), /ends in the middle/],
    [
      'a wrong checksum',
      (gz: Buffer) => Buffer.concat([gz.subarray(0, gz.length - 8), Buffer.alloc(8, 1)]),
      /damaged \(incorrect data check\)/,
    ],
    [
      'no archive at all',
      () => Buffer.from('<!doctype html><title>Log in</title>'.repeat(40)),
      /no tar archive/,
    ],
    ['an empty file', () => Buffer.alloc(0), /no tar archive, or an empty one/],
    ['gzip of something else', () => gzipSync(Buffer.alloc(5000, 'text ')), /no tar archive/],
  ])('%s', async (_, damage, sentence) => {
    expect(await refusal(damage(gzipSync(await tarOf(good))))).toMatch(sentence)
  })
})

describe('places outside (F59)', () => {
  test.each([
    ['above', '../model.index', /leads out of the archive/],
    ['above by detours', 'a/../../model.index', /leads out of the archive/],
    ['from the root', '/etc/model.index', /a place outside/],
    ['from a drive', 'C:/model.index', /a place outside/],
    ['above on Windows', '..\\model.index', /characters that some systems read as another place/],
    ['a name of two lines', 'a\nb.index', /characters that some systems read as another place/],
    ['a name of 100 KB', `${'n'.repeat(100_000)}.index`, /name is too long/],
    ['a name too long for a file', `${'n'.repeat(300)}.index`, /cannot be a file’s on every system/],
    ['the name of a device', 'con.index', /cannot be a file’s on every system/],
    ['a stream of a file', 'albert_config.json:stream.index', /cannot be a file’s on every system/],
  ])('%s', async (_, name, sentence) => {
    expect(await refusal(gzipSync(await tarOf([...good, { name }])))).toMatch(sentence)
  })

  test('a name with a zero byte, which an extended header can hold', async () => {
    const tar = await tarOf([{ name: 'x.index', pax: { path: 'model.index\0/../../x' } }])
    expect(await refusal(gzipSync(tar))).toMatch(/characters that some systems read|no tar archive/)
  })
})

describe('what is no file (F60)', () => {
  test.each([
    ['symlink', /is a symbolic link/],
    ['link', /is a hard link/],
    ['fifo', /is a pipe/],
    ['character-device', /is a device/],
    ['block-device', /is a device/],
  ] as const)('%s', async (type, sentence) => {
    const entry = { name: 'model.ckpt-best.index', type, linkname: '/etc/passwd' }
    expect(await refusal(gzipSync(await tarOf([...good, entry])))).toMatch(sentence)
  })

  test('a link and then a file through it', async () => {
    const entries: Entry[] = [
      { name: 'albert', type: 'symlink', linkname: '..' },
      { name: 'albert/model.index' },
    ]
    expect(await refusal(gzipSync(await tarOf(entries)))).toMatch(/is a symbolic link/)
  })

  test.each([
    ['the same name twice', ['a/model.index', 'a/model.index']],
    ['names that differ by case', ['a/model.index', 'A/Model.index']],
    ['names that differ by their Unicode form', ['a/caf\u00e9.index', 'a/cafe\u0301.index']],
    ['a file where a folder is', ['a/b/model.index', 'a/b']],
    ['a folder where a file is', ['a/model.index', 'a/model.index/x.json']],
  ])('%s', async (_, names) => {
    expect(await refusal(gzipSync(await tarOf(names.map((name) => ({ name })))))).toMatch(
      /twice, or two names/,
    )
  })
})

describe('bombs (F58, F61)', () => {
  test('a megabyte that becomes a hundred', async () => {
    const tar = await tarOf([
      { name: 'model.ckpt-best.data-00000-of-00001', content: Buffer.alloc(40_000_000) },
    ])
    expect(await refusal(gzipSync(tar))).toMatch(/more than 200 times its size/)
  })

  test('more than a model can take', async () => {
    const tar = await tarOf([
      { name: 'model.ckpt-best.data-00000-of-00001', content: Buffer.alloc(5_000_000) },
    ])
    expect(await refusal(tar, { total: 4_000_000 })).toMatch(/more than 4 MB/)
  })

  test('entries without end', async () => {
    const entries = Array.from({ length: 300 }, (_, at) => ({ name: `${at}.json` }))
    expect(await refusal(await tarOf(entries), { entries: 200 })).toMatch(/more than 200 entries/)
  })

  test('folders without end', async () => {
    const name = `${'d/'.repeat(1000)}model.index`
    expect(await refusal(await tarOf([{ name }]))).toMatch(/more than 8 folders deep/)
  })

  test('a header without end is not kept in memory', async () => {
    const tar = await tarOf([{ name: 'x.index', pax: { comment: 'c'.repeat(8_000_000) } }])
    expect(await refusal(tar)).toMatch(/headers go on for too long/)
  })
})

test('an import that is stopped ends in the middle', async () => {
  const file = path.join(place, 'model.tar.gz')
  writeFileSync(file, gzipSync(await tarOf(good)))
  const controller = new AbortController()
  controller.abort(new Error('enough'))
  await expect(unpackArchive(file, target, { signal: controller.signal })).rejects.toThrow()
})

describe('a folder', () => {
  const gather = (folder: string, caps: Partial<Caps> = {}) =>
    gatherFolder(folder, target, { signal: new AbortController().signal, caps: { ...CAPS, ...caps } })

  test('gives the files of a model, links to files included, and nothing hidden', async () => {
    const source = path.join(place, 'source')
    mkdirSync(path.join(source, 'snapshots'), { recursive: true })
    mkdirSync(path.join(source, '.git'))
    writeFileSync(path.join(source, 'blob'), '{"model_type":"albert"}')
    symlinkSync(path.join(source, 'blob'), path.join(source, 'snapshots/config.json'))
    symlinkSync(source, path.join(source, 'snapshots/around')) // would go on for ever
    writeFileSync(path.join(source, '.git/index.json'), '{}')
    writeFileSync(path.join(source, 'notes.pdf'), 'x')
    await gather(source)
    expect(everything().filter((name) => name.startsWith('target'))).toEqual(['target/snapshots/config.json'])
  })

  test('with more than a model can have is refused before anything is copied', async () => {
    const source = path.join(place, 'source')
    mkdirSync(source)
    for (let at = 0; at < 30; at++) writeFileSync(path.join(source, `${at}.json`), '{}')
    await expect(gather(source, { entries: 20 })).rejects.toThrow(
      /more than 20 files; choose the folder of one model/,
    )
    await expect(gather(source, { total: 20 })).rejects.toThrow(/choose the folder of one model/)
    expect(readdirSync(target)).toEqual([])
  })
})
