// The floor under a row's length counts its words and the special pieces, by the columns that the task reads.
import { expect, test } from 'vitest'
import { fewestPieces } from './row-lengths.ts'

const sampled = {
  columns: ['id', 'one', 'other'],
  rows: [{ cells: ['7', 'a b  c', ' d '] }, { cells: ['8', '', 'e'] }],
}

test('a pair has three special pieces, a single text two', () => {
  expect(fewestPieces(sampled, 'one', 'other')).toEqual([7, 4])
  expect(fewestPieces(sampled, 1, null)).toEqual([5, 2])
})

test('a negative column counts from the end', () => {
  expect(fewestPieces(sampled, -2, null)).toEqual([5, 2])
})
