// The Chinese texts that are measured with: what they are made of, and that ours reads them as the slow way does.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { loadTokenizer } from '../text/tokenizer.ts'
import { chineseTexts } from './chinese.ts'
import { readAddresses } from './corpus.ts'

const english = readAddresses(process.cwd())
  .slice(-20)
  .flatMap(({ sentences }) => sentences)
const { vocabulary, lines } = chineseTexts(english, 60_000)

test('the vocabulary is of the published size and lists nothing twice; the lines are the same every time', () => {
  expect(new Set(vocabulary).size).toBe(21_128)
  expect(vocabulary.slice(100, 104)).toEqual(['[UNK]', '[CLS]', '[SEP]', '[MASK]'])
  expect(chineseTexts(english, 60_000).lines).toEqual(lines)
  expect(lines.some((line) => /[a-z]/.test(line))).toBe(true)
  expect(lines.some((line) => /\d/.test(line))).toBe(true)
})

test('the ids of every line are those of its pieces, and few are unknown', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'albert-chinese-'))
  try {
    const vocab_file = path.join(folder, 'vocab.txt')
    await writeFile(vocab_file, vocabulary.join('\n') + '\n')
    const tokenizer = await loadTokenizer({ spm_model_file: null, vocab_file, do_lower_case: true })
    const ids = lines.map((line) => {
      const found = tokenizer.encode(line)
      expect(found, line).toEqual(tokenizer.idsOf(tokenizer.tokenize(line)))
      return found
    })
    const unknown = ids.flat().filter((id) => id === tokenizer.unk).length
    expect(unknown / ids.flat().length).toBeLessThan(0.02)
    expect(unknown).toBeGreaterThan(0)
  } finally {
    await rm(folder, { recursive: true })
  }
})
