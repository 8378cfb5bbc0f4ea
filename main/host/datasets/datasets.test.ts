// Files from a drop to a dataset: previews, faults with their places, the import whole or not at all.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { TaskSpec } from '../../../engine/spec/task-spec.ts'
import { openSink } from '../storage/file-sink.ts'
import {
  addFile,
  draft,
  heard,
  newDataset,
  newJob,
  rows,
  startHost,
  temporaryFolder,
} from '../testing/host-fixture.ts'
import { measureTurns } from '../testing/longest-turn.ts'
import { checkDraft } from './check-draft.ts'
import { importDataset } from './import.ts'

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex')
const none = new AbortController().signal

test('a dropped file is previewed with what was guessed, and the person may overrule it', async () => {
  const t = await startHost()
  const file_id = await addFile(t, rows(200), 'reviews.tsv')
  const preview = await t.host.handlers['datasets.preview']({ file_id })
  expect(preview).toMatchObject({
    name: 'reviews.tsv',
    header: true,
    columns: ['sentence', 'label'],
    guess: { kind: 'classification', text_a: 'sentence', label: 'label', labels: ['early', 'modern'] },
  })
  expect(preview.rows).toHaveLength(100)
  expect(preview.rows[0]).toEqual({ line: 2, cells: ['sentence number 0', 'early'] })
  const other = await t.host.handlers['datasets.preview']({ file_id, header: false })
  expect(other.rows[0]).toEqual({ line: 1, cells: ['sentence', 'label'] })
})

test.each([
  ['', 'nothing.tsv is empty. Drop a file that has rows.'],
  [
    'no\tverdict\twhat was said\n',
    'nothing.tsv has a header (no, verdict, what was said) and no rows below it. Drop a file that has rows.',
  ],
])('a file without rows is refused in words: %j', async (text, message) => {
  const t = await startHost()
  const file_id = await addFile(t, text, 'nothing.tsv')
  await expect(t.host.handlers['datasets.preview']({ file_id })).rejects.toMatchObject({
    error: { code: 'bad-file', file: 'nothing.tsv', message },
  })
})

test('without a dev file a share of every label becomes it, the same for the same seed, byte for byte', async () => {
  const t = await startHost()
  const text = rows(100, ['a', 'b', 'b', 'b'])
  const train = await addFile(t, text)
  const record = await t.host.handlers['datasets.import'](draft(train))
  expect(record.splits).toMatchObject({
    train: { rows: 80, label_counts: { a: 20, b: 60 } },
    dev: { rows: 20, label_counts: { a: 5, b: 15 } },
  })
  const folder = path.join(t.data_dir, 'datasets', record.id)
  const parts = ['train.tsv', 'dev.tsv'].map((name) => readFileSync(path.join(folder, name), 'utf8'))
  expect(record.splits.dev?.sha256).toBe(sha256(parts[1] ?? ''))
  const lines = parts.flatMap((part) => part.trimEnd().split('\n').slice(1))
  expect(lines.sort()).toEqual(text.trimEnd().split('\n').slice(1).sort())
  expect(TaskSpec.parse(JSON.parse(readFileSync(path.join(folder, 'task.json'), 'utf8')))).toEqual(
    record.task,
  )
  expect(heard(t, 'dataset.changed')).toEqual([record])

  const again = await t.host.handlers['datasets.import'](draft(train))
  const other = await t.host.handlers['datasets.import'](draft(train, { seed: 2 }))
  expect(again.version).toBe(record.version)
  expect(other.version).not.toBe(record.version)
})

test('quoted cells with line ends, UTF-16 and a missing last line end survive the split', async () => {
  const t = await startHost()
  const cells = Array.from(
    { length: 20 },
    (_, row) => `"text ${row}\nsecond line, ""quoted"" é",${row % 2 ? 'x' : 'y'}`,
  )
  const text = Buffer.concat([
    Buffer.from([0xff, 0xfe]),
    Buffer.from(['text,label', ...cells].join('\r\n'), 'utf16le'),
  ])
  const record = await t.host.handlers['datasets.import'](
    draft(await addFile(t, text, 'a.csv'), {
      format: { delimiter: ',', quote: '"', encoding: 'utf-16le' },
      columns: { guid: null, text_a: 'text', text_b: null, label: 'label' },
      dev_share: 0.5,
    }),
  )
  expect(record.splits).toMatchObject({ train: { rows: 10 }, dev: { rows: 10 } })
  const shown = await t.host.handlers['datasets.rows']({ dataset_id: record.id, split: 'dev', limit: 3 })
  expect(shown.columns).toEqual(['text', 'label'])
  expect(shown.rows[0]?.cells[0]).toMatch(/^text \d+\r?\nsecond line, "quoted" é$/)
  const sizes = ['train.csv', 'dev.csv'].map(
    (name) => readFileSync(path.join(t.data_dir, 'datasets', record.id, name)).length,
  )
  const header = 2 + Buffer.from('text,label\r\n', 'utf16le').length
  expect((sizes[0] ?? 0) + (sizes[1] ?? 0)).toBe(text.length + header) // each has the header, and nothing else twice
})

test.each([
  ['empty', '', 'is empty'],
  ['only a header', 'sentence\tlabel\n', 'holds a header and no rows'],
  ['a missing column', 'text\tlabel\na\tb\nc\td\n', 'has no column sentence'],
])('a file with %s is refused in words', async (_, text, words) => {
  const t = await startHost()
  const train = await addFile(t, text, 'my.tsv')
  const check = await t.host.handlers['datasets.check'](draft(train))
  expect(check.fault_count).toBe(1)
  expect(check.faults[0]?.message).toContain(words)
  expect(check.faults[0]?.message).toContain('my.tsv')
  expect(check.faults[0]?.message).not.toContain('albert-host-')
  await expect(t.host.handlers['datasets.import'](draft(train))).rejects.toMatchObject({
    error: { code: 'bad-file', message: expect.stringContaining(words) as unknown },
  })
  expect(readdirSync(path.join(t.data_dir, 'datasets'))).toEqual([])
})

test('faulty rows are told with line and column; the import is refused, or leaves them out when asked to', async () => {
  const t = await startHost()
  const bad = 'one column only\nsentence 2\tnobody knows\n \tearly\n'
  const train = await addFile(t, rows(20) + bad, 'my.tsv')
  const wanted = draft(train, { labels: ['early', 'modern'] })
  const check = await t.host.handlers['datasets.check'](wanted)
  expect(check.faults.map(({ line, code, column, split }) => [line, code, column, split])).toEqual([
    [22, 'column-count', 'label', 'train'],
    [23, 'unknown-label', 'label', 'train'],
    [24, 'empty-text', 'sentence', 'train'],
  ])
  expect(check.label_counts.train).toEqual({ early: 10, modern: 10 })
  await expect(t.host.handlers['datasets.import'](wanted)).rejects.toMatchObject({
    error: {
      code: 'bad-file',
      file: 'my.tsv',
      line: 22,
      message: expect.stringContaining('2 more rows') as unknown,
    },
  })
  const record = await t.host.handlers['datasets.import']({ ...wanted, skip_faulty_rows: true })
  expect(record.splits).toMatchObject({ train: { rows: 16 }, dev: { rows: 4 } })
  const folder = path.join(t.data_dir, 'datasets', record.id)
  const lines = ['train.tsv', 'dev.tsv'].flatMap((name) =>
    readFileSync(path.join(folder, name), 'utf8').trimEnd().split('\n'),
  )
  expect(lines).toHaveLength(22)
  expect(lines.join('\n')).not.toContain('one column only')
})

test('of a thousand and one faults a thousand are told and all are counted', async () => {
  const t = await startHost()
  const train = await addFile(t, rows(4) + 'bad\n'.repeat(1001))
  const check = await t.host.handlers['datasets.check'](draft(train))
  expect(check.faults).toHaveLength(1000)
  expect(check.fault_count).toBe(1001)
})

test.each([
  [
    'no label column',
    { columns: { guid: null, text_a: 'sentence', text_b: null, label: null } },
    'columns.label',
  ],
  ['one label only', { labels: ['early'] }, 'labels'],
  [
    'too many labels',
    { columns: { guid: null, text_a: 'label', text_b: null, label: 'sentence' } },
    'columns.label',
  ],
])('a draft with %s shows the fault at its field', async (_, more, field) => {
  const t = await startHost()
  const train = await addFile(t, rows(1200))
  await expect(t.host.handlers['datasets.check'](draft(train, more))).rejects.toMatchObject({
    error: { code: 'invalid-input', faults: [{ field }] },
  })
})

test('test files keep their rows without labels, and lack the id column where they have none', async () => {
  const t = await startHost()
  const train = await addFile(t, 'id\tsentence\tlabel\n1\ta b\tx\n2\tc d\ty\n3\te f\tx\n4\tg h\ty\n')
  const tests = await addFile(t, 'sentence\nunlabelled\n', 'test.txt')
  const columns = { guid: 'id', text_a: 'sentence', text_b: null, label: 'label' }
  const record = await t.host.handlers['datasets.import'](
    draft(train, { columns, files: { train, dev: train, test: tests } }),
  )
  expect(record.task.splits.test).toEqual({
    file: 'test.txt',
    header: true,
    columns: { guid: null, text_a: 'sentence', text_b: null, label: null },
  })
  expect(record.splits.test).toMatchObject({ rows: 1, label_counts: {} })
})

test('whichever write fails, nothing is left of the import and the reason is said', async () => {
  const t = await startHost()
  const train = await addFile(t, rows(5000))
  const file = {
    path: (await import('node:fs')).realpathSync(path.join(temporaryFolder())),
    name: 'train.tsv',
  }
  file.path = path.join(file.path, 'train.tsv')
  writeFileSync(file.path, rows(50_000))
  const files = { train: file }
  const { task, checks } = await checkDraft(draft(train), files, none, () => undefined)
  const plan = {
    name: 'x',
    origin: 'imported' as const,
    task,
    files,
    checks,
    dev_share: 0.2,
    seed: 1,
    skip_faulty_rows: false,
    skip_faults: [],
  }
  const folder = path.join(temporaryFolder(), 'datasets')
  mkdirSync(folder)
  const failing = (nth: number): { open: typeof openSink; calls: () => number } => {
    let calls = 0
    const step = () => {
      calls += 1
      if (calls === nth) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
    }
    return {
      calls: () => calls,
      open: async (name) => {
        step()
        const sink = await openSink(name)
        return {
          ...sink,
          write: (bytes) => {
            if (bytes.length > 0 && calls < nth + 1 && nth % 2 === 1) step()
            return sink.write(bytes)
          },
          close: async () => {
            await sink.close()
            step()
          },
        }
      },
    }
  }
  for (const nth of [1, 2, 3, 4, 5, 101, 50_001]) {
    await expect(importDataset(plan, folder, none, failing(nth).open), `write ${nth}`).rejects.toMatchObject({
      error: { code: 'disk-full', file: expect.any(String) as unknown },
    })
    expect(readdirSync(folder)).toEqual([])
  }
  const good = await importDataset(plan, folder, none)
  expect(good.splits).toMatchObject({ train: { rows: 40_000 }, dev: { rows: 10_000 } })
})

test('a dataset that a waiting or running job needs is not deleted; a finished run keeps its record', async () => {
  const t = await startHost()
  const dataset_id = await newDataset(t)
  t.engine.behaviour = 'stays'
  const { id } = await newJob(t, dataset_id)
  await expect(t.host.handlers['datasets.delete']({ dataset_id })).rejects.toMatchObject({
    error: { code: 'in-use' },
  })
  await t.host.handlers['jobs.cancel']({ job_id: id })
  const { untilStatus } = await import('../testing/host-fixture.ts')
  await untilStatus(t, id, 'cancelled')
  await t.host.handlers['datasets.delete']({ dataset_id })
  expect(existsSync(path.join(t.data_dir, 'datasets', dataset_id))).toBe(false)
  expect(await t.host.handlers['jobs.list']({})).toMatchObject([{ id, dataset_name: 'My data' }])
  await expect(newJob(t, dataset_id)).rejects.toMatchObject({ error: { code: 'not-found', what: 'dataset' } })
})

test('a large file is checked and imported without holding up the host', async () => {
  const t = await startHost()
  const train = await addFile(t, rows(40_000))
  const end = measureTurns()
  const record = await t.host.handlers['datasets.import'](draft(train))
  expect(end()).toBeLessThan(50)
  expect(record.splits.train?.rows).toBe(32_000)
})

test('uploads arrive as a stream, have harmless names, and leave nothing when they break off', async () => {
  const t = await startHost()
  async function* bytes(broken: boolean) {
    yield Buffer.from('sentence\tlabel\n')
    if (broken) throw new Error('the sender went away')
    yield Buffer.from('a\tb\n')
  }
  const uploads = path.join(t.data_dir, 'uploads')
  await expect(t.host.receiveFile('x.tsv', bytes(true))).rejects.toThrow('the sender went away')
  expect(readdirSync(uploads)).toEqual([])
  const ref = await t.host.receiveFile('../../etc/pass wd.tsv', bytes(false))
  expect(ref).toMatchObject({ name: 'pass wd.tsv', bytes: 19 })
  expect(await t.host.handlers['datasets.preview']({ file_id: ref.file_id })).toMatchObject({
    name: 'pass wd.tsv',
  })
})

test('the sample is imported once and queued each time', async () => {
  const t = await startHost()
  const run = () => t.host.handlers['jobs.run-sample']({})
  const [a, b] = await Promise.all([run(), run()])
  expect(a.dataset_id).toBe(b.dataset_id)
  expect((await run()).dataset_id).toBe(a.dataset_id)
  expect(await t.host.handlers['datasets.list']({})).toMatchObject([{ origin: 'sample', available: true }])
  expect(a.hyperparameters).toMatchObject({
    train_step: (await t.host.handlers['presets.list']({}))[0]?.hyperparameters.train_step,
  })
})

test('labels are found in the training file: spellings that mean the same are one, empty ones none', async () => {
  const t = await startHost()
  const train = await addFile(t, 'sentence\tlabel\na\tYes\nb\tno\nc\tyes\nd\tyes \ne\t\nf\n')
  const check = await t.host.handlers['datasets.check'](draft(train))
  expect(check.labels).toEqual(['no', 'yes'])
  expect(check.label_counts.train).toEqual({ no: 1, yes: 3 })
  expect(check.faults).toMatchObject([
    { code: 'empty-label', line: 6 },
    { code: 'column-count', line: 7, facts: { has: 1, needs: 2 } },
  ])
})

test('texts that come twice, contradict each other or are learnt before they are measured on are warned of', async () => {
  const t = await startHost()
  const train = await addFile(t, 'sentence\tlabel\nred\ta\nblue\tb\nred\ta\nblue\ta\ngreen\tb\n')
  const dev = await addFile(t, 'sentence\tlabel\ngreen\tb\nwhite\ta\n', 'dev.tsv')
  const check = await t.host.handlers['datasets.check'](draft(train, { files: { train, dev, test: null } }))
  expect(check.faults).toMatchObject([
    { code: 'duplicate-row', severity: 'warning', split: 'train', line: 4, facts: { first: 2 } },
    { code: 'conflicting-label', severity: 'warning', split: 'train', line: 5, facts: { first: 3 } },
    { code: 'leaked-row', severity: 'warning', split: 'dev', line: 2, facts: { first: 6 } },
  ])
})

test('a label that only dev has, and a training file of one label, are warned of', async () => {
  const t = await startHost()
  const train = await addFile(t, 'sentence\tlabel\nred\ta\nblue\ta\n')
  const dev = await addFile(t, 'sentence\tlabel\ngreen\tb\n', 'dev.tsv')
  const files = { train, dev, test: null }
  const check = await t.host.handlers['datasets.check'](draft(train, { labels: ['a', 'b'], files }))
  expect(check.faults).toMatchObject([
    { code: 'single-class', severity: 'warning', split: 'train', value: 'a' },
    { code: 'label-only-in-dev', severity: 'warning', split: 'dev', value: 'b' },
  ])
})

test('an unknown label can be taken for a known one, and a label be called otherwise', async () => {
  const t = await startHost()
  const train = await addFile(t, 'sentence\tlabel\nred\tgood\nblue\tbad\nwhite\tbda\n')
  const dev = await addFile(t, 'sentence\tlabel\nred one\tgood\n', 'dev.tsv')
  const wish = draft(train, { labels: ['positive', 'bad'], files: { train, dev, test: null } })
  const before = await t.host.handlers['datasets.check'](wish)
  expect(before.code_counts).toEqual({ 'unknown-label': 3 })
  const label_aliases = { good: 'positive', bda: 'bad' }
  expect((await t.host.handlers['datasets.check']({ ...wish, label_aliases })).fault_count).toBe(0)
  const record = await t.host.handlers['datasets.import']({ ...wish, label_aliases })
  expect(record.task).toMatchObject({ labels: ['positive', 'bad'], label_aliases })
  expect(record.splits.train?.label_counts).toEqual({ positive: 1, bad: 2 })
})

test('JSON Lines are a table whose columns are the keys, and stay as they are', async () => {
  const t = await startHost()
  const lines = Array.from({ length: 20 }, (_, at) =>
    JSON.stringify({ id: at, text: `tab\there ${at}`, label: at % 2 }),
  )
  const train = await addFile(t, [...lines, '{"id": 20, "text": "broken"', ''].join('\n'), 'mine.jsonl')
  const { format, header, guess, columns } = await t.host.handlers['datasets.preview']({ file_id: train })
  expect({ columns, guess }).toMatchObject({
    columns: ['id', 'text', 'label'],
    guess: { kind: 'classification', text_a: 'text', label: 'label', guid: 'id' },
  })
  const { labels: _, ...roles } = guess
  const wish = draft(train, { format, header, columns: roles })
  expect((await t.host.handlers['datasets.check'](wish)).faults).toMatchObject([
    { code: 'bad-json', line: 21 },
  ])
  const record = await t.host.handlers['datasets.import']({ ...wish, skip_faults: ['bad-json'] })
  const parts = ['train.jsonl', 'dev.jsonl'].map((name) =>
    readFileSync(path.join(t.data_dir, 'datasets', record.id, name), 'utf8'),
  )
  expect(parts.flatMap((part) => part.trimEnd().split('\n')).sort()).toEqual([...lines].sort())
})

test('a check that is cancelled ends with that reason, and nothing stays behind', async () => {
  const t = await startHost()
  const train = await addFile(t, rows(200_000))
  const wish = draft(train, { work_id: 'w' })
  const checking = t.host.handlers['datasets.import'](wish)
  const refused = expect(checking).rejects.toMatchObject({ error: { code: 'cancelled' } })
  await t.host.handlers['datasets.cancel']({ work_id: 'w' })
  await refused
  expect(await t.host.handlers['datasets.list']({})).toEqual([])
  expect(readdirSync(path.join(t.data_dir, 'datasets'))).toEqual([])
})
