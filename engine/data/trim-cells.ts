// A row in, the same without what nobody sees in its cells out: spaces at the ends, byte order marks, spaces without width.
import type { TextFormat } from '../spec/task-spec.ts'
import type { TableRow } from './row.ts'

/** U+200B space without width, U+2060 word joiner, U+FEFF byte order mark, U+00AD hyphen that shows at line ends only. */
const INVISIBLE = /[\u200b\u2060\ufeff\u00ad]/g
/** At the ends those that join letters mean nothing either: U+200C, U+200D, and the marks of a direction. */
const ENDS = /^[\s\u200c-\u200f]+|[\s\u200c-\u200f]+$/g
/** Texts of one byte a letter hold none of these, so that asking them costs nothing. */
const HOLDS_INVISIBLE = /[\u200b\u2060\ufeff]/

/** Whether a cell holds a character that nobody sees and that a model reads. */
export function holdsInvisible(cell: string): boolean {
  return HOLDS_INVISIBLE.test(cell)
}

export function trimmed(cell: string): string {
  return cell.replace(INVISIBLE, '').replace(ENDS, '')
}

/** For the rows below the header; what does nothing where the format does not ask for it. */
export function trimmer({ trim }: TextFormat): (row: TableRow) => TableRow {
  return trim === true ? (row) => ({ ...row, cells: row.cells.map(trimmed) }) : (row) => row
}
