// What a WordPiece vocabulary makes of single words and signs in; an encoder of whole texts, which cuts them there and looks these up, out.
import { isChinese, isPunctuation, isWhitespace } from './characters.ts'
import { hashWith, LONGEST_WORD, push, wordTable, type IdList } from './word-table.ts'

/** What a code unit is to the cutting; 0: nobody asked yet. */
const LETTER = 1
const SPACE = 2
const IDEOGRAPH = 3
const PUNCTUATION = 4
const HIGH_SURROGATE = 5

const NOT_KNOWN = -1
const SEVERAL = -2

/** The one letter that becomes another small one at the end of a word, and a word may go on behind a full stop. */
const SIGMA = 'Σ'

/**
 * White space, ideographs and punctuation part a text for WordPiece, whatever stands around them; the control characters that
 * it drops do not. So what stands between them is a word of its own, and made of the same ids in every text.
 * @param idsOf the ids of a text
 */
export function ideographEncoder(idsOf: (text: string) => readonly number[]) {
  const classes = new Uint8Array(1 << 16)
  const ids = new Int32Array(1 << 16).fill(NOT_KNOWN) // of ideographs and punctuation
  const units = new Uint16Array(LONGEST_WORD)
  const table = wordTable((word, length) => idsOf(String.fromCharCode(...word.subarray(0, length))))

  const classOf = (unit: number): number => {
    const known = classes[unit] ?? 0
    return known === 0 ? (classes[unit] = look(unit)) : known
  }
  const encodeSign = (unit: number, list: IdList): void => {
    if (ids[unit] === NOT_KNOWN) {
      const [only, ...others] = idsOf(String.fromCharCode(unit))
      ids[unit] = only === undefined || others.length > 0 ? SEVERAL : only
    }
    const id = ids[unit] ?? SEVERAL
    if (id === SEVERAL) encodeText(String.fromCharCode(unit), list)
    else push(list, id)
  }
  const encodeText = (text: string, list: IdList): void => {
    for (const id of idsOf(text)) push(list, id)
  }

  return (text: string, list: IdList): void => {
    const { length } = text
    const isPunctuationApart = !text.includes(SIGMA)
    let at = 0
    while (at < length) {
      const start = at
      let hash = 0
      let found = LETTER
      let unit = 0
      for (; at < length; at++) {
        unit = text.charCodeAt(at)
        found = classOf(unit)
        if (found === HIGH_SURROGATE) found = isWideIdeograph(text, at) ? IDEOGRAPH : LETTER
        if (found !== LETTER && (found !== PUNCTUATION || isPunctuationApart)) break
        if (at - start < LONGEST_WORD) units[at - start] = unit
        hash = hashWith(hash, unit)
      }
      const size = at - start
      if (size > LONGEST_WORD) encodeText(text.slice(start, at), list)
      else if (size > 0) table.append(units, size, hash, list)
      if (at === length) return
      if (found === IDEOGRAPH && classes[unit] === HIGH_SURROGATE) {
        encodeText(text.slice(at, at + 2), list)
        at++
      } else if (found !== SPACE) encodeSign(unit, list)
      at++
    }
  }
}

function look(unit: number): number {
  if (unit >= 0xd800 && unit < 0xdc00) return HIGH_SURROGATE
  const character = String.fromCharCode(unit)
  if (isChinese(character)) return IDEOGRAPH
  if (isPunctuation(character)) return PUNCTUATION
  return isWhitespace(character) || character === '\u2028' || character === '\u2029' ? SPACE : LETTER
}

function isWideIdeograph(text: string, at: number): boolean {
  return isChinese(String.fromCodePoint(text.codePointAt(at) ?? 0))
}
