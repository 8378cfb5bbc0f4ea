// A vocabulary file in, the WordPiece tokenizer of the Chinese models out.
import { readFile } from 'node:fs/promises'
import { badVocabulary } from './bad-vocabulary.ts'
import { basicTokens } from './basic-tokenizer.ts'
import { splitAtSpace } from './characters.ts'
import { ideographEncoder } from './ideograph-encoder.ts'
import { readReason } from './read-reason.ts'
import type { Tokenizer } from './tokenizer-type.ts'
import { readVocabulary } from './vocabulary.ts'
import { encodedBy } from './word-table.ts'

const UNKNOWN = '[UNK]'
const LONGEST_WORD = 200
const ASCII_WORD = /^[A-Za-z0-9]+$/
/** One word that the basic tokenizer leaves as it is. */
const PLAIN = /^(?:[a-z0-9]+|[\u3400-\u4dbf\u4e00-\u9fff])$/

/** @throws EngineFailure `bad-vocabulary` */
export async function loadWordPiece(
  file: string,
  { do_lower_case }: { do_lower_case: boolean },
): Promise<Tokenizer> {
  const vocabulary = await readTokens(file)
  const tokens = [...vocabulary.keys()]
  const special = (token: string): number => {
    const id = vocabulary.get(token)
    if (id === undefined)
      throw badVocabulary(file, `it has no line ${token}, which a WordPiece vocabulary needs`)
    return id
  }
  const [unk, cls, sep] = [special(UNKNOWN), special('[CLS]'), special('[SEP]')]
  const tokenize = (text: string): string[] =>
    basicTokens(text, { do_lower_case }).flatMap((word) => wordPieces(word, vocabulary))
  const idsOf = (pieces: readonly string[]): number[] => pieces.map((piece) => vocabulary.get(piece) ?? unk)
  const encodeInto = ideographEncoder((text) => {
    const small = do_lower_case && ASCII_WORD.test(text) ? text.toLowerCase() : text
    return idsOf(PLAIN.test(small) ? wordPieces(small, vocabulary) : tokenize(text))
  })
  return {
    kind: 'wordpiece',
    size: vocabulary.size,
    pad: 0,
    unk,
    cls,
    sep,
    mask: vocabulary.get('[MASK]') ?? null,
    cleanUp: (text) => text,
    tokenize,
    encode: encodedBy(encodeInto),
    encodeInto,
    idsOf,
    pieceOf(id) {
      const token = tokens[id]
      if (token === undefined)
        throw new RangeError(`There is no piece ${id}; the vocabulary has ${tokens.length}.`)
      return token
    },
    close() {},
  }
}

/**
 * Greedy longest match from the left; pieces after the first are looked up as `##piece`. A word with a remainder that
 * matches nothing is one unknown as a whole, and so is a word of more than `longest` code points.
 */
export function wordPieces(
  text: string,
  vocabulary: ReadonlyMap<string, number>,
  { unknown = UNKNOWN, longest = LONGEST_WORD } = {},
): string[] {
  const words = splitAtSpace(text)
  return words.flatMap((word) => {
    if (word.length > longest && Array.from(word).length > longest) return [unknown]
    const pieces: string[] = []
    // A piece never ends inside a surrogate pair: no token of a vocabulary, which is UTF-8, does.
    for (let start = 0; start < word.length;) {
      const before = start > 0 ? '##' : ''
      let end = word.length
      while (end > start && !vocabulary.has(before + word.slice(start, end))) end--
      if (end === start) return [unknown]
      pieces.push(before + word.slice(start, end))
      start = end
    }
    return pieces
  })
}

async function readTokens(file: string): Promise<Map<string, number>> {
  try {
    return readVocabulary(await readFile(file))
  } catch (cause) {
    throw badVocabulary(file, cause instanceof TypeError ? 'it is not UTF-8 text' : readReason(cause), cause)
  }
}
