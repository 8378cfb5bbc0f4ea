// What is guessed of files as people have them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TASKS } from '../tasks/index.ts'
import { goldenPath } from '../testing/golden.ts'
import { labelsOf } from './guess-columns.ts'
import { guessFormat } from './guess-format.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'albert-guess-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('the GLUE files, whose mapping is known', () => {
  const files = TASKS.flatMap((task) =>
    (['train', 'dev'] as const).flatMap((split) => {
      const source = task.splits[split]
      // The sample's files lie in no folder of their own, and not here; those of SQuAD and RACE are no tables.
      return source !== null && /\/.*\.tsv$/.test(source.file) ? [{ task, source, name: source.file }] : []
    }),
  )
  it.each(files)('$name', async ({ task, source }) => {
    const found = await guessFormat(join(goldenPath('classifier/data'), source.file))
    expect(found.format).toEqual(task.format)
    expect(found.header).toBe(source.header)
    const position = (column: unknown) => {
      const at = typeof column === 'string' ? found.columns.indexOf(column) : (column as number | null)
      return at !== null && at < 0 ? found.columns.length + at : at
    }
    const { text_a, text_b, label } = source.columns
    expect([found.guess.text_a, found.guess.text_b, found.guess.label].map(position)).toEqual(
      [text_a, text_b, label].map(position),
    )
    expect(found.guess.kind).toBe(task.kind)
  })
})

describe('files of one’s own', () => {
  it('comma-separated, quoted, with a header', async () => {
    const found = await guess(
      'id,review,stars\n1,"Good, really","5"\n2,"He said ""no""",1\n3,"two\nlines of text",5\n4,bad film indeed,1\n',
    )
    expect(found).toMatchObject({
      format: { encoding: 'utf-8', delimiter: ',', quote: '"' },
      header: true,
      columns: ['id', 'review', 'stars'],
      guess: {
        kind: 'classification',
        text_a: 'review',
        text_b: null,
        label: 'stars',
        guid: 'id',
        labels: ['1', '5'],
      },
    })
    expect(found.rows[2]).toEqual({ line: 4, cells: ['3', 'two\nlines of text', '5'] })
    expect(found.rows[3]?.line).toBe(6)
  })
  it('semicolons, Windows’ western letters, no header', async () => {
    const found = await guess(
      Buffer.from(
        'Das Wetter ist schön heute;gut\nEs regnet über alles;schlecht\nDie Sonne scheint;gut\nGrauer Tag für alle;schlecht\n',
        'latin1',
      ),
    )
    expect(found).toMatchObject({
      format: { encoding: 'latin1', delimiter: ';', quote: '"' },
      header: false,
      columns: ['column 1', 'column 2'],
      guess: { text_a: 0, label: 1, guid: null, labels: ['gut', 'schlecht'] },
    })
  })
  it('Chinese in three encodings', async () => {
    const rows = [
      ['句子', '标签'],
      ['今天天气很好，我们去公园。', '好'],
      ['这部电影太糟糕了。', '坏'],
      ['服务员的态度不错。', '好'],
      ['再也不会来这里了。', '坏'],
    ]
    const text = `${rows.map((cells) => cells.join('\t')).join('\n')}\n`
    for (const [encoding, bytes] of [
      ['utf-8', Buffer.from(text)],
      ['utf-16le', Buffer.from(`\ufeff${text}`, 'utf16le')],
      ['utf-16be', Buffer.from(text, 'utf16le').swap16()],
      ['gb18030', CHINESE_GB],
    ] as const) {
      const found = await guess(bytes)
      expect(found.format, encoding).toEqual({ encoding, delimiter: '\t', quote: null })
      expect(
        found.rows.map(({ cells }) => cells),
        encoding,
      ).toEqual(rows.slice(1))
      expect(found.guess, encoding).toMatchObject({
        text_a: '句子',
        label: '标签',
        labels: ['坏', '好'].sort(),
      })
    }
  })
  it('scores with decimals make a regression', async () => {
    const found = await guess(
      `a\tb\tscore\n${[0.5, 1.25, 3, 4.75].map((score) => `one sentence here\tanother sentence there ${score}\t${score}`).join('\n')}\n`,
    )
    expect(found.guess).toMatchObject({ kind: 'regression', label: 'score', labels: [] })
  })
  it('plain lines of prose are one column, whatever commas they hold', async () => {
    const found = await guess('It rained, and rained, and rained.\nNobody came.\nAt last, the sun.\n')
    expect(found).toMatchObject({ columns: ['column 1'], guess: { text_a: 0, label: null } })
  })
  it('a long file: the cut line at the end is left out, and 100 rows are shown', async () => {
    const found = await guess(
      `text\tlabel\n${'a sentence of some words\tyes\nanother sentence of words\tno\n'.repeat(5000)}`,
    )
    expect(found.rows.length).toBe(100)
    expect(found.rows.every(({ cells }) => cells.length === 2)).toBe(true)
    expect(found.guess.labels).toEqual(['no', 'yes'])
  })
  it('what the person says is not guessed', async () => {
    const format = { encoding: 'utf-8', delimiter: '|', quote: null } as const
    expect(await guess('a,b|c\n', { format, header: false })).toMatchObject({
      format,
      header: false,
      rows: [{ line: 1, cells: ['a,b', 'c'] }],
    })
  })
  it('columns of the same name stay apart', async () => {
    const found = await guess('text,x,x,\nwords in a row,1,2,3\n', { header: true })
    expect(found.columns).toEqual(['text', 'x', 'x (2)', 'column 4'])
  })
  it('an empty file has nothing in it', async () => {
    expect(await guess('')).toMatchObject({ columns: [], rows: [], guess: { text_a: null, label: null } })
  })
  it('any bytes at all give an answer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const found = await guess(Buffer.from(bytes))
        expect(new Set(found.columns).size).toBe(found.columns.length)
      }),
      { numRuns: 200 },
    )
  })
})

it('surveys the labels of a whole file: one for each word, whatever its case, in an order that is always the same', async () => {
  const counts = (cells: string[]) =>
    new Map(cells.map((cell) => [cell, cells.filter((one) => one === cell).length]))
  expect(labelsOf(counts(['Yes', 'no', 'yes', 'yes']))).toEqual(['no', 'yes'])
  expect(labelsOf(counts(['10', '9', '9']))).toEqual(['9', '10'])
})

async function guess(content: string | Buffer, known: Parameters<typeof guessFormat>[1] = {}) {
  const file = join(folder, 'file')
  await writeFile(file, content)
  return guessFormat(file, known)
}

/** The Chinese table in GB 18030, which Node cannot write. */
const CHINESE_GB = Buffer.from(
  'bee4d7d309b1eac7a90abdf1ccecccecc6f8badcbac3a3acced2c3c7c8a5b9abd4b0a1a309bac30ad5e2b2bfb5e7d3b0ccabd4e3b8e2c1cba1a309bbb50ab7fecef1d4b1b5c4ccacb6c8b2bbb4eda1a309bac30ad4d9d2b2b2bbbbe1c0b4d5e2c0efc1cba1a309bbb50a',
  'hex',
)
