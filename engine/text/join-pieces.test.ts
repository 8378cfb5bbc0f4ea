// Pieces and ids back to text, as the original's library does it.
import { expect, it } from 'vitest'
import { goldenLines } from '../testing/golden.ts'
import { vocabulary30k } from '../testing/vocabulary.ts'
import { joinPieces, textOfIds } from './join-pieces.ts'
import { loadTokenizer } from './tokenizer.ts'

type Encoded = { pieces: string; ids: number[] }

it('spells every row of the original', async () => {
  const rows = goldenLines('tokenization/decode.jsonl') as {
    ids: number[]
    decode_pieces: string
    decode_ids: string
  }[]
  const sentences = goldenLines('tokenization/sentences.jsonl') as Record<
    'uncased' | 'cased' | 'raw',
    Encoded | string
  >[]
  const piecesOf = new Map<string, string[]>()
  for (const encoded of sentences.flatMap(({ uncased, cased, raw }) => [uncased, cased, raw])) {
    if (typeof encoded !== 'string')
      piecesOf.set(encoded.ids.join(), [...(piecesOf.get(encoded.ids.join()) ?? []), encoded.pieces])
  }
  const tokenizer = await loadTokenizer({
    spm_model_file: await vocabulary30k(),
    vocab_file: null,
    do_lower_case: true,
  })
  expect(rows.length).toBe(60)
  for (const { ids, decode_pieces, decode_ids } of rows) {
    expect(textOfIds(ids, tokenizer)).toBe(decode_ids)
    // The rows name ids only; unknown pieces of several sentences share them, so one of these sentences must spell the text.
    const spelled = piecesOf
      .get(ids.join())
      ?.map((pieces) => joinPieces(pieces === '' ? [] : pieces.split(' ')))
    expect(spelled).toContain(decode_pieces)
  }
  expect(textOfIds([2, 14, 3, 0, 0], tokenizer)).toBe('the')
  expect(textOfIds([], tokenizer)).toBe('')
})
