// The columns that a split's file has to have and its header in; where each lies and what it is called out.
import { basename } from 'node:path'
import { EngineFailure } from '../spec/errors.ts'
import type { ColumnRef, SplitFile } from '../spec/task-spec.ts'
import { saidFault } from './fault.ts'

type Role = 'guid' | 'text_a' | 'text_b' | 'label' | 'kept' | 'group'

export type ColumnPositions = {
  /** Position of each column that the file has to have; negative: from the end of the row. */
  at: Partial<Record<Role, number>>
  /** The number of cells that every row must have; null where longer rows are read. */
  width: number | null
  /** What to call a column in a message. */
  nameOf: (position: number) => string
}

/**
 * Looks the columns up in the header, exactly or but for surrounding spaces.
 * @param header the cells of the first row, or null where the file has none
 * @throws EngineFailure `bad-row` when a named column is not there
 */
export function findColumns(
  { file, columns, keep_rows, group_by }: SplitFile,
  header: string[] | null,
): ColumnPositions {
  const references: Record<Role, ColumnRef | null> = {
    ...columns,
    kept: keep_rows?.column ?? null,
    group: group_by ?? null,
  }
  const at: Partial<Record<Role, number>> = {}
  for (const [role, column] of Object.entries(references) as [Role, ColumnRef | null][]) {
    if (column !== null) at[role] = typeof column === 'number' ? column : positionOf(column, header, file)
  }
  // Who names columns relies on the header, so a row of another width is no row of this table. Who counts them relies on
  // the cells alone, and longer rows are read, as the original reads them.
  const named = Object.values(references).some((column) => typeof column === 'string')
  return {
    at,
    width: named && header !== null ? header.length : null,
    nameOf(position) {
      if (position < 0) return `column ${position} from the end`
      return header?.[position]?.trim() || `column ${position + 1}`
    },
  }
}

/** @throws EngineFailure `bad-row` when no column of the header is called so */
export function positionOf(column: string, header: string[] | null, file: string): number {
  const exact = header?.indexOf(column) ?? -1
  const names = header?.map((name) => name.trim()) ?? []
  const position = exact >= 0 ? exact : names.indexOf(column.trim())
  if (position >= 0) return position
  const has =
    header === null ? 'the file is read without a header' : `it has ${names.slice(0, 30).join(', ')}`
  const message = `${basename(file)} has no column ${column}; ${has}. Map the column anew, or correct the header.`
  throw new EngineFailure({
    code: 'bad-row',
    file,
    line: 1,
    column,
    message,
    fault: saidFault('missing-column'),
  })
}
