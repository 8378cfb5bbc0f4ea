// Questions about Chinese texts, which the original's SQuAD programs cannot read: the same windows over WordPiece's pieces.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadTokenizer } from '../../text/tokenizer.ts'
import { squadFeatures } from './squad-features.ts'

const CONTEXT = '北京大学建于1898年，𠀀字也在内。Beijing, playing.'
const WORDS = ['beijing', 'play', '##ing', '1898', ',', '.', '，', '。', '？']

test('each piece knows its place in a Chinese text, and answers lie where they were marked', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'albert-wordpiece-'))
  try {
    const characters = [
      ...new Set(Array.from(`${CONTEXT}哪`).filter((one) => one > '\u4dff' && one !== '，')),
    ]
    const vocab_file = join(folder, 'vocab.txt')
    await writeFile(
      vocab_file,
      ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...characters, ...WORDS].join('\n'),
    )
    const tokenizer = await loadTokenizer({ spm_model_file: null, vocab_file, do_lower_case: true })
    const answers = ['1898', '𠀀', '在', 'Beijing', 'playing'].map((text) => ({
      text,
      start: Array.from(CONTEXT.slice(0, CONTEXT.indexOf(text))).length,
    }))
    const examples = answers.map((answer, at) => ({
      id: String(at),
      question: '哪年？',
      context: CONTEXT,
      answers: [answer],
      is_impossible: false,
    }))
    const settings = {
      max_seq_length: 64,
      max_query_length: 16,
      doc_stride: 32,
      do_lower_case: true,
      training: true,
    }
    const { features, dropped } = squadFeatures(examples, tokenizer, settings)
    expect(dropped).toEqual([])
    expect(features).toHaveLength(answers.length)
    const points = Array.from(CONTEXT)
    const found = features.map(({ start_position, end_position, context_start, ...of }) => {
      const first = of.tok_start_to_orig_index[(start_position ?? NaN) - context_start]
      const last = of.tok_end_to_orig_index[(end_position ?? NaN) - context_start]
      return points.slice(first, (last ?? NaN) + 1).join('')
    })
    expect(found).toEqual(answers.map(({ text }) => text))
  } finally {
    await rm(folder, { recursive: true })
  }
})
