// Character classes as the original's Python sees them, by code point. Where JavaScript has no test, a table decides.
import { COMBINING_RANGES, EXTRA_DIGIT_RANGES } from './unicode-tables.ts'

/** What Python's `str.split()` splits at and `str.strip()` strips; `\s` lacks U+001C–001F and U+0085 and adds U+FEFF. */
const PYTHON_SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'
const SPACE_RUN = new RegExp(`[${PYTHON_SPACE}]+`, 'u')
const ENDS = new RegExp(`^[${PYTHON_SPACE}]+|[${PYTHON_SPACE}]+$`, 'gu')
const HAS_COMBINING = new RegExp(`[${classOf(COMBINING_RANGES)}]`, 'u')
const EVERY_COMBINING = new RegExp(`[${classOf(COMBINING_RANGES)}]+`, 'gu')
const DIGIT = new RegExp(`^[\\p{Nd}${classOf(EXTRA_DIGIT_RANGES)}]$`, 'u')
const LONE_SURROGATE = /[\ud800-\udfff]/gu

/** Splits at runs of white space and drops empty ends, as Python's `str.split()`. */
export function splitAtSpace(text: string): string[] {
  return text.split(SPACE_RUN).filter((word) => word !== '')
}

/** Takes white space off both ends, as Python's `str.strip()`. */
export function stripSpace(text: string): string {
  return text.replace(ENDS, '')
}

/** Drops every character with a canonical combining class other than 0. */
export function dropCombining(text: string): string {
  return HAS_COMBINING.test(text) ? text.replace(EVERY_COMBINING, '') : text
}

export function isCombining(character: string): boolean {
  return HAS_COMBINING.test(character)
}

/** Python's `str.isdigit` of one character: any script, superscripts too, but no fractions. */
export function isDigit(character: string): boolean {
  return DIGIT.test(character)
}

/** White space as the WordPiece path tests it: blank, tab, line ends and the category Zs. */
export function isWhitespace(character: string): boolean {
  return /^[ \t\n\r\p{Zs}]$/u.test(character)
}

/** Control characters as the WordPiece path tests them: Cc and Cf, but not tab and line ends. */
export function isControl(character: string): boolean {
  return /^[\p{Cc}\p{Cf}]$/u.test(character) && !/^[\t\n\r]$/.test(character)
}

/** Punctuation: what is neither letter nor digit in ASCII, and every category that starts with P. */
export function isPunctuation(character: string): boolean {
  return /^[!-/:-@[-`{-~\p{P}]$/u.test(character)
}

/** CJK ideographs; neither Hangul nor kana. */
export function isChinese(character: string): boolean {
  return /^[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b820}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]$/u.test(
    character,
  )
}

/** Replaces halves of surrogate pairs by U+FFFD: they are no characters, and UTF-8 cannot carry them. */
export function wellFormed(text: string): string {
  return text.replace(LONE_SURROGATE, '\ufffd')
}

function classOf(ranges: readonly number[]): string {
  const hex = (codePoint: number | undefined) => `\\u{${(codePoint ?? 0).toString(16)}}`
  let source = ''
  for (let at = 0; at < ranges.length; at += 2) source += `${hex(ranges[at])}-${hex(ranges[at + 1])}`
  return source
}
