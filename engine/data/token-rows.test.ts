// Rows hold what the items hold, each where it was laid, and nothing else.
import { expect, test } from 'vitest'
import { ownRows, packRows } from './pack-rows.ts'
import { tokenRows } from './token-rows.ts'

function item(tokens: number, first: number) {
  const input_ids = Int32Array.from({ length: tokens }, (_, at) => first + at)
  return { input_ids, segment_ids: input_ids.map((_, at) => Number(at > 1)) }
}

const ITEMS = [item(2, 10), item(5, 20), item(3, 30)]

test('items in rows of their own are padded with 0, and rows that nothing lies in are empty', () => {
  const rows = tokenRows(ITEMS, { ...ownRows(3, 6), rows: 4 })
  expect([...rows.input_ids]).toEqual([
    ...[10, 11, 0, 0, 0, 0],
    ...[20, 21, 22, 23, 24, 0],
    ...[30, 31, 32, 0, 0, 0],
    ...[0, 0, 0, 0, 0, 0],
  ])
  expect([...rows.input_mask.subarray(0, 12)]).toEqual([1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0])
  expect([...rows.segment_ids.subarray(6, 12)]).toEqual([0, 0, 1, 1, 1, 0])
  expect(rows.packing).toBeNull()
})

test('packed items carry their number, their positions and where they begin', () => {
  const rows = tokenRows(ITEMS, packRows([2, 5, 3], 8), 4)
  expect(rows.rows).toBe(2)
  expect([...rows.input_ids]).toEqual([20, 21, 22, 23, 24, 30, 31, 32, 10, 11, 0, 0, 0, 0, 0, 0])
  expect([...rows.input_mask]).toEqual([1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 0, 0, 0, 0, 0, 0])
  expect([...(rows.packing?.position_ids ?? [])]).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 0, 1, 0, 0, 0, 0, 0, 0])
  expect([...(rows.packing?.first_places ?? [])]).toEqual([8, 0, 5, 0])
})
