// Rows of ids of different lengths in, one block of typed arrays out, padded at the end.

export type TokenRows = {
  input_ids: Int32Array // [B, T], row-major
  input_mask: Int32Array // [B, T]; 0 on padding
  segment_ids: Int32Array // [B, T]
  batch_size: number // B
  seq_length: number // T
}

/** @param seq_length at least as long as the longest row */
export function tokenRows(
  rows: readonly { input_ids: Int32Array; segment_ids: Int32Array }[],
  seq_length: number,
): TokenRows {
  const size = rows.length * seq_length
  const block: TokenRows = {
    input_ids: new Int32Array(size),
    input_mask: new Int32Array(size),
    segment_ids: new Int32Array(size),
    batch_size: rows.length,
    seq_length,
  }
  rows.forEach(({ input_ids, segment_ids }, row) => {
    const start = row * seq_length
    block.input_ids.set(input_ids, start)
    block.input_mask.fill(1, start, start + input_ids.length)
    block.segment_ids.set(segment_ids, start)
  })
  return block
}
