// Ids of rows one by one in; for each, the line on which it came before, or null, out. Rows that are simply counted cost nothing.
import { createSeenTexts, type SeenTexts } from './seen-texts.ts'

/** Ids that are left out, as those of faulty rows are, before the rest is remembered one by one. */
const MOST_GAPS = 1 << 14

/** @returns a function of an id and its line */
export function createSeenIds(): (id: string, line: number) => number | null {
  let first: { id: number; line: number } | null = null
  let last = 0
  const gaps: number[] = [] // ids between the first and the last that did not come
  let texts: SeenTexts | null = null

  /** Ids that count up as the lines do: where each came follows from the first. */
  const counts = (id: string, line: number): boolean => {
    const number = /^(?:0|[1-9]\d{0,14})$/.test(id) ? Number(id) : NaN
    if (Number.isNaN(number)) return false
    if (first === null) {
      first = { id: number, line }
      last = number
      return true
    }
    if (number <= last || number - first.id !== line - first.line) return false
    if (gaps.length + number - last - 1 > MOST_GAPS) return false
    while (++last < number) gaps.push(last)
    return true
  }

  return (id, line) => {
    if (texts === null && counts(id, line)) return null
    if (texts === null) {
      texts = createSeenTexts()
      const missing = new Set(gaps)
      for (let number = first?.id ?? 1; first !== null && number <= last; number++)
        if (!missing.has(number)) texts.add(String(number), first.line + number - first.id, 0)
    }
    return texts.add(id, line, 0)?.line ?? null
  }
}
