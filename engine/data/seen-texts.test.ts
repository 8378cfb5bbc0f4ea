// Texts and ids that come twice are told with the line of the first, however many there are.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSeenIds } from './seen-ids.ts'
import { createSeenTexts } from './seen-texts.ts'

test('texts are remembered as a map remembers them, over every growth of the table', () => {
  const seen = createSeenTexts()
  const map = new Map<string, number>()
  for (let line = 1; line <= 20_000; line++) {
    const text = `row ${(line * 7919) % 15_000}`
    expect(seen.add(text, line, line % 3)?.line ?? null).toBe(map.get(text) ?? null)
    if (!map.has(text)) map.set(text, line)
  }
  expect(seen.find('row 7919')).toEqual({ line: 1, mark: 1 })
  expect(seen.find('row')).toBeNull()
})

test('what is too much to be remembered is new, and nothing is forgotten', () => {
  const seen = createSeenTexts(2)
  expect(['a', 'b', 'c', 'c', 'a'].map((text, index) => seen.add(text, index + 1, 0)?.line ?? null)).toEqual([
    null,
    null,
    null,
    null,
    1,
  ])
})

test('ids are told apart as a map tells them, counted ones and any others', () => {
  const id = fc.oneof(fc.nat(30).map(String), fc.constantFrom('', '01', 'x', '-1', '9007199254740993'))
  const counted = fc.nat(40).map((count) => Array.from({ length: count }, (_, at) => String(at + 3)))
  fc.assert(
    fc.property(counted, fc.array(id, { maxLength: 60 }), fc.boolean(), (start, more, gap) => {
      const seen = createSeenIds()
      const map = new Map<string, number>()
      for (const [at, one] of [...start, ...more].entries()) {
        const line = at + 2 + (gap && at > 20 ? 1 : 0)
        expect(seen(one, line)).toBe(map.get(one) ?? null)
        if (!map.has(one)) map.set(one, line)
      }
    }),
  )
})
