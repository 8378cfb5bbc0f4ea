// Ids of different lengths and where they lie in, one block of typed arrays out; what nothing lies on is padding.
import type { Layout } from './pack-rows.ts'

export type TokenRows = {
  input_ids: Int32Array // [R, S], row-major
  /** 0 on padding; on a token 1, or, packed, the number of its item in the row, from 1. */
  input_mask: Int32Array // [R, S]
  segment_ids: Int32Array // [R, S]
  rows: number // R
  row_length: number // S
  packing: { position_ids: Int32Array; first_places: Int32Array } | null // [R, S], [places]
}

/** @param places how many first places are named, where the rows are packed; those behind the last item are 0 */
export function tokenRows(
  items: readonly { input_ids: Int32Array; segment_ids: Int32Array }[],
  { rows, row_length, row_of, start_of, packed }: Layout,
  places = items.length,
): TokenRows {
  const size = rows * row_length
  const block = {
    input_ids: new Int32Array(size),
    input_mask: new Int32Array(size),
    segment_ids: new Int32Array(size),
    rows,
    row_length,
  }
  const position_ids = new Int32Array(packed ? size : 0)
  const first_places = new Int32Array(packed ? places : 0)
  const in_row = new Int32Array(rows)
  items.forEach(({ input_ids, segment_ids }, item) => {
    const row = row_of[item] ?? 0
    const start = row * row_length + (start_of[item] ?? 0)
    const number = (in_row[row] ?? 0) + 1
    in_row[row] = number
    block.input_ids.set(input_ids, start)
    block.input_mask.fill(number, start, start + input_ids.length)
    block.segment_ids.set(segment_ids, start)
    if (!packed) return
    for (let at = 0; at < input_ids.length; at++) position_ids[start + at] = at
    first_places[item] = start
  })
  return { ...block, packing: packed ? { position_ids, first_places } : null }
}
