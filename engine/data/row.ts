// A row of a table as it is read, before anyone knows what its columns mean.

export type RowFault =
  'undecodable' | 'line-too-long' | 'nul' | 'field-too-long' | 'unclosed-quote' | 'bad-quoting' | 'bad-json'

export type TableRow = {
  /** Empty for a blank line. */
  cells: string[]
  /** Line on which the row starts, from 1. */
  line: number
  /** Rows before it in the file, the header included. */
  index: number
  /** The position of the cell to blame from 0, where one cell is; null where the whole row is. */
  fault: { code: RowFault; column: number | null } | null
}

export type UnnumberedRow = Omit<TableRow, 'index'>

/** The longest cell, in code points: the limit of Python's csv module, which the original reads with. */
export const LONGEST_FIELD = 131_072
