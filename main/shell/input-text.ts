// The text of a call's input in, its value out; what no page of ours sends is refused before it costs anything.

/** Characters, or bytes, of the longest input. */
export const LONGEST_INPUT = 4 * 2 ** 20
const DEEPEST = 64

export type ReadInput = { value: unknown } | { fault: string }

export function readInput(text: string): ReadInput {
  if (text.length > LONGEST_INPUT) return { fault: `A call holds at most ${LONGEST_INPUT} characters.` }
  if (isDeeperThan(text, DEEPEST)) return { fault: `A call is at most ${DEEPEST} levels deep.` }
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return { fault: 'The input of a call is JSON.' }
  }
}

const QUOTE = 34
const BACKSLASH = 92
const OPENING = new Set([91, 123]) // [ {
const CLOSING = new Set([93, 125]) // ] }

/** Parsing a million brackets takes seconds; counting them does not. Brackets inside of strings are text. */
function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0
  let inText = false
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (inText) {
      if (code === BACKSLASH) at += 1
      else if (code === QUOTE) inText = false
    } else if (code === QUOTE) inText = true
    else if (OPENING.has(code)) depth += 1
    else if (CLOSING.has(code)) depth -= 1
    if (depth > limit) return true
  }
  return false
}
