// Archives of benchmarks: what is wanted comes out, nothing else and nowhere else; and MRPC is split as GLUE splits it.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack, type Headers } from 'tar-stream'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../testing/host-fixture.ts'
import { zipOf } from '../testing/zip-of.ts'
import { splitMrpc } from './mrpc.ts'
import { expectAll, unpackKept } from './unpack-kept.ts'

const { signal } = new AbortController()

async function tarGz(entries: readonly (Headers & { content?: string })[]): Promise<Buffer> {
  const tar = pack()
  for (const { content, ...header } of entries) tar.entry(header, content ?? '')
  tar.finalize()
  return gzipSync(await buffer(tar))
}

/** An archive in a folder, and an empty folder beside it. */
function placed(bytes: Buffer, name = 'data.zip') {
  const parent = temporaryFolder()
  const archive = path.join(parent, name)
  const folder = path.join(parent, 'unpacked')
  writeFileSync(archive, bytes)
  mkdirSync(folder)
  return {
    parent,
    archive,
    folder,
    untouched: () => expect(readdirSync(parent).sort()).toEqual([name, 'unpacked']),
  }
}

test('of a zip only what is wanted is written, without the first folder', async () => {
  const { archive, folder } = placed(
    zipOf([
      { name: 'CoLA/', content: '' },
      { name: 'CoLA/train.tsv', content: 'rows' },
      { name: 'CoLA/original/raw/train.tsv' },
      { name: 'CoLA/run.sh' },
    ]),
  )
  expect(await unpackKept(archive, folder, ['CoLA/train.tsv'], signal)).toEqual(['train.tsv'])
  expect(readdirSync(folder)).toEqual(['train.tsv'])
  expect(readFileSync(path.join(folder, 'train.tsv'), 'utf8')).toBe('rows')
})

test('of a tar.gz the articles of RACE are written with their folders', async () => {
  const { archive, folder } = placed(
    await tarGz([
      { name: 'RACE/train/middle/1.txt', content: '{}' },
      { name: './RACE/dev/high/2.txt', content: '{}' },
      { name: 'RACE/._train', content: 'resource fork' },
    ]),
    'RACE.tar.gz',
  )
  const made = await unpackKept(archive, folder, ['RACE/*/*/*.txt'], signal)
  expect(made).toEqual(['train/middle/1.txt', 'dev/high/2.txt'])
  expect(() => expectAll(['RACE/*/*/*.txt'], made, 'RACE')).not.toThrow()
})

test.each(['../train.tsv', '/etc/train.tsv', 'CoLA/../../train.tsv', 'CoLA\\..\\train.tsv', 'C:/train.tsv'])(
  'F59 the entry %s of a zip writes nothing outside',
  async (name) => {
    const { archive, folder, untouched } = placed(zipOf([{ name }, { name: 'CoLA/train.tsv' }]))
    await unpackKept(archive, folder, ['*/train.tsv', '*/*/train.tsv'], signal).catch((error: unknown) =>
      expect(error).toMatchObject({ error: { code: 'bad-file' } }),
    )
    untouched()
    for (const made of readdirSync(folder)) expect(made).toBe('train.tsv')
  },
)

test('F60 links in an archive are never made', async () => {
  const zipped = placed(zipOf([{ name: 'CoLA/train.tsv', content: '/etc/passwd', mode: 0o120777 }]))
  expect(await unpackKept(zipped.archive, zipped.folder, ['CoLA/*'], signal)).toEqual([])
  const tarred = placed(
    await tarGz([
      { name: 'CoLA/train.tsv', type: 'symlink', linkname: '/etc/passwd' },
      { name: 'CoLA/dev.tsv', type: 'link', linkname: '/etc/passwd' },
    ]),
    'data.tar.gz',
  )
  expect(await unpackKept(tarred.archive, tarred.folder, ['CoLA/*'], signal)).toEqual([])
  expect([...readdirSync(zipped.folder), ...readdirSync(tarred.folder)]).toEqual([])
})

const caps = { bytes: 1e6, entries: 100, ratio: 200 }

test.each([
  [
    'F58 more bytes than the cap',
    [{ name: 'CoLA/train.tsv', content: Buffer.alloc(1_100_000, 'ab c') }],
    { ...caps, ratio: 1e9 },
    'unpacks to more than',
  ],
  [
    'F58 a bomb by its ratio',
    [{ name: 'CoLA/train.tsv', content: Buffer.alloc(5_000_000) }],
    { ...caps, bytes: 1e9 },
    'times its size',
  ],
  [
    'F61 more entries than the cap',
    Array.from({ length: 101 }, (_, index) => ({ name: `CoLA/${index}` })),
    caps,
    'more than 100 entries',
  ],
  ['F62 the same file twice', [{ name: 'CoLA/train.tsv' }, { name: 'CoLA/TRAIN.tsv' }], caps, 'twice'],
])('%s: refused in words', async (_, entries, some, words) => {
  const { archive, folder } = placed(zipOf(entries))
  const keep = ['CoLA/train.tsv', 'CoLA/TRAIN.tsv']
  await expect(unpackKept(archive, folder, keep, signal, { caps: some })).rejects.toThrow(words)
})

test.each([
  ['F57 no zip at all', Buffer.from('PK\u0003\u0004 and then nothing')],
  ['F57 a zip that is cut', zipOf([{ name: 'CoLA/train.tsv' }]).subarray(0, -10)],
])('%s: refused by its name', async (_, bytes) => {
  const { archive, folder } = placed(bytes)
  await expect(unpackKept(archive, folder, ['CoLA/train.tsv'], signal)).rejects.toMatchObject({
    error: { code: 'bad-file', file: 'data.zip' },
  })
})

test('F62 a benchmark that lacks a file is refused, naming it', () => {
  expect(() => expectAll(['CoLA/train.tsv', 'CoLA/dev.tsv'], ['train.tsv'], 'CoLA')).toThrow(
    'CoLA lacks CoLA/dev.tsv',
  )
})

test('MRPC is split by the ids of its dev rows, and the test rows are numbered', async () => {
  const folder = temporaryFolder()
  const write = (name: string, text: string): string => {
    writeFileSync(path.join(folder, name), text)
    return path.join(folder, name)
  }
  const head = '\ufeffQuality\t#1 ID\t#2 ID\t#1 String\t#2 String'
  const train = write('a.txt', `${head}\r\n1\t10\t11\tone\ttwo\r\n0\t20\t21\t"three\tfour\r\n`)
  const test = write('b.txt', `${head}\n1\t30\t31\tfive\tsix\n`)
  const ids = write('ids.tsv', '20\t21\n')
  expect(await splitMrpc([train, test, ids], folder)).toEqual(['train.tsv', 'dev.tsv', 'test.tsv'])
  const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8')
  expect(read('train.tsv')).toBe(`${head.slice(1)}\n1\t10\t11\tone\ttwo\n`)
  expect(read('dev.tsv')).toBe(`${head.slice(1)}\n0\t20\t21\t"three\tfour\n`)
  expect(read('test.tsv')).toBe('index\t#1 ID\t#2 ID\t#1 String\t#2 String\n0\t30\t31\tfive\tsix\n')
})
