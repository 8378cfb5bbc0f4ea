// Lengths in, where each lies in rows of one length out: side by side, so that little of a row stays empty.

/** Where the items of a batch lie; `packed` says whether a row may hold several of them. */
export type Layout = {
  rows: number
  row_length: number
  /** The row of each item. */
  row_of: Int32Array
  /** The place in that row where it begins. */
  start_of: Int32Array
  packed: boolean
}

/** First fit, longest first; the same for the same lengths. @throws RangeError when one is longer than a row */
export function packRows(lengths: ArrayLike<number>, row_length: number): Layout {
  const lengthOf = (item: number): number => lengths[item] ?? 0
  const order = Array.from(lengths, (_, item) => item).sort((a, b) => lengthOf(b) - lengthOf(a) || a - b)
  const filled: number[] = []
  const layout = emptyLayout(lengths.length, row_length, true)
  for (const item of order) {
    const length = lengthOf(item)
    if (length > row_length) throw new RangeError(`${length} tokens do not fit a row of ${row_length}.`)
    let row = 0
    while ((filled[row] ?? 0) + length > row_length) row++
    layout.row_of[item] = row
    layout.start_of[item] = filled[row] ?? 0
    filled[row] = (filled[row] ?? 0) + length
  }
  return { ...layout, rows: filled.length }
}

/** Each item in a row of its own, in their order. */
export function ownRows(items: number, row_length: number): Layout {
  const layout = emptyLayout(items, row_length, false)
  return { ...layout, rows: items, row_of: layout.row_of.map((_, item) => item) }
}

function emptyLayout(items: number, row_length: number, packed: boolean): Layout {
  return { rows: 0, row_length, row_of: new Int32Array(items), start_of: new Int32Array(items), packed }
}
