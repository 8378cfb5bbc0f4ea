// The page FIDELITY.md in: every test that it names exists, and every claim names one.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What the page may say of an item. A claim has to name a test that shows it; the others need none. */
const VERDICTS = {
  same: true,
  fixed: true,
  covered: true,
  'not yet shown': false,
  'no test': false,
  'not yet': false,
  'not applicable': false,
} as const
type Verdict = keyof typeof VERDICTS

type Row = { line: number; item: string; verdict: string; tests: { file: string; title: string }[] }

/** Rows of the tables: item | verdict | what there is to say | `file` “title” “title” … */
function rowsOf(page: string): Row[] {
  return page.split('\n').flatMap((text, index) => {
    const cells = text.startsWith('|')
      ? text
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim())
      : []
    const [item = '', verdict = '', , tests = ''] = cells
    if (cells.length === 0 || item === 'item' || /^-+$/.test(item)) return []
    let file = ''
    const named = [...tests.matchAll(/`([^`]+)`|“([^”]*)”/g)].flatMap(([, path, title]) => {
      file = path ?? file
      return title === undefined ? [] : [{ file, title }]
    })
    return [
      {
        line: index + 1,
        item,
        verdict: cells.length === 4 ? verdict : `${cells.length} cells`,
        tests: named,
      },
    ]
  })
}

/** Whether a title stands in a test file as a string of its own. */
function holds(source: string, title: string): boolean {
  return ["'", '"', '`'].some((quote) => source.includes(quote + title + quote))
}

describe('FIDELITY.md', () => {
  const rows = rowsOf(readFileSync(`${root}engine/FIDELITY.md`, 'utf8'))

  test('is read: its tables have rows, verdicts and tests', () => {
    expect(rows.length).toBeGreaterThan(150)
    expect(rows.flatMap(({ tests }) => tests).length).toBeGreaterThan(150)
    const unknown = rows.filter(({ verdict }) => !Object.keys(VERDICTS).includes(verdict))
    expect(unknown.map(({ line, verdict }) => `line ${line}: ${verdict}`)).toEqual([])
    expect(rows.filter(({ item }) => item === '').map(({ line }) => line)).toEqual([])
  })

  test('names a test for every claim, and none where there is nothing', () => {
    const wrong = rows.filter(({ verdict, tests }) => VERDICTS[verdict as Verdict] !== tests.length > 0)
    expect(wrong.map(({ line, verdict, item }) => `line ${line}: ${item}: ${verdict}`)).toEqual([])
  })

  test('names tests that exist', () => {
    const sources = new Map<string, string | null>()
    const sourceOf = (file: string): string | null => {
      const path = root + file
      const isTest = /\.test\.tsx?$/.test(file) && existsSync(path)
      const source = sources.get(file) ?? (isTest ? readFileSync(path, 'utf8') : null)
      sources.set(file, source)
      return source
    }
    const missing = rows.flatMap(({ line, tests }) =>
      tests.flatMap(({ file, title }) => {
        const source = sourceOf(file)
        if (source === null) return [`line ${line}: there is no test file ${file}`]
        return holds(source, title) ? [] : [`line ${line}: ${file} has no “${title}”`]
      }),
    )
    expect(missing).toEqual([])
  })
})

test('a row is read with all the tests that it names', () => {
  expect(
    rowsOf(
      '| item | verdict | how | test |\n|---|---|---|---|\n| a | same | b | `x.test.ts` “c” “d”; `y.test.ts` “e” |\n',
    ),
  ).toEqual([
    {
      line: 3,
      item: 'a',
      verdict: 'same',
      tests: [
        { file: 'x.test.ts', title: 'c' },
        { file: 'x.test.ts', title: 'd' },
        { file: 'y.test.ts', title: 'e' },
      ],
    },
  ])
  expect(holds(`test("it's", () => 1)`, `it's`)).toBe(true)
  expect(holds(`test('longer title', () => 1)`, 'title')).toBe(false)
})
