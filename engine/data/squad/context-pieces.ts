// A context and a tokenizer in, its pieces with the place of each in the context out.
import { preprocessText } from '../../text/preprocess-text.ts'
import type { Tokenizer } from '../../text/tokenizer-type.ts'
import { alignText, placeOf } from './align-text.ts'

export type ContextPieces = {
  ids: number[]
  /** First and last code point of each piece in the context as it stands in the file. */
  start: number[]
  end: number[]
  /** The piece that a code point of the context belongs to, or the nearest one. */
  pieceAt: (codePoint: number, isStart: boolean) => number
}

/** @returns null where pieces and context are too different to say where a piece comes from; the original drops these */
export function contextPieces(
  context: string,
  tokenizer: Pick<Tokenizer, 'tokenize' | 'idsOf'>,
  do_lower_case: boolean,
): ContextPieces | null {
  const pieces = tokenizer.tokenize(context)
  const spelled: string[] = []
  const pieceOf: number[] = []
  const bounds = pieces.map((piece, index) => {
    const first = spelled.length
    for (const character of piece) {
      spelled.push(character === '▁' ? ' ' : character)
      pieceOf.push(index)
    }
    return { first, last: spelled.length - 1 }
  })
  const text = Array.from(context, cleaner(do_lower_case))
  const alignment = alignText(text, spelled)
  if (alignment === null) return null
  const { toText, toSpelled } = alignment
  return {
    ids: tokenizer.idsOf(pieces),
    start: bounds.map(({ first }) => placeOf(toText, first, text.length, true)),
    end: bounds.map(({ last }) => placeOf(toText, last, text.length, false)),
    pieceAt: (codePoint, isStart) => pieceOf[placeOf(toSpelled, codePoint, null, isStart)] ?? 0,
  }
}

/** A character by itself, cleaned up with its white space kept; few are different, so each is cleaned once. */
function cleaner(lower: boolean): (character: string) => string {
  const known = new Map<string, string>()
  return (character) => {
    let clean = known.get(character)
    if (clean === undefined)
      known.set(character, (clean = preprocessText(character, { lower, remove_space: false })))
    return clean
  }
}
