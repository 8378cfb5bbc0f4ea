// Rows of text in, how many of them are surely longer than a run's inputs may be out: a floor, known without the tokenizer.
import type { ColumnRef } from '../../../engine/spec/task-spec.ts'

export type SampledRows = { columns: readonly string[]; rows: readonly { cells: readonly string[] }[] }

/**
 * The fewest pieces that each row can become: one for each word, as no piece reaches over a space, and one for each of [CLS] and
 * [SEP]. The true number is larger.
 */
export function fewestPieces(
  { columns, rows }: SampledRows,
  text_a: ColumnRef,
  text_b: ColumnRef | null,
): number[] {
  const first = columnIndex(columns, text_a)
  const second = text_b === null ? null : columnIndex(columns, text_b)
  return rows.map(({ cells }) => {
    const words = wordCount(cells[first]) + (second === null ? 0 : wordCount(cells[second]))
    return words + (second === null ? 2 : 3)
  })
}

function columnIndex(columns: readonly string[], column: ColumnRef): number {
  if (typeof column === 'string') return columns.indexOf(column)
  return column < 0 ? columns.length + column : column
}

function wordCount(text: string | undefined): number {
  const trimmed = text?.trim() ?? ''
  return trimmed === '' ? 0 : trimmed.split(/\s+/).length
}
