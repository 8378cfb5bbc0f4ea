// Large files are read in a thread of its own: with the same outcome, in bounded memory, and without holding up the host.
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { addFile, draft, heard, rows, startHost, temporaryFolder } from '../testing/host-fixture.ts'
import { measureTurns } from '../testing/longest-turn.ts'
import { createAside } from './aside.ts'
import { work, type InputOf } from './dataset-works.ts'
import type { Draft } from './draft-task.ts'

const none = new AbortController().signal
const LARGE = Infinity // bytes, as the files say
const quiet = { bytes: LARGE, signal: none, onBytes: () => undefined }

/** A file, as the host knows files, and a draft of it. */
function given(text: string | Buffer, more: Record<string, unknown> = {}): InputOf<'import'> {
  const folder = temporaryFolder()
  const file = path.join(folder, 'train.tsv')
  writeFileSync(file, text)
  const datasets = path.join(folder, 'datasets')
  mkdirSync(datasets)
  const wish = { ...draft('train'), ...more } as Draft
  return { draft: wish, files: { train: { path: file, name: 'train.tsv' } }, folder: datasets }
}

/** Rows of which some have something wrong with them. */
function mixed(count: number): string {
  const lines = Array.from({ length: count }, (_, row) => {
    if (row % 997 === 5) return 'one cell'
    if (row % 991 === 7) return `a text\tno such label ${row % 3}`
    if (row % 983 === 9) return '\tearly'
    if (row % 977 === 11) return `sentence ${row - 1}\tearly`
    return `sentence ${row}${row % 13 === 0 ? ' – naïve 标题' : ''}\t${row % 2 === 0 ? 'early' : 'modern'}`
  })
  return `sentence\tlabel\n${lines.join('\r\n')}\n`
}

test.each(['utf-8', 'utf-16le'] as const)(
  'a thread of its own finds in %s what this thread finds',
  async (encoding) => {
    const format = { delimiter: '\t', quote: null, encoding }
    const text = Buffer.from(mixed(20_000), encoding === 'utf-8' ? 'utf8' : 'utf16le')
    const input = given(text, { format, labels: ['early', 'modern'] })
    const size = statSync(input.files.train?.path ?? '').size
    const log: string[] = []
    let read = 0
    const onBytes = (bytes: number): void => void (read += bytes)
    const here = await work('check', input, { signal: none, onBytes: () => undefined })
    const there = await createAside((sentence) => log.push(sentence))('check', input, { ...quiet, onBytes })
    expect(there).toEqual(here)
    expect(here.code_counts).toMatchObject({
      'column-count': 21,
      'unknown-label': 21,
      'empty-text': 21,
      'conflicting-label': 10,
    })
    expect(read).toBe(size)
    expect(log).toEqual([])
  },
)

test('a dataset is made there, and a refusal keeps its reason', async () => {
  const aside = createAside(() => undefined)
  const record = await aside('import', given(rows(1000)), quiet)
  expect(record.splits).toMatchObject({ train: { rows: 800 }, dev: { rows: 200 } })
  const faulty = given(mixed(2000), { labels: ['early', 'modern'] })
  await expect(aside('import', faulty, quiet)).rejects.toMatchObject({
    error: { code: 'bad-file', file: 'train.tsv', line: 7, fault: { code: 'column-count' } },
  })
  expect(readdirSync(faulty.folder)).toEqual([])
})

test('the memory that it takes does not grow with the file', async () => {
  const long = `${'a sentence of a hundred letters, as they are, '.repeat(3)}\t`
  const lines = Array.from({ length: 100_000 }, (_, row) => `${row} ${long}${row % 2 === 0 ? 'a' : 'b'}\n`)
  const input = given(`sentence\tlabel\n${lines.join('')}`)
  const aside = createAside(() => undefined, { heap_megabytes: 40 }) // the rows would not fit
  expect((await aside('check', input, quiet)).rows).toEqual({ train: 100_000 })
})

test('what is cancelled ends, and leaves nothing behind', async () => {
  const input = given(rows(200_000))
  const controller = new AbortController()
  controller.abort()
  const watch = { ...quiet, signal: controller.signal }
  await expect(createAside(() => undefined)('import', input, watch)).rejects.toThrow()
  expect(readdirSync(input.folder)).toEqual([])
})

test('where no thread can be started the host does it, and says so', async () => {
  const log: string[] = []
  const program = path.join(temporaryFolder(), 'none.cjs')
  const aside = createAside((sentence) => log.push(sentence), { program })
  expect((await aside('check', given(rows(100)), quiet)).rows).toEqual({ train: 100 })
  expect(log).toEqual([expect.stringMatching(/^No thread could be started to read data \(.*none\.cjs/)])
})

test('the host has its hands free while a large file is read, and tells how far it is', async () => {
  const t = await startHost()
  const train = await addFile(t, rows(400_000))
  const end = measureTurns()
  const record = await t.host.handlers['datasets.import'](draft(train, { work_id: 'w' }))
  expect(end()).toBeLessThan(50)
  expect(record.splits.train?.rows).toBe(320_000)
  const told = heard(t, 'dataset.progress')
  expect(told.at(-1)).toMatchObject({ work_id: 'w', done: told[0]?.total })
  expect(t.log).toEqual([])
})
