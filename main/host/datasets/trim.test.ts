// Cells with characters that nobody sees: told by the check, mended by one switch for all rows, and read so by every run; files stay as they are.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { readSplit } from '../../../engine/data/read-split.ts'
import { addFile, draft, startHost } from '../testing/host-fixture.ts'

const lines = [
  'good film\tpos',
  'bad\u200b film\tneg',
  'fine \tpos\u200b',
  '\ufeffawful\tneg',
  'nice\tpos',
  'poor\tneg',
]
const text = `sentence\tlabel\n${lines.join('\n')}\n`

test('a switch trims all rows at once', async () => {
  const t = await startHost()
  const { handlers } = t.host
  const train = await addFile(t, text)
  const before = await handlers['datasets.check'](draft(train))
  expect(before.labels).toEqual(['neg', 'pos', 'pos\u200b'])
  expect(before.code_counts).toEqual({ 'invisible-characters': 3 })
  expect(before.faults.map(({ line, column, severity }) => [line, column, severity])).toEqual([
    [3, 'sentence', 'warning'],
    [4, 'label', 'warning'],
    [5, 'sentence', 'warning'],
  ])
  const format = { delimiter: '\t', quote: null, encoding: 'utf-8' as const, trim: true }
  const trimmed = draft(train, { format, dev_share: 0.34 })
  const after = await handlers['datasets.check'](trimmed)
  expect(after).toMatchObject({
    labels: ['neg', 'pos'],
    fault_count: 0,
    label_counts: { train: { pos: 3, neg: 3 } },
  })
  const dataset = await handlers['datasets.import'](trimmed)
  const folder = path.join(t.data_dir, 'datasets', dataset.id)
  expect(
    readFileSync(path.join(folder, 'train.tsv'), 'utf8') + readFileSync(path.join(folder, 'dev.tsv'), 'utf8'),
  ).toMatch(/\u200b/)
  const read: string[] = []
  for (const split of ['train', 'dev'] as const)
    for await (const { text_a, label } of readSplit(dataset.task, split, folder))
      read.push(`${text_a}\t${label}`)
  expect(read.sort()).toEqual([
    'awful\tneg',
    'bad film\tneg',
    'fine\tpos',
    'good film\tpos',
    'nice\tpos',
    'poor\tneg',
  ])
})

test('an unknown label that differs by what nobody sees is known then', async () => {
  const t = await startHost()
  const { handlers } = t.host
  const train = await addFile(t, text)
  const labels = ['neg', 'pos']
  const before = await handlers['datasets.check'](draft(train, { labels }))
  expect(before.code_counts['unknown-label']).toBe(1)
  const format = { delimiter: '\t', quote: null, encoding: 'utf-8' as const, trim: true }
  expect((await handlers['datasets.check'](draft(train, { labels, format }))).fault_count).toBe(0)
})
