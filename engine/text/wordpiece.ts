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
  const encodeInto = ideographEncoder((text) => idsOf(tokenize(text)))
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
  return splitAtSpace(text).flatMap((word) => {
    const characters = Array.from(word)
    if (characters.length > longest) return [unknown]
    const pieces: string[] = []
    for (let start = 0; start < characters.length;) {
      let end = characters.length
      let piece = ''
      for (; end > start; end--) {
        piece = (start > 0 ? '##' : '') + characters.slice(start, end).join('')
        if (vocabulary.has(piece)) break
      }
      if (end === start) return [unknown]
      pieces.push(piece)
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
