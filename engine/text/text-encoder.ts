// What a SentencePiece vocabulary makes of single words in; an encoder of whole texts, which cuts them at spaces and looks the words up, out.
import { hashWith, LONGEST_WORD, push, wordTable, type IdList } from './word-table.ts'

/** The length up to which the segmentation of a word is known not to depend on the text before it. */
const LONGEST_TEXT = 8192
const SPACE = 32
const LAST_ASCII = 126
const LAST_UNIT = 0xffff
const CAPITAL_A = 65
const TO_SMALL = 32
const ASCII = /^[ -~]*$/

export type EncoderParts = {
  /** Of a word without spaces; null where its ids are not the same in every text. */
  idsOfWord(units: Uint16Array, length: number): ArrayLike<number> | null
  /** Of a text as it is. */
  idsOfWhole(text: string): readonly number[]
  /** Of texts with anything but printable ASCII; capitals become small there, if they do at all. */
  cleanUp(text: string): string
  do_lower_case: boolean
}

/** Texts of printable ASCII need no clean-up but for their capitals: that of spaces is done where words are cut. */
export function textEncoder({ idsOfWord, idsOfWhole, cleanUp, do_lower_case }: EncoderParts) {
  const table = wordTable(idsOfWord)
  const units = new Uint16Array(LONGEST_WORD)

  /** @returns how far it came: less than the text's length where it met a letter beyond `last`, or a word without ids of its own */
  const encodeWords = (text: string, last: number, lower: boolean, list: IdList): number => {
    const { length } = text
    if (length > LONGEST_TEXT) return -1
    let at = 0
    while (at < length) {
      let size = 0
      let hash = 0
      for (; at < length; at++) {
        let unit = text.charCodeAt(at)
        if (unit <= SPACE || unit > last) {
          if (unit === SPACE) break
          if (unit > last || last === LAST_ASCII) return at
        }
        if (lower && unit >= CAPITAL_A && unit < CAPITAL_A + 26) unit += TO_SMALL
        if (size === LONGEST_WORD) return -1
        units[size++] = unit
        hash = hashWith(hash, unit)
      }
      at++ // the space
      if (size === 0) continue
      if (!table.append(units, size, hash, list)) return -1
    }
    return length
  }
  const isEncoded = (text: string, last: number, lower: boolean, list: IdList): boolean => {
    const before = list.used
    if (encodeWords(text, last, lower, list) === text.length) return true
    list.used = before
    return false
  }
  const encodeWhole = (text: string, list: IdList): void => {
    for (const id of idsOfWhole(text)) push(list, id)
  }

  return (text: string, list: IdList): void => {
    if (isEncoded(text, LAST_ASCII, do_lower_case, list)) return
    if (ASCII.test(text)) return encodeWhole(do_lower_case ? text.toLowerCase() : text, list)
    const clean = cleanUp(text)
    if (!isEncoded(clean, LAST_UNIT, false, list)) encodeWhole(clean, list)
  }
}
