// What a cell holds is in the CSV, quoted where it must be, and nothing stays empty.
import { expect, test } from 'vitest'
import { csvOf } from './csv.ts'

test('commas, quotes and line breaks are quoted, numbers keep every digit', () => {
  const text = csvOf(
    ['name', 'score'],
    [
      ['a, "b"\nc', 0.912_731_234_5],
      ['随机', null],
    ],
  )
  expect(text).toBe('name,score\r\n"a, ""b""\nc",0.9127312345\r\n随机,\r\n')
})
