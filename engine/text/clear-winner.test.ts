// Which words may be remembered: those whose segmentation does not hang on a rounding.
import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { vocabulary30k } from '../testing/vocabulary.ts'
import { clearWinners } from './clear-winner.ts'
import { pieceTree } from './piece-tree.ts'
import { readSentencePieceModel } from './sentencepiece-model.ts'
import { rememberWords } from './word-cache.ts'

it('is sure of ordinary words and not of near ties', async () => {
  const { pieces, splits_at_space } = readSentencePieceModel(await readFile(await vocabulary30k()))
  expect(splits_at_space).toBe(true)
  const { isSure, segment } = clearWinners(pieceTree(pieces))
  expect(isSure(['▁necessity'])).toBe(true)
  expect(isSure(['▁', '('])).toBe(true)
  expect(isSure(['▁', '你好'])).toBe(true) // unknown characters, joined
  expect(isSure(['▁', '𐍈𐍈'])).toBe(true)
  expect(isSure(['▁9,', '8', '88'])).toBe(false) // 88 and 8 score the same
  expect(isSure(['▁over', 'rul', 'ing'])).toBe(false) // ru and ling come within 0.0001
  expect(isSure(['▁ne', 'cess', 'ity'])).toBe(false) // not the best by these scores: something is not understood
  expect(segment('▁necessity')).toEqual(['▁necessity'])
  expect(segment('▁(')).toEqual(['▁', '('])
  expect(segment('▁overruling')).toBeNull()
  expect(segment('▁你好')).toBeNull() // unknown characters are the library's to join
  expect(segment(`▁${'x'.repeat(100)}`)).toBeNull()
})

it('segments a sure word once, and a text with an unsure word as a whole', () => {
  const asked: string[] = []
  const segment = (text: string): string[] => {
    asked.push(text)
    return text.split(' ').map((word) => `▁${word}`)
  }
  const remembering = rememberWords(segment, (word) =>
    word === 'maybe' ? (segment(word), null) : segment(word),
  )
  expect(remembering('one  two one')).toEqual(['▁one', '▁two', '▁one'])
  expect(remembering('two one')).toEqual(['▁two', '▁one'])
  expect(asked.splice(0)).toEqual(['one', 'two'])
  expect(remembering('one maybe two')).toEqual(['▁one', '▁maybe', '▁two'])
  expect(remembering('maybe one')).toEqual(['▁maybe', '▁one'])
  expect(asked.splice(0)).toEqual(['maybe', 'one maybe two', 'maybe one'])
  expect(remembering('x'.repeat(10_000)).length).toBe(1)
  expect(asked).toEqual(['x'.repeat(10_000)])
})
