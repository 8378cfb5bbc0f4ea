// What happens on bad files: the original's own bad files, and everything a person's file can have wrong.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { EngineFailure } from '../spec/errors.ts'
import type { EngineError } from '../spec/errors.ts'
import type { SplitName, TaskSpec } from '../spec/task-spec.ts'
import { defineTask } from '../tasks/define-task.ts'
import { taskNamed } from '../tasks/index.ts'
import { golden } from '../testing/golden.ts'
import { vocabulary30k } from '../testing/vocabulary.ts'
import { loadTokenizer } from '../text/tokenizer.ts'
import { checkSplit } from './check-split.ts'
import type { Example } from './example.ts'
import type { Fault } from './fault.ts'
import { featuresOf } from './features.ts'
import { readSplit } from './read-split.ts'

let root = ''
let data_dir = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'albert-split-'))
})
beforeEach(async () => {
  data_dir = await mkdtemp(join(root, 'data-'))
})
afterAll(() => rm(root, { recursive: true }))

describe('the files on which the original fails or surprises', () => {
  type Case = {
    name: string
    task: string
    split: SplitName
    do_lower_case: boolean
    file: string
    content: string | null | { hex: string }
    read_error?: { type: string }
    convert_error?: { type: string }
    examples?: { guid: string; text_a: string; text_b: string | null; label: string }[]
    features_64?: { input_ids: number[]; label_id: number }[]
  }
  // Where the original stops with a stack trace, ours stops with the line; where it goes on with nothing, ours stops too.
  const failures: Record<string, Partial<EngineError>> = {
    'blank line in the middle': { code: 'bad-row', line: 2, column: null },
    'short row': { code: 'bad-row', line: 2, column: 'column 4' },
    'unknown label': { code: 'unknown-label', line: 2, column: 'label', label: 'maybe' },
    'score is not a number': { code: 'bad-row', line: 2, column: 'column 10' },
    'test file with the train layout (QQP short test row)': { code: 'bad-row', line: 2, column: 'q2' },
    'NUL inside a field': { code: 'bad-row', line: 2, column: 'sentence' },
    'field over 131072 characters': { code: 'bad-row', line: 2, column: 'sentence' },
    'not UTF-8': { code: 'bad-row', line: 2, column: null },
    'empty file': { code: 'empty-file' },
    'header only': { code: 'empty-file' },
    'missing file': { code: 'file-missing' },
    'trailing tab': { code: 'bad-row', line: 2, column: 'column 5' },
  }
  const readBetter = ['upper-case label, cased'] // the label's case does not depend on the text's

  it.each(golden('classifier/errors.json') as Case[])('$name', async (one) => {
    const task = taskNamed(one.task)
    if (task === null) return expect.fail(`no task ${one.task}`)
    if (one.content !== null) await put(one.file, contentOf(one))
    const expected = failures[one.name]
    if (expected) {
      const { error } = await failureOf(task, one.split)
      expect(error).toMatchObject(expected)
      expect(error.fault?.code).toBeTypeOf('string') // by which it is said in another language
      return
    }
    const examples = await all(readSplit(task, one.split, data_dir))
    const tokenizer = await loadTokenizer({
      spm_model_file: await vocabulary30k(),
      vocab_file: null,
      do_lower_case: one.do_lower_case,
    })
    expect(examples.map(({ guid, text_a }) => ({ guid, text_a: tokenizer.cleanUp(text_a) }))).toEqual(
      one.examples?.map(({ guid, text_a }) => ({ guid, text_a })),
    )
    if (readBetter.includes(one.name)) {
      expect(examples.map(({ label }) => label)).toEqual(['entailment'])
      return
    }
    expect(one.convert_error ?? one.read_error).toBeUndefined()
    const features = examples.map((example) => featuresOf(example, task, tokenizer, 64))
    expect(features.map(({ input_ids, label_id }) => ({ input_ids: [...input_ids], label_id }))).toEqual(
      one.features_64?.map(({ input_ids, label_id }) => ({ input_ids, label_id })),
    )
  })

  function contentOf({ content, name }: Case): string | Buffer {
    if (name.startsWith('field over')) return `sentence\tlabel\n${'x'.repeat(131_073)}\t1\n`
    return typeof content === 'object' && content !== null ? Buffer.from(content.hex, 'hex') : (content ?? '')
  }
})

const pairs = defineTask({
  name: 'my pairs',
  title: 'My pairs',
  kind: 'classification',
  labels: ['no', 'yes'],
  format: { delimiter: ',', quote: '"' },
  splits: {
    train: {
      file: 'train.csv',
      header: true,
      columns: { guid: 'id', text_a: 'first', text_b: 'second', label: 'label' },
    },
    dev: null,
    test: { file: 'test.csv', header: true, columns: { text_a: 'first', text_b: 'second' } },
  },
  metrics: ['accuracy'],
  best_by: 'accuracy',
})

describe('a file of one’s own', () => {
  it('is read by the names of its columns, whatever their order', async () => {
    await put('train.csv', 'label,second,first,id\nyes,"two, or\nthree",one,a\n YES ,,four,b\n')
    expect(await all(readSplit(pairs, 'train', data_dir))).toEqual([
      { guid: 'a', text_a: 'one', text_b: 'two, or\nthree', label: 'yes', line: 2 },
      { guid: 'b', text_a: 'four', text_b: '', label: 'yes', line: 4 },
    ])
  })
  it('has no label where the split has none', async () => {
    await put('test.csv', 'first,second\na,b\n')
    expect(await all(readSplit(pairs, 'test', data_dir))).toEqual([
      { guid: 'test-1', text_a: 'a', text_b: 'b', label: null, line: 2 },
    ])
  })
  it('says in one sentence what is wrong, where, and what to do', async () => {
    await put('train.csv', 'id,first,second,label\na,x,y,yes\nb,x,y,mabye\n')
    expect((await failureOf(pairs, 'train')).message).toBe(
      'train.csv line 3 has the label "mabye"; my pairs knows no, yes. Correct the row, or add the label to the task.',
    )
    await put('train.csv', 'id,first,second,label\na,x\n')
    expect((await failureOf(pairs, 'train')).message).toBe(
      'train.csv line 2 has 2 columns; my pairs needs 4; second and label are missing. Correct the row: look for a missing or an extra delimiter.',
    )
    await put('train.csv', 'id,first,second,label\na,x,y,z,yes\n')
    expect((await failureOf(pairs, 'train')).error).toMatchObject({ code: 'bad-row', line: 2 })
    await put('train.csv', 'id,premise,second,label\na,x,y,yes\n')
    expect((await failureOf(pairs, 'train')).message).toBe(
      'train.csv has no column first; it has id, premise, second, label. Map the column anew, or correct the header.',
    )
    await put('train.csv', 'id,first,second,label\na, ,\u200b,yes\n')
    expect((await failureOf(pairs, 'train')).error).toMatchObject({
      code: 'bad-row',
      line: 2,
      column: 'first',
    })
    await put('train.csv', 'id,first,second,label\na,x,"y,yes\n')
    expect((await failureOf(pairs, 'train')).message).toMatch('line 2 opens a quote')
  })
  it('has a split that the task does not', async () => {
    expect((await failureOf(pairs, 'dev')).error).toMatchObject({ code: 'bad-config', field: 'splits.dev' })
  })
  it('may be a folder by mistake', async () => {
    await mkdir(join(data_dir, 'train.csv'))
    expect((await failureOf(pairs, 'train')).error).toMatchObject({
      code: 'file-missing',
      fault: { code: 'file-missing' },
    })
  })
})

describe('the check before an import', () => {
  it('tells every fault with its place and counts what is there', async () => {
    await put(
      'train.csv',
      [
        'id,first,second,label',
        'a,x,y,yes',
        'a,x,y,no',
        'c,x,y,maybe',
        'd,x',
        '',
        'e,,z,yes',
        'f,,,no',
        'g,x,y,',
        'h,x\0,y,no',
        'i,x,y,no',
        '',
      ].join('\n'),
    )
    const { faults, statistics } = await check(pairs)
    expect(
      faults.map(({ code, severity, line, column, value }) => [code, severity, line, column, value]),
    ).toEqual([
      ['duplicate-guid', 'warning', 3, 'id', 'a'],
      ['unknown-label', 'error', 4, 'label', 'maybe'],
      ['column-count', 'error', 5, 'second', null],
      ['blank-line', 'error', 6, null, null],
      ['empty-text', 'warning', 7, 'first', ''],
      ['empty-text', 'error', 8, 'first', ''],
      ['empty-label', 'error', 9, 'label', ''],
      ['nul', 'error', 10, 'first', null],
    ])
    expect(faults.every(({ message, line }) => message.startsWith(`train.csv line ${line} `))).toBe(true)
    expect(statistics).toMatchObject({
      rows: 10,
      examples: 4,
      empty_texts: 1,
      errors: 6,
      warnings: 2,
      skipped_rows: 0,
    })
    expect({ ...statistics?.label_counts }).toEqual({ yes: 2, no: 2 })
  })
  it('tells no more faults than asked for and counts the rest', async () => {
    await put('train.csv', `id,first,second,label\n${'a,x,y,what\n'.repeat(500)}`)
    const { faults, statistics } = await check(pairs, 10)
    expect(faults.length).toBe(10)
    expect(statistics?.errors).toBe(500)
  })
  it('counts the rows that the task leaves out', async () => {
    await put(
      'QQP/train.tsv',
      'id\tq\tq\tquestion1\tquestion2\tis_duplicate\n1\t2\t3\ta\tb\t1\n4\t5\t6\ttorn\n',
    )
    const qqp = taskNamed('qqp')
    if (qqp === null) return expect.fail()
    expect((await check(qqp)).statistics).toMatchObject({ rows: 2, examples: 1, skipped_rows: 1, errors: 0 })
  })
  it('takes what is wrong with the whole file for a fault as well', async () => {
    expect((await check(pairs)).faults).toMatchObject([{ code: 'file-missing', line: null }])
    await put('train.csv', '')
    expect((await check(pairs)).faults).toMatchObject([{ code: 'empty-file' }])
    await put('train.csv', 'id,first,label\n')
    expect((await check(pairs)).faults).toMatchObject([{ code: 'missing-column', line: 1, column: 'second' }])
  })
  it('survives labels that are names of object properties', async () => {
    const task = { ...pairs, labels: ['__proto__', 'constructor'] }
    await put('train.csv', 'id,first,second,label\na,x,y,__proto__\nb,x,y,constructor\n')
    const { statistics } = await check(task)
    expect(Object.entries(statistics?.label_counts ?? {})).toEqual([
      ['__proto__', 1],
      ['constructor', 1],
    ])
  })
})

it('takes numbers for scores as they are usually written, and nothing else', async () => {
  const task: TaskSpec = {
    ...pairs,
    kind: 'regression',
    labels: null,
    metrics: ['pearson'],
    best_by: 'pearson',
  }
  const rows = ['0', ' 4.25 ', '-1', '+.5', '1e-3', 'nan', 'Infinity', '0x10', '1,5', '1_000', ''].map(
    (score, row) => `${row},x,y,"${score}"`,
  )
  await put('train.csv', `id,first,second,label\n${rows.join('\n')}\n`)
  const { faults, statistics } = await check(task)
  expect(statistics?.examples).toBe(5)
  expect(faults.map(({ code }) => code)).toEqual([...new Array(5).fill('label-not-a-number'), 'empty-label'])
})

async function check(task: TaskSpec, limit = 1000) {
  const faults: Fault[] = []
  for await (const report of checkSplit(task, 'train', data_dir, { limit })) {
    if (report.type === 'statistics') return { faults, statistics: report.statistics }
    if (report.type === 'fault') faults.push(report.fault)
  }
  return { faults, statistics: undefined }
}

async function failureOf(task: TaskSpec, split: SplitName): Promise<EngineFailure> {
  try {
    await all(readSplit(task, split, data_dir))
  } catch (error) {
    if (error instanceof EngineFailure) return error
    throw error
  }
  return expect.fail('nothing failed')
}

async function put(name: string, content: string | Buffer): Promise<void> {
  const path = join(data_dir, name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
}

async function all(examples: AsyncGenerator<Example>): Promise<Example[]> {
  const list: Example[] = []
  for await (const example of examples) list.push(example)
  return list
}
