// The table reader on small files of every kind, and on anything at all.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TextFormat } from '../spec/task-spec.ts'
import { readLines } from './lines.ts'
import { readTable } from './table.ts'
import type { TableRow } from './row.ts'

const TSV: TextFormat = { delimiter: '\t', quote: null, encoding: 'utf-8' }
const CSV: TextFormat = { delimiter: ',', quote: '"', encoding: 'utf-8' }

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'albert-table-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('a file without quoting', () => {
  it('ends rows at line feeds only and drops carriage returns', async () => {
    expect(await cellsOf('a\tb\r\nc\rd\te\nlast\u2028line\tf')).toEqual([
      ['a', 'b'],
      ['cd', 'e'],
      ['last\u2028line', 'f'],
    ])
  })
  it('takes quotes as they stand', async () => {
    expect(await cellsOf('"a \t1\nb" "" c\t0\n')).toEqual([
      ['"a ', '1'],
      ['b" "" c', '0'],
    ])
  })
  it('keeps blank lines inside, with their number, and drops those at the end', async () => {
    const rows = await rowsOf(Buffer.from('a\n\n\nb\n\n\r\n\n'), TSV)
    expect(rows.map(({ line, index, cells }) => [line, index, cells.length])).toEqual([
      [1, 0, 1],
      [2, 1, 0],
      [3, 2, 0],
      [4, 3, 1],
    ])
  })
  it('drops the byte order mark at the start of the file and nowhere else', async () => {
    expect(await cellsOf('\ufeffa\n\ufeffb\n')).toEqual([['a'], ['\ufeffb']])
  })
  it('marks NUL, overlong cells and undecodable lines, and reads on', async () => {
    const bytes = Buffer.concat([
      Buffer.from('ok\t1\na\0b\t2\n'),
      Buffer.from([0x63, 0xe9, 0x09, 0x33, 0x0a]),
      Buffer.from(`${'x'.repeat(131_073)}\t4\n${'😀'.repeat(131_072)}\t5\n`),
    ])
    const rows = await rowsOf(bytes, TSV)
    expect(rows.map(({ line, fault }) => [line, fault])).toEqual([
      [1, null],
      [2, { code: 'nul', column: 0 }],
      [3, { code: 'undecodable', column: null }],
      [4, { code: 'field-too-long', column: 0 }],
      [5, null],
    ])
  })
})

describe('a file with quoting', () => {
  it('reads delimiters, line ends and doubled quotes inside cells, and numbers rows by their first line', async () => {
    const rows = await rowsOf(Buffer.from('a,b\n"x\ny","say ""hi"", now"\nlast,1\n'), CSV)
    expect(rows).toEqual([
      { cells: ['a', 'b'], line: 1, index: 0, fault: null },
      { cells: ['x\ny', 'say "hi", now'], line: 2, index: 1, fault: null },
      { cells: ['last', '1'], line: 4, index: 2, fault: null },
    ])
  })
  it('takes all three line ends, mixed', async () => {
    expect(await cellsOf('a,b\r\nc,d\re,f\n', CSV)).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['e', 'f'],
    ])
  })
  it('says where a quote was opened that is never closed', async () => {
    const rows = await rowsOf(Buffer.from('a,b\n1,"2\n3,4\n5,6\n'), CSV)
    expect(rows.at(-1)).toMatchObject({ line: 2, fault: { code: 'unclosed-quote' } })
  })
  it('gives up on an open quote long before the file ends', async () => {
    const file = join(folder, 'open.csv')
    await writeFile(file, `a,b\n"${'word and word\n'.repeat(3_000_000)}`) // 42 MB
    const before = process.memoryUsage().rss
    const rows = await all(readTable(file, CSV))
    expect(rows.at(-1)?.fault?.code).toBe('unclosed-quote')
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000)
  })
  it('marks the row that holds an undecodable line', async () => {
    const rows = await rowsOf(
      Buffer.concat([Buffer.from('a,b\n"x\n'), Buffer.from([0xe9, 0x0a]), Buffer.from('y",2\nz,3\n')]),
      CSV,
    )
    expect(rows.map(({ line, fault }) => [line, fault?.code ?? null])).toEqual([
      [1, null],
      [2, 'undecodable'],
      [5, null],
    ])
  })
})

describe('encodings', () => {
  const text = 'Größe\t“quoted”\n中文，文本\t😀\n'
  const cells = text
    .split('\n')
    .slice(0, 2)
    .map((line) => line.split('\t'))
  it.each(['utf-16le', 'utf-16be'] as const)('%s, with and without a byte order mark', async (encoding) => {
    for (const mark of ['', '\ufeff']) {
      const bytes = Buffer.from(mark + text, 'utf16le')
      expect(await cellsOf(encoding === 'utf-16be' ? bytes.swap16() : bytes, { ...TSV, encoding })).toEqual(
        cells,
      )
    }
  })
  it('utf-16 with half a character at the end', async () => {
    const rows = await rowsOf(Buffer.concat([Buffer.from('a\nb', 'utf16le'), Buffer.from([0x41])]), {
      ...TSV,
      encoding: 'utf-16le',
    })
    expect(rows.map(({ fault }) => fault?.code ?? null)).toEqual([null, 'undecodable'])
  })
  it('gb18030', async () => {
    const bytes = Buffer.from([0xd6, 0xd0, 0xce, 0xc4, 0x09, 0x81, 0x30, 0x84, 0x36, 0x0a])
    expect(await cellsOf(bytes, { ...TSV, encoding: 'gb18030' })).toEqual([['中文', '\u00a5']])
    expect(
      (await rowsOf(Buffer.from([0x61, 0x0a, 0x81, 0x0a]), { ...TSV, encoding: 'gb18030' }))[1]?.fault?.code,
    ).toBe('undecodable')
  })
  it('latin1, with the quotes that Windows adds', async () => {
    expect(
      await cellsOf(Buffer.from([0x93, 0x47, 0xf6, 0x94, 0x09, 0x80, 0x0a]), { ...TSV, encoding: 'latin1' }),
    ).toEqual([['“Gö”', '€']])
  })
})

describe('long lines', () => {
  it('are skipped in bounded memory, and the lines behind them keep their numbers', async () => {
    for (const encoding of ['utf-8', 'utf-16le', 'utf-16be'] as const) {
      const bytes = Buffer.from(
        `a\n${'x'.repeat(700_001)}\nb\n${'y'.repeat(700_000)}`,
        encoding === 'utf-8' ? 'utf8' : 'utf16le',
      )
      const file = join(folder, `long-${encoding}`)
      await writeFile(file, encoding === 'utf-16be' ? bytes.swap16() : bytes)
      const lines = []
      for await (const some of readLines(file, encoding, { longest: 1000 })) lines.push(...some)
      expect(lines, encoding).toEqual([
        { text: 'a', line: 1, fault: null },
        { text: '', line: 2, fault: 'line-too-long' },
        { text: 'b', line: 3, fault: null },
        { text: '', line: 4, fault: 'line-too-long' },
      ])
    }
  })
})

it('stops when it is told to', async () => {
  const file = join(folder, 'big.tsv')
  await writeFile(file, 'row\t1\n'.repeat(100_000))
  const abort = new AbortController()
  let rows = 0
  const reading = async () => {
    for await (const row of readTable(file, TSV, { signal: abort.signal })) {
      rows = row.index
      abort.abort()
    }
  }
  await expect(reading()).rejects.toMatchObject({ name: 'AbortError' })
  expect(rows).toBeLessThan(99_999)
})

describe('anything at all', () => {
  const cell = fc.string({ unit: 'grapheme', maxLength: 12 })

  it('written without quoting is read back as it was', async () => {
    const plain = cell.map((text) => text.replace(/[\t\n\r\0]/g, ' '))
    const table = fc.array(fc.array(plain, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(table, fc.constantFrom('utf-8', 'utf-16le'), async (rows, encoding) => {
        const text = rows
          .map((cells) => `${cells.join('\t')}\n`)
          .join('')
          .replace(/^\ufeff/, '')
        const expected = text
          .split('\n')
          .slice(0, -1)
          .map((line) => line.split('\t'))
        const bytes = Buffer.from(text, encoding === 'utf-8' ? 'utf8' : 'utf16le')
        expect(await cellsOf(bytes, { ...TSV, encoding })).toEqual(expected)
      }),
      { numRuns: 100 },
    )
  })

  it('written with quoting is read back as it was', async () => {
    const table = fc.array(
      fc.array(
        cell.map((text) => text.replace(/\0/g, '')),
        { minLength: 2, maxLength: 4 },
      ),
      { minLength: 1, maxLength: 8 },
    )
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const text = rows
          .map((cells) => `${cells.map((one) => `"${one.replaceAll('"', '""')}"`).join(',')}\n`)
          .join('')
        expect(await cellsOf(text, CSV)).toEqual(rows)
      }),
      { numRuns: 100 },
    )
  })

  it('in bytes is read to the end: no crash, no hang, every line accounted for', async () => {
    const formats = fc.record({
      delimiter: fc.constantFrom('\t', ',', ';'),
      quote: fc.constantFrom(null, '"'),
      encoding: fc.constantFrom<TextFormat['encoding'][]>(
        'utf-8',
        'utf-16le',
        'utf-16be',
        'gb18030',
        'latin1',
      ),
    })
    const odd = fc.constantFrom(0x0a, 0x0d, 0x00, 0x22, 0x09, 0x2c, 0xff, 0xfe, 0xe9, 0xd8, 0x81)
    const bytes = fc.array(fc.oneof(odd, fc.nat(255)), { maxLength: 200 }).map((list) => Buffer.from(list))
    await fc.assert(
      fc.asyncProperty(bytes, formats, async (content, format) => {
        const rows = await rowsOf(content, format)
        expect(rows.map(({ index }) => index)).toEqual(rows.map((_, index) => index))
        const lines = rows.map(({ line }) => line)
        expect(lines).toEqual([...lines].sort((a, b) => a - b))
        if (format.quote === null) expect(lines).toEqual(rows.map((_, index) => index + 1))
      }),
      { numRuns: 200 },
    )
  })
})

async function rowsOf(bytes: Buffer, format: TextFormat): Promise<TableRow[]> {
  const file = join(folder, 'table')
  await writeFile(file, bytes)
  return all(readTable(file, format))
}

async function cellsOf(content: string | Buffer, format = TSV): Promise<string[][]> {
  const rows = await rowsOf(Buffer.isBuffer(content) ? content : Buffer.from(content), format)
  expect(rows.filter(({ fault }) => fault !== null)).toEqual([])
  return rows.map(({ cells }) => cells)
}

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const value of values) list.push(value)
  return list
}
