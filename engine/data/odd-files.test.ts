// Files that are small or odd, yet right: they are read, and what is in them is counted.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { EngineFailure } from '../spec/errors.ts'
import { defineTask } from '../tasks/define-task.ts'
import { checkSplit, type SplitStatistics } from './check-split.ts'
import type { Example } from './example.ts'
import { readSplit } from './read-split.ts'
import { trainSampler } from './train-order.ts'

let data_dir = ''
beforeEach(async () => void (data_dir = await mkdtemp(join(tmpdir(), 'albert-odd-'))))
afterEach(() => rm(data_dir, { recursive: true }))

const file = { file: 'train.tsv', header: true, columns: { text_a: 'text', label: 'label' } }
const task = defineTask({
  name: 'odd',
  title: 'Odd',
  kind: 'classification',
  labels: ['no', 'yes'],
  splits: { train: file, dev: { ...file, file: 'dev.tsv' }, test: null },
  metrics: ['accuracy'],
  best_by: 'accuracy',
})

it('F64: one row is a dataset, of which every batch is full', async () => {
  await put('train.tsv', 'text\tlabel\nonly\tyes\n')
  expect(await rows('train')).toMatchObject([{ text_a: 'only', label: 'yes', line: 2 }])
  expect([...trainSampler(1, 4, 7)(3)]).toEqual([0, 0, 0, 0])
})

it('F65: characters that end a line elsewhere, and halves of surrogate pairs, stay inside their cell', async () => {
  await put('train.tsv', 'text\tlabel\na\u2028b\u2029c\u0085d\u000be\u000cf\tyes\n')
  expect((await rows('train')).map(({ text_a }) => text_a)).toEqual(['a\u2028b\u2029c\u0085d\u000be\u000cf'])
  const halves = Buffer.from('text\tlabel\nx\ud800y\tyes\n', 'utf16le')
  await put('train.tsv', halves)
  const utf16 = { ...task, format: { ...task.format, encoding: 'utf-16le' as const } }
  await expect(rows('train', utf16)).rejects.toMatchObject({ error: { code: 'bad-row', line: 2 } })
})

it('F67: a label that only dev has is told before training, and one that train lacks is counted as none', async () => {
  await put('train.tsv', 'text\tlabel\na\tyes\nb\tyes\n')
  await put('dev.tsv', 'text\tlabel\na\tyes\nb\tperhaps\n')
  await expect(rows('dev')).rejects.toMatchObject({
    error: { code: 'unknown-label', line: 3, label: 'perhaps' },
  } satisfies { error: Partial<EngineFailure['error']> })
  expect({ ...(await statistics())?.label_counts }).toEqual({ yes: 2 })
})

async function put(name: string, content: string | Buffer): Promise<void> {
  await writeFile(join(data_dir, name), content)
}

async function rows(split: 'train' | 'dev', of = task): Promise<Example[]> {
  const list: Example[] = []
  for await (const example of readSplit(of, split, data_dir)) list.push(example)
  return list
}

async function statistics(): Promise<SplitStatistics | undefined> {
  for await (const report of checkSplit(task, 'train', data_dir, { limit: 10 })) {
    if (report.type === 'statistics') return report.statistics
  }
  return undefined
}
