// What the library makes of small letters and signs is known without it: the same pieces, near ties too.
import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { SentencePieceProcessor } from 'sentencepiece-js'
import { beforeAll, expect, it } from 'vitest'
import { goldenPath } from '../testing/golden.ts'
import { vocabulary30k } from '../testing/vocabulary.ts'
import { bestPieces, type BestPieces } from './best-pieces.ts'
import { pieceTree } from './piece-tree.ts'
import { readSentencePieceModel, type Piece } from './sentencepiece-model.ts'
import { loadTokenizer, type Tokenizer } from './tokenizer.ts'

let library: SentencePieceProcessor
let best: BestPieces
let pieces: Piece[]
let tokenizers: Tokenizer[]

beforeAll(async () => {
  const file = await vocabulary30k()
  library = new SentencePieceProcessor()
  await library.load(file)
  pieces = readSentencePieceModel(await readFile(file)).pieces
  best = bestPieces(pieceTree(pieces))
  const wordpiece = goldenPath('tokenization/wordpiece/vocab.txt')
  tokenizers = await Promise.all(
    [true, false].flatMap((do_lower_case) => [
      loadTokenizer({ spm_model_file: file, vocab_file: null, do_lower_case }),
      loadTokenizer({ spm_model_file: null, vocab_file: wordpiece, do_lower_case }),
    ]),
  )
})

const sign = fc.integer({ min: 33, max: 126 }).map((code) => String.fromCharCode(code).toLowerCase())
const repeated = fc
  .tuple(fc.constantFrom('v', 'vv', '8', 'g', 'k', '-', 'an', '0,', '(('), fc.integer({ min: 1, max: 40 }))
  .map(([text, times]) => text.repeat(times))
const word = fc.oneof(
  fc.array(sign, { minLength: 1, maxLength: 12 }).map((signs) => signs.join('')),
  repeated,
  fc.constantFrom('overruling', 'the', 'of', 'distinguished', '1,000', '4', '1/2', 'u.s.', '"i'),
)

it('of signs, repetitions and near ties, in short texts and in long ones', () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 150 }), (words) => {
      const text = `▁${words.join('▁')}`
      const found = best.segment(text)
      expect(found).toEqual(library.encodePieces(words.join(' ')))
      const listed = best.placesOf(text, -1).map((place, at) => pieces[place]?.piece ?? found[at])
      expect(listed).toEqual(found)
    }),
    { numRuns: 400 },
  )
})

it('the ids of a text are those of its pieces, whatever the text, the first time and when its words are known', () => {
  const odd = fc.constantFrom(
    ...[
      '\u00a0',
      '\u2028',
      '\u3000',
      '\t',
      '\0',
      '\x1c',
      '\x85',
      '\ufffd',
      '\u0301',
      'É',
      'ﬁ',
      'Σ',
      '１',
      '標',
      '\uf900',
    ],
    ...[
      '𠀀',
      '😀',
      '\ud800',
      '한',
      'ไ',
      '–',
      '£',
      '1,',
      'a,',
      'x'.repeat(70),
      'A'.repeat(64),
      '  ',
      '[CLS]',
      '▁',
      '。',
      'ΑΣ.Α',
      'ΑΣ.',
      ',\u0301',
      '\u2329',
    ],
  )
  const text = fc.array(fc.oneof(word, odd, fc.constant(' '), fc.string({ unit: 'binary', maxLength: 5 })), {
    maxLength: 40,
  })
  fc.assert(
    fc.property(text, (parts) => {
      const whole = parts.join('')
      for (const { encode, idsOf, tokenize } of tokenizers) {
        const expected = idsOf(tokenize(whole))
        expect(encode(whole)).toEqual(expected)
        expect(encode(whole)).toEqual(expected)
      }
    }),
    { numRuns: 300 },
  )
})
