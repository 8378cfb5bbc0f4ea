// The character classes against the original's, on every code point that Unicode 11 to 15.1 treat alike.
import { expect, it } from 'vitest'
import { assignedTest } from '../testing/assigned.ts'
import { golden } from '../testing/golden.ts'
import {
  isChinese,
  isCombining,
  isControl,
  isDigit,
  isPunctuation,
  isWhitespace,
  splitAtSpace,
} from './characters.ts'

type Ranges = [number, number][]
const classes = golden('tokenization/char-classes.json') as Record<
  | 'stable'
  | 'whitespace'
  | 'control'
  | 'punctuation'
  | 'chinese'
  | 'str_split_space'
  | 'combining'
  | 'isdigit',
  Ranges
>

it.each([
  ['whitespace', isWhitespace],
  ['control', isControl],
  ['punctuation', isPunctuation],
  ['chinese', isChinese],
  ['str_split_space', (character: string) => splitAtSpace(character).length === 0],
  ['combining', isCombining],
  ['isdigit', isDigit],
] as const)('%s', (name, holds) => {
  const theirs = new Set(
    classes[name].flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, index) => first + index),
    ),
  )
  expect(theirs.size).toBeGreaterThan(0)
  const wrong: string[] = []
  const assigned = assignedTest()
  for (const [first, last] of classes.stable) {
    for (let codePoint = first; codePoint <= last; codePoint++) {
      if (!assigned(codePoint)) continue
      if (holds(String.fromCodePoint(codePoint)) !== theirs.has(codePoint))
        wrong.push(`U+${codePoint.toString(16)}`)
    }
  }
  expect(wrong).toEqual([])
})
