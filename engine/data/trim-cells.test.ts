// What nobody sees goes; what letters are written with stays.
import { expect, test } from 'vitest'
import { holdsInvisible, trimmed } from './trim-cells.ts'

test.each([
  ['\ufeffword', 'word'],
  [' \t word \u00a0\u3000', 'word'],
  ['po\u200bsi\u2060tive', 'positive'],
  ['soft\u00adhyphen', 'softhyphen'],
  ['\u200eleft to right\u200f', 'left to right'],
  ['a  b', 'a  b'],
  ['می\u200cخواهم', 'می\u200cخواهم'],
  ['👩\u200d🔬 works', '👩\u200d🔬 works'],
  ['', ''],
])('%j is read as %j', (cell, expected) => {
  expect(trimmed(cell)).toBe(expected)
})

test('spaces at the ends are no invisible characters: the model does not read them', () => {
  expect(holdsInvisible(' word ')).toBe(false)
  expect(holdsInvisible('wo\u200brd')).toBe(true)
})
