// The WordPiece path of the Chinese models against the original, row for row.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { golden, goldenLines, goldenPath } from '../testing/golden.ts'
import { basicTokens } from './basic-tokenizer.ts'
import { isPunctuation } from './characters.ts'
import { loadTokenizer } from './tokenizer.ts'
import { readVocabulary } from './vocabulary.ts'
import { wordPieces } from './wordpiece.ts'

const vocab_file = goldenPath('tokenization/wordpiece/vocab.txt')

it('reads vocabularies, odd lines too, to the same ids', async () => {
  for (const [name, tokens] of Object.entries(
    golden('tokenization/wordpiece/load-vocab.json') as Record<string, [string, number][]>,
  )) {
    expect([...readVocabulary(await readFile(goldenPath(`tokenization/wordpiece/${name}`)))], name).toEqual(
      tokens,
    )
  }
})

it('gives the same words, pieces and ids for whole texts', async () => {
  type Encoded = { basic: string[]; pieces: string[]; ids: number[] }
  const cases = goldenLines('tokenization/wordpiece/cases.jsonl') as {
    text: string
    lower: Encoded
    keep: Encoded
  }[]
  expect(cases.length).toBeGreaterThan(100)
  for (const [field, do_lower_case] of [
    ['lower', true],
    ['keep', false],
  ] as const) {
    const tokenizer = await loadTokenizer({ spm_model_file: null, vocab_file, do_lower_case })
    for (const [row, { text, [field]: theirs }] of cases.entries()) {
      expect(basicTokens(text, { do_lower_case }), `row ${row} ${field}`).toEqual(theirs.basic)
      const pieces = tokenizer.tokenize(text)
      expect(pieces, `row ${row} ${field}`).toEqual(theirs.pieces)
      expect(tokenizer.idsOf(pieces), `row ${row} ${field}`).toEqual(theirs.ids)
    }
  }
})

it('does the first step alone as the original does', () => {
  for (const { text, tokens, do_lower_case } of goldenLines('tokenization/wordpiece/basic.jsonl') as {
    text: string
    tokens: string[]
    do_lower_case: boolean
  }[]) {
    expect(basicTokens(text, { do_lower_case })).toEqual(tokens)
  }
})

it('does the second step alone as the original does', async () => {
  const vocabulary = readVocabulary(await readFile(vocab_file))
  type Case = { text: string; pieces: string[]; unk_token?: string; max_input_chars_per_word?: number }
  for (const { text, pieces, unk_token, max_input_chars_per_word } of goldenLines(
    'tokenization/wordpiece/greedy.jsonl',
  ) as Case[]) {
    const options = {
      ...(unk_token ? { unknown: unk_token } : {}),
      ...(max_input_chars_per_word ? { longest: max_input_chars_per_word } : {}),
    }
    expect(wordPieces(text, vocabulary, options), text).toEqual(pieces)
  }
})

it('cuts at every sign of punctuation, whatever stands around it', () => {
  const signs = Array.from({ length: 1 << 16 }, (_, unit) => String.fromCharCode(unit)).filter(isPunctuation)
  expect(signs.length).toBeGreaterThan(500)
  for (const do_lower_case of [true, false]) {
    for (const sign of signs) {
      const alone = basicTokens(sign, { do_lower_case })
      expect(alone.length, sign).toBe(1)
      expect(basicTokens(`é${sign}\u0301ß`, { do_lower_case }), sign).toEqual(
        ['é', sign, '\u0301ß'].flatMap((part) => basicTokens(part, { do_lower_case })),
      )
    }
  }
})

it('refuses a vocabulary without the special tokens, and one that is no text', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'albert-vocabulary-'))
  try {
    await writeFile(join(folder, 'plain.txt'), 'a\nb\n')
    await writeFile(join(folder, 'binary.txt'), Buffer.from([0xff, 0xfe, 0xc3, 0x28]))
    const load = (name: string) =>
      loadTokenizer({ spm_model_file: null, vocab_file: join(folder, name), do_lower_case: true })
    await expect(load('plain.txt')).rejects.toMatchObject({ error: { code: 'bad-vocabulary' } })
    await expect(load('plain.txt')).rejects.toThrow('[UNK]')
    await expect(load('binary.txt')).rejects.toThrow('not UTF-8')
    await expect(load('nowhere.txt')).rejects.toThrow('does not exist')
  } finally {
    await rm(folder, { recursive: true })
  }
})
