// The first rows of a table in; whether the first is a header, and which columns are text, label and id, out.
import { preprocessText } from '../text/preprocess-text.ts'

export type ColumnRoles = {
  kind: 'classification' | 'regression'
  /** Positions from 0. */
  text_a: number | null
  text_b: number | null
  label: number | null
  guid: number | null
  /** The labels seen, in the order in which they would get their ids; empty for regression. */
  labels: string[]
}
type Rows = readonly (readonly string[])[]

const ID_NAME = /^(id|idx|index|guid|uid|pair_?id|row(_?id)?|编号|序号)$/i
const LABEL_NAME =
  /^(labels?|label_?id|class|category|gold_?label|score|similarity|sentiment|target|polarity|stars?|rating|is_?duplicate|quality|era|标签|类别|情感|分数)$/i
const FIRST_TEXT_NAME = /^(sentence_?1|text_?(a|1)|question_?1|premise|query|context|s1|#1 string|句子1)$/i
const SECOND_TEXT_NAME = /^(sentence_?2|text_?(b|2)|question_?2|hypo(thesis)?|answer|s2|#2 string|句子2)$/i
const TEXT_NAME =
  /^(sentences?|texts?|question|review|content|comment|body|title|message|utterance|tweet|phrase|文本|内容|评论|句子)$/i
const KNOWN_NAMES = [ID_NAME, LABEL_NAME, FIRST_TEXT_NAME, SECOND_TEXT_NAME, TEXT_NAME]

const MOST_LABELS = 50

/**
 * A header has a name that says so, or stands out from the column below it; it has no numbers, no empty and no equal cells.
 * A row that stands alone is one when it may be: a table of one example is nothing to learn from.
 */
export function hasHeader(rows: Rows): boolean {
  const [first = [], ...body] = rows
  const names = first.map((cell) => cell.trim())
  if (names.some((name) => name === '' || isNumber(name) || name.length > 64)) return false
  if (new Set(names).size < names.length) return false
  if (body.length === 0) return names.length > 1
  if (names.some((name) => KNOWN_NAMES.some((known) => known.test(name)))) return true
  return names.some((name, column) => {
    const { numeric, values, distinct } = describe(body, column)
    if (values === 0) return false
    return numeric || (distinct.size <= MOST_LABELS && distinct.size * 3 <= values && !distinct.has(name))
  })
}

/** @param names of the columns; empty where the table has no header */
export function guessRoles(rows: Rows, names: readonly string[]): ColumnRoles {
  const width = rows.reduce((most, cells) => Math.max(most, cells.length), names.length)
  const columns = Array.from({ length: width }, (_, position) => ({
    position,
    name: names[position]?.trim() ?? '',
    ...describe(rows, position),
  }))
  type Column = (typeof columns)[number]
  const taken = new Set<number>()
  const take = (found: Column | undefined): number | null => {
    if (found === undefined) return null
    taken.add(found.position)
    return found.position
  }
  const free = (holds: (column: Column) => boolean): Column[] =>
    columns.filter((column) => !taken.has(column.position) && holds(column))
  const longestFirst = (a: Column, b: Column): number => b.length - a.length

  const guidByName = take(free(({ name }) => ID_NAME.test(name))[0])
  const labelByName = take(
    free(
      ({ name, distinct, numeric }) => LABEL_NAME.test(name) && (distinct.size <= MOST_LABELS || numeric),
    ).at(-1),
  )
  const first =
    free(({ name }) => FIRST_TEXT_NAME.test(name))[0] ?? free(({ name }) => TEXT_NAME.test(name))[0]
  const texts = [
    take(first),
    first ? take(free(({ name }) => SECOND_TEXT_NAME.test(name) || TEXT_NAME.test(name))[0]) : null,
  ]
  // A label repeats and is short, or is a number; the last such column is the one that people add to their texts.
  const label =
    labelByName ??
    take(
      free(
        ({ values, distinct, length }) =>
          values > 1 &&
          distinct.size > 1 &&
          distinct.size <= MOST_LABELS &&
          distinct.size * 2 <= values &&
          length <= 40,
      ).at(-1),
    ) ??
    take(free(({ numeric, distinct, fraction }) => numeric && fraction && distinct.size > 2).at(-1))
  if (texts[0] === null) {
    const candidates = free(
      ({ numeric, values, words, length }) => !numeric && values > 0 && (words >= 3 || length >= 12),
    ).sort(longestFirst)
    const longest = candidates[0]
    // A second text is one of like kind: at least a quarter as long, and not one of a few values.
    const other = candidates.find(
      (column) =>
        column !== longest &&
        column.length * 4 >= (longest?.length ?? 0) &&
        column.distinct.size * 2 > column.values,
    )
    const pair = [longest, other]
      .filter((column) => column !== undefined)
      .sort((a, b) => a.position - b.position)
    texts[0] = take(pair[0] ?? free(({ numeric, values }) => !numeric && values > 0).sort(longestFirst)[0])
    texts[1] = take(pair[1])
  }
  const guid =
    guidByName ??
    take(
      free(
        ({ position, distinct, values, length, words }) =>
          position === 0 && values > 2 && distinct.size === values && length <= 24 && words <= 1,
      )[0],
    )

  const described = label === null ? undefined : columns[label]
  const kind =
    described?.numeric && (described.fraction || described.distinct.size > 10)
      ? 'regression'
      : 'classification'
  return {
    kind,
    text_a: texts[0] ?? null,
    text_b: texts[1] ?? null,
    label,
    guid,
    labels: kind === 'classification' && described ? labelsOf(described.counts) : [],
  }
}

/**
 * The labels that a column's cells spell, in id order: numbers by size, everything else by code unit, so that the order does
 * not depend on the machine's language. Spellings that differ in case and accents only are one label, the most frequent.
 */
export function labelsOf(counts: ReadonlyMap<string, number>): string[] {
  const spellings = new Map<string, { label: string; count: number }>()
  for (const [label, count] of counts) {
    const key = preprocessText(label, { lower: true })
    const known = spellings.get(key)
    if (known === undefined || count > known.count) spellings.set(key, { label, count })
  }
  const sorted = [...spellings.values()].map(({ label }) => label).sort()
  return sorted.every(isNumber) ? sorted.sort((a, b) => Number(a) - Number(b)) : sorted
}

/** What the cells of a column are like; empty ones left out. */
function describe(rows: Rows, column: number) {
  const cells = rows.map((row) => row[column]?.trim() ?? '').filter((cell) => cell !== '')
  const mean = (of: (cell: string) => number): number =>
    cells.reduce((sum, cell) => sum + of(cell), 0) / Math.max(1, cells.length)
  return {
    values: cells.length,
    distinct: new Set(cells),
    counts: countsOf(cells),
    numeric: cells.length > 0 && cells.every(isNumber),
    /** Whether a number has decimals. */
    fraction: cells.some((cell) => isNumber(cell) && !Number.isInteger(Number(cell))),
    length: mean((cell) => cell.length),
    words: mean((cell) => cell.split(/\s+/).length),
  }
}

function countsOf(cells: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1)
  return counts
}

function isNumber(cell: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell)
}
