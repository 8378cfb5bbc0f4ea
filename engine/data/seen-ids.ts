// Ids of rows one by one in; for each, the line on which it came before, or null, out. Rows that are simply counted cost nothing.
import { createSeenTexts, type SeenTexts } from './seen-texts.ts'

/** @returns a function of an id and its line */
export function createSeenIds(): (id: string, line: number) => number | null {
  let first: { id: number; line: number } | null = null
  let count = 0
  let texts: SeenTexts | null = null

  /** Ids that count up by one, each a line below the one before: where each came follows from the first. */
  const counts = (id: string, line: number): boolean => {
    const number = /^(?:0|[1-9]\d{0,14})$/.test(id) ? Number(id) : NaN
    if (first === null && !Number.isNaN(number)) first = { id: number, line }
    return first !== null && number === first.id + count && line === first.line + count
  }

  return (id, line) => {
    if (texts === null && counts(id, line)) {
      count++
      return null
    }
    if (texts === null) {
      texts = createSeenTexts()
      for (let at = 0; first !== null && at < count; at++)
        texts.add(String(first.id + at), first.line + at, 0)
    }
    return texts.add(id, line, 0)?.line ?? null
  }
}
