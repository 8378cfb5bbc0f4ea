// What every tokenizer can do, whichever vocabulary it has.
import type { IdList } from './word-table.ts'

/** Turns text into pieces and ids, clean-up included. Ids count from 0; the padding id is 0 in every ALBERT vocabulary. */
export type Tokenizer = {
  readonly kind: 'sentencepiece' | 'wordpiece'
  /** Number of pieces. */
  readonly size: number
  readonly pad: number
  readonly unk: number
  readonly cls: number
  readonly sep: number
  /** Null where the vocabulary has no `[MASK]`. */
  readonly mask: number | null
  /** What the model sees of a text before it is cut into pieces. */
  cleanUp(text: string): string
  /** Clean-up, then pieces. Special tokens are neither added nor recognised in the text. */
  tokenize(text: string): string[]
  /** The ids of the pieces of a text, in one go: what `idsOf(tokenize(text))` gives, sooner. */
  encode(text: string): number[]
  /** The same, put behind the ids of a list: of many texts no array is made for each. */
  encodeInto(text: string, list: IdList): void
  /** One id a piece; a piece that the vocabulary lacks gets the id of the unknown piece. */
  idsOf(pieces: readonly string[]): number[]
  /** @throws RangeError when the vocabulary has no such id */
  pieceOf(id: number): string
  close(): void
}
