// The lengths of a whole file: those that a run would read, for every kind, and a sample of stated size where the file is large.
import path from 'node:path'
import { expect, test } from 'vitest'
import { readFile, writeFile } from 'node:fs/promises'
import { loadTokenizer } from '../../../engine/text/tokenizer.ts'
import { draft, root, temporaryFolder } from '../testing/host-fixture.ts'
import type { Draft } from './draft-task.ts'
import { textLengths } from './text-lengths.ts'

const vocabulary = {
  spm_model_file: path.join(root, 'engine/testing/goldens/checkpoint/30k-clean.model'),
  vocab_file: null,
  do_lower_case: true,
}
const { signal } = new AbortController()

async function lengthsOf(text: string, more: Partial<Draft> = {}, whole_up_to?: number) {
  const file = path.join(temporaryFolder(), 'train.tsv')
  await writeFile(file, text)
  const wish = { ...draft('train'), ...more }
  let bytes = 0
  const watch = { signal, onBytes: (read: number) => void (bytes += read) }
  const train = { path: file, name: 'train.tsv' }
  const found = await textLengths({ draft: wish, train, vocabulary }, watch, whole_up_to)
  return { ...found, bytes, size: (await readFile(file)).length }
}

async function pieces(text: string): Promise<number> {
  const tokenizer = await loadTokenizer(vocabulary)
  try {
    return tokenizer.encode(text).length
  } finally {
    tokenizer.close()
  }
}

test('every row of a table is counted with its special pieces, in order of length', async () => {
  const [short, long] = ['Hello.', 'A somewhat longer sentence, said twice as long.']
  const { counts, rows, one_of, bytes, size } = await lengthsOf(
    `sentence\tlabel\n${short}\ta\n${long}\tb\n${short}\ta\n`,
  )
  expect(counts).toEqual([
    [(await pieces(short)) + 2, 2],
    [(await pieces(long)) + 2, 1],
  ])
  expect({ rows, one_of }).toEqual({ rows: 3, one_of: 1 })
  expect(bytes).toBe(size)
})

test('a pair has three special pieces, and a question of several options the longest of them', async () => {
  const pair = await lengthsOf('a\tb\tscore\none\ttwo words\t1\n', {
    kind: 'regression',
    columns: { ...draft('').columns, text_a: 'a', text_b: 'b', label: 'score' },
  })
  expect(pair.counts).toEqual([[(await pieces('one')) + (await pieces('two words')) + 3, 1]])
  const options = ['x', 'y']
  const choice = await lengthsOf('text\tquestion\tx\ty\tright\nSea.\tWhich?\tblue\tdeep green grey\tA\n', {
    kind: 'multiple-choice',
    columns: { ...draft('').columns, text_a: 'text', question: 'question', label: 'right', options },
  })
  expect(choice.counts).toEqual([[(await pieces('Sea.')) + (await pieces('Which? deep green grey')) + 3, 1]])
})

test('of a file that is too large for every text, one of n is counted, over the whole file', async () => {
  const lines = Array.from({ length: 1000 }, (_, at) => `${'word '.repeat(at < 500 ? 1 : 9)}\ta`)
  const text = `sentence\tlabel\n${lines.join('\n')}\n`
  const { counts, rows, one_of } = await lengthsOf(text, {}, Math.ceil(text.length / 10))
  expect({ rows, one_of }).toEqual({ rows: 100, one_of: 10 })
  expect(counts.map(([, count]) => count)).toEqual([50, 50])
})
