// Text in, words out: the first half of WordPiece. Spaces around ideographs, punctuation apart, accents off if lower-casing.
import { isChinese, isControl, isPunctuation, isWhitespace, splitAtSpace, wellFormed } from './characters.ts'

/** The original's BasicTokenizer. Full-width letters stay full-width: only NFD is applied. */
export function basicTokens(text: string, { do_lower_case }: { do_lower_case: boolean }): string[] {
  const words = splitAtSpace(spaceIdeographs(cleanText(wellFormed(text))))
  return words.flatMap((word) =>
    splitPunctuation(do_lower_case ? stripAccents(word.toLowerCase()) : word).flatMap(splitAtSpace),
  )
}

function cleanText(text: string): string {
  let clean = ''
  for (const character of text) {
    if (character === '\0' || character === '\ufffd' || isControl(character)) continue
    clean += isWhitespace(character) ? ' ' : character
  }
  return clean
}

function spaceIdeographs(text: string): string {
  let spaced = ''
  for (const character of text) spaced += isChinese(character) ? ` ${character} ` : character
  return spaced
}

function stripAccents(word: string): string {
  return word.normalize('NFD').replace(/\p{Mn}+/gu, '')
}

function splitPunctuation(word: string): string[] {
  const parts: string[] = []
  let part = ''
  for (const character of word) {
    if (isPunctuation(character)) {
      parts.push(part, character)
      part = ''
    } else part += character
  }
  return [...parts, part].filter((some) => some !== '')
}
