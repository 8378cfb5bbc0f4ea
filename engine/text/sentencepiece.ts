// A SentencePiece model file in, a tokenizer out: clean-up, segmentation, and the original's rule for digits before a comma.
import { readFile } from 'node:fs/promises'
import { SentencePieceProcessor } from 'sentencepiece-js'
import { badVocabulary } from './bad-vocabulary.ts'
import { bestPieces } from './best-pieces.ts'
import { isDigit, wellFormed } from './characters.ts'
import { clearWinners } from './clear-winner.ts'
import { pieceTree } from './piece-tree.ts'
import { preprocessText } from './preprocess-text.ts'
import { readSentencePieceModel } from './sentencepiece-model.ts'
import type { Piece, SentencePieceModel } from './sentencepiece-model.ts'
import { readReason } from './read-reason.ts'
import type { Tokenizer } from './tokenizer-type.ts'
import { textEncoder } from './text-encoder.ts'
import { rememberWords } from './word-cache.ts'
import { encodedBy } from './word-table.ts'

export type SentencePieceTokenizer = Tokenizer & {
  readonly kind: 'sentencepiece'
  /** Pieces of text as it is, without clean-up: what the original's tokenizer object does by itself. */
  encodePieces(text: string): string[]
}

/** What SentencePiece takes as it stands, but for spaces. */
const LOWER_ASCII = /^[ -@[-~]*$/

/** @throws EngineFailure `bad-vocabulary` */
export async function loadSentencePiece(
  file: string,
  { do_lower_case }: { do_lower_case: boolean },
): Promise<SentencePieceTokenizer> {
  const { pieces, splits_at_space, keeps_ascii } = await readModel(file)
  const idOf = new Map(pieces.map(({ piece }, id) => [piece, id]))
  const special = (piece: string): number => {
    const id = idOf.get(piece)
    if (id === undefined) throw badVocabulary(file, `it has no ${piece}, which every ALBERT vocabulary has`)
    return id
  }
  const [unk, cls, sep] = [special('<unk>'), special('[CLS]'), special('[SEP]')]
  const tree = pieceTree(pieces)
  const asWritten = keeps_ascii && splits_at_space
  const segmentByLibrary = await loadSegmenter(file, pieces)
  const best = bestPieces(tree)
  /** The library is slow to enter, and of small letters and signs of ASCII it is known what it makes. */
  const segment = (text: string): string[] =>
    asWritten && LOWER_ASCII.test(text) ? best.segment(underlined(text)) : segmentByLibrary(text)
  const { isSure, segment: segmentClear, placesOf } = clearWinners(tree)
  const segmentWord = (word: string): readonly string[] | null => {
    const clear = keeps_ascii && LOWER_ASCII.test(word) ? segmentClear(`▁${word}`) : null
    if (clear !== null) return clear
    const asked = segment(word)
    return isSure(asked) ? asked : null
  }
  const segmentWords = splits_at_space ? rememberWords(segment, segmentWord) : segment
  const idsOf = (of: readonly string[]): number[] => of.map((piece) => idOf.get(piece) ?? unk)
  const apart = (of: readonly string[]): readonly string[] => splitDigitCommas(of, segmentWords)
  const endsSo = Uint8Array.from(pieces, ({ piece }) => Number(endsInDigitComma(piece)))
  const apart_ids = new Map<number, readonly number[]>()
  const idsApart = (id: number): readonly number[] => {
    const known = apart_ids.get(id) ?? idsOf(apart([pieces[id]?.piece ?? '']))
    apart_ids.set(id, known)
    return known
  }
  /** The same as `apart`, of ids. */
  const withCommasApart = (ids: readonly number[]): readonly number[] =>
    ids.some((id) => endsSo[id] === 1) ? ids.flatMap((id) => (endsSo[id] === 1 ? idsApart(id) : id)) : ids
  const idsOfWord = (units: Uint16Array, length: number): readonly number[] | null => {
    const clear = keeps_ascii && isPlain(units, length) ? placesOf(units, length) : null
    if (clear !== null) return withCommasApart(clear)
    const asked = segmentWord(String.fromCharCode(...units.subarray(0, length)))
    return asked && idsOf(apart(asked))
  }
  const idsOfWhole = (text: string): readonly number[] =>
    asWritten && LOWER_ASCII.test(text)
      ? withCommasApart(best.placesOf(underlined(text), unk))
      : idsOf(apart(segment(text)))
  const cleanUp = (text: string): string => preprocessText(text, { lower: do_lower_case })
  let encodePieces = (text: string): string[] => [...apart(segmentWords(wellFormed(text)))]
  let encodeInto = textEncoder({
    idsOfWord: splits_at_space ? idsOfWord : () => null,
    idsOfWhole,
    cleanUp: (text) => wellFormed(cleanUp(text)),
    do_lower_case,
  })
  return {
    kind: 'sentencepiece',
    size: pieces.length,
    pad: 0,
    unk,
    cls,
    sep,
    mask: idOf.get('[MASK]') ?? null,
    cleanUp,
    encodePieces: (text) => encodePieces(text),
    tokenize: (text) => encodePieces(cleanUp(text)),
    encode: encodedBy((text, list) => encodeInto(text, list)),
    encodeInto: (text, list) => encodeInto(text, list),
    idsOf,
    pieceOf(id) {
      const piece = pieces[id]
      if (piece === undefined)
        throw new RangeError(`There is no piece ${id}; the vocabulary has ${pieces.length}.`)
      return piece.piece
    },
    close() {
      encodeInto = encodePieces = () => {
        throw new Error('The tokenizer is closed.')
      }
    },
  }
}

/** Whether a word has only small letters and signs of ASCII. */
function isPlain(units: Uint16Array, length: number): boolean {
  for (let at = 0; at < length; at++) {
    const unit = units[at] ?? 0
    if (unit <= 32 || unit > 126 || (unit >= 65 && unit <= 90)) return false
  }
  return true
}

/** As SentencePiece has it: a `▁` in front and for each run of spaces, none at the end. */
function underlined(text: string): string {
  const trimmed = text.replace(/^ +| +$/g, '')
  return trimmed === '' ? '' : `▁${trimmed.replace(/ +/g, '▁')}`
}

async function readModel(file: string): Promise<SentencePieceModel> {
  try {
    return readSentencePieceModel(await readFile(file))
  } catch (cause) {
    throw badVocabulary(file, readReason(cause), cause)
  }
}

async function loadSegmenter(file: string, pieces: Piece[]): Promise<(text: string) => string[]> {
  const processor = new SentencePieceProcessor()
  try {
    await withoutNewHandlers(() => processor.load(file))
  } catch (cause) {
    throw badVocabulary(file, readReason(cause), cause)
  }
  // The library keeps the loader's verdict to itself; a model that did not load gives no pieces for anything.
  const known = pieces.find(({ piece, type }) => type === 'normal' && piece !== '▁')
  if (!known || processor.encodePieces(known.piece).length === 0)
    throw badVocabulary(file, 'the SentencePiece library does not accept it')
  return (text) => processor.encodePieces(text)
}

/**
 * While it starts, the library hangs handlers on the process that throw what they are given, so that a stray rejection
 * anywhere would be the process's death. They are taken off again; handlers that others hung there meanwhile are not.
 */
async function withoutNewHandlers(load: () => Promise<void>): Promise<void> {
  const events = ['uncaughtException', 'unhandledRejection'] as const
  const handlers = (): { event: string; handler: () => void }[] =>
    events.flatMap((event) =>
      process.rawListeners(event).map((handler) => ({ event, handler: handler as () => void })),
    )
  const before = new Set(handlers().map(({ handler }) => handler))
  try {
    await load()
  } finally {
    for (const { event, handler } of handlers()) {
      const source = handler.toString()
      if (!before.has(handler) && source.includes('throw') && source.length < 120)
        process.removeListener(event, handler)
    }
  }
}

/**
 * The original's rule: a piece that ends in digit and comma is segmented again without its comma, which becomes a piece of
 * its own. The new pieces keep the `▁` that segmentation puts in front, even inside a word: the step that was to remove it
 * compares a character with bytes and never fires, and the published models were trained on that.
 */
function splitDigitCommas(pieces: readonly string[], segment: (text: string) => string[]): readonly string[] {
  if (!pieces.some(endsInDigitComma)) return pieces
  return pieces.flatMap((piece) =>
    endsInDigitComma(piece) ? [...segment(piece.slice(0, -1).replaceAll('▁', '')), ','] : [piece],
  )
}

function endsInDigitComma(piece: string): boolean {
  if (piece.length < 2 || !piece.endsWith(',')) return false
  const before = piece.codePointAt(piece.length - 3)
  const character =
    before !== undefined && before > 0xffff ? String.fromCodePoint(before) : piece.charAt(piece.length - 2)
  return isDigit(character)
}
