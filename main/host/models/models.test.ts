import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { Runtime } from '../../../engine/spec/runtime.ts'
import type { ModelRecord } from '../../contract/records.ts'
import { forkNode } from '../engine/fork-node.ts'
import { hostsWithEngine } from '../testing/bundled-engine.ts'
import {
  heard,
  newDataset,
  root,
  knobs,
  startHost,
  temporaryFolder,
  until,
  untilStatus,
  type TestHost,
} from '../testing/host-fixture.ts'

const withEngine = hostsWithEngine()
const GOLDENS = path.join(root, 'engine/testing/goldens')
const CHECKPOINT = path.join(GOLDENS, 'model/one-group/pretrained')

/** The layout of the released archives: one folder, named without the version. */
function releasedFolder(): string {
  const folder = path.join(temporaryFolder(), 'albert_tiny')
  mkdirSync(folder)
  for (const ending of ['index', 'data-00000-of-00001']) {
    cpSync(path.join(CHECKPOINT, `model.ckpt-best.${ending}`), path.join(folder, `model.ckpt-best.${ending}`))
  }
  cpSync(path.join(GOLDENS, 'model/one-group/albert_config.json'), path.join(folder, 'albert_config.json'))
  cpSync(path.join(GOLDENS, 'checkpoint/30k-clean.model'), path.join(folder, '30k-clean.model'))
  writeFileSync(path.join(folder, '30k-clean.vocab'), '<pad>\t0\n')
  writeFileSync(path.join(folder, 'model.ckpt-best.meta'), 'a graph')
  return folder
}

function tarball(folder: string, name = 'albert_tiny.tar.gz'): string {
  const file = path.join(temporaryFolder(), name)
  const zip = name.endsWith('z') ? 'z' : ''
  execFileSync('tar', [`-c${zip}f`, file, '-C', path.dirname(folder), path.basename(folder)])
  return file
}

async function importFrom({ host }: TestHost, source: string, work_id = 'work'): Promise<ModelRecord> {
  const { file_id } = await host.registerFile(source)
  return host.handlers['models.import']({ file_ids: [file_id], gelu: 'refuse', work_id })
}

/** Hidden folders are imports in the making, and what is being removed. */
const stored = ({ data_dir }: TestHost): string[] => readdirSync(path.join(data_dir, 'models'))

test('an archive of the released layout becomes a model: checked, asked for a word, listed, and read again after a restart', async () => {
  const test = await withEngine()
  const { handlers } = test.host
  const record = await importFrom(test, tarball(releasedFolder()))
  expect(record).toMatchObject({
    name: 'albert_tiny',
    origin: 'imported',
    pretrained: true,
    tokenizer: 'sentencepiece',
    albert_config: { hidden_size: 32, vocab_size: 200 },
    available: true,
  })
  expect(stored(test)).toEqual([record.id])
  const detail = await handlers['models.get']({ model_id: record.id })
  expect(detail.files.map(({ name }) => name)).toEqual([
    '30k-clean.model',
    'albert_config.json',
    'model.ckpt-best.data-00000-of-00001',
    'model.ckpt-best.index',
    'report.json',
  ])
  expect(record.bytes).toBe(detail.files.reduce((sum, { bytes }) => sum + bytes, 0))
  expect(detail.report?.probes).toHaveLength(2)
  expect(detail.report?.variables.map(({ name }) => name)).toContain('bert/pooler/dense/kernel')
  expect(JSON.parse(readFileSync(path.join(detail.folder ?? '', 'report.json'), 'utf8'))).toEqual(
    detail.report,
  )
  expect(heard(test, 'model.changed')).toEqual([record])
  expect(new Set(heard(test, 'model.import-progress').map(({ phase }) => phase))).toEqual(
    new Set(['unpacking', 'reading', 'checking', 'probing']),
  )
  const histogram = await handlers['models.histogram']({
    model_id: record.id,
    variable: 'bert/pooler/dense/kernel',
  })
  expect(histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(32 * 32)
  await test.host.close()
  const again = await startHost({ data_dir: test.data_dir, assets_dir: test.assets_dir })
  expect((await again.host.handlers['models.list']({})).map(({ id }) => id)).toEqual(['sample', record.id])
})

test('a folder, a plain tar, and the files of a folder one by one give the same model', async () => {
  const test = await withEngine()
  const folder = releasedFolder()
  const whole = await importFrom(test, folder)
  const plain = await importFrom(test, tarball(folder, 'albert_tiny.tar'))
  const refs = await Promise.all(
    readdirSync(folder).map((name) => test.host.registerFile(path.join(folder, name))),
  )
  const parts = await test.host.handlers['models.import']({
    file_ids: refs.map(({ file_id }) => file_id),
    name: 'by parts',
    gelu: 'refuse',
    work_id: 'w',
  })
  const norms = async ({ id }: ModelRecord) =>
    (await test.host.handlers['models.get']({ model_id: id })).report?.variables
  expect(await norms(plain)).toEqual(await norms(whole))
  expect(await norms(parts)).toEqual(await norms(whole))
  expect(parts.name).toBe('by parts')
  expect(readdirSync(folder)).toContain('model.ckpt-best.data-00000-of-00001') // what was given is left as it is
})

test('a module whose files come one by one keeps its folder of variables', async () => {
  const test = await withEngine()
  const hub = path.join(GOLDENS, 'savedmodel/hub')
  const files = ['variables', 'assets'].flatMap((part) =>
    readdirSync(path.join(hub, part)).map((name) => path.join(hub, part, name)),
  )
  const refs = await Promise.all(files.map((file) => test.host.registerFile(file)))
  const record = await test.host.handlers['models.import']({
    file_ids: refs.map(({ file_id }) => file_id),
    gelu: 'refuse',
    work_id: 'w',
  })
  const { report } = await test.host.handlers['models.get']({ model_id: record.id })
  expect(report).toMatchObject({ form: 'saved-model', vocabulary_pieces: 200 })
})

describe('a run starts from an imported model', () => {
  test('with its weights and its config, to a score', async () => {
    const test = await withEngine()
    const model = await importFrom(test, tarball(releasedFolder()))
    const dataset_id = await newDataset(test)
    const job = await test.host.handlers['jobs.create']({
      name: '',
      dataset_id,
      model_id: model.id,
      hyperparameters: knobs({ train_step: 3, save_checkpoints_steps: 3, warmup_step: 0 }),
      runtime: Runtime.parse({}),
      do_predict: false,
    })
    expect(job.albert_config).toEqual(model.albert_config)
    const done = await untilStatus(test, job.id, 'done', 'failed')
    expect(done.error).toBeNull()
    expect(done.result?.metrics['accuracy']).toBeGreaterThanOrEqual(0)
    const log = await test.host.handlers['jobs.log']({ job_id: job.id, last: 500 })
    expect(log.map(({ message }) => message).join('\n')).toMatch(
      /variables are taken from .*model\.ckpt-best/,
    )
    const { used_by } = await test.host.handlers['models.get']({ model_id: model.id })
    expect(used_by).toEqual([{ job_id: job.id, name: job.name, status: 'done' }])
  })

  test('and the model cannot be deleted before the run is over; then its bytes are freed', async () => {
    const test = await withEngine()
    const model = await importFrom(test, releasedFolder())
    const dataset_id = await newDataset(test)
    const { handlers } = test.host
    const job = await handlers['jobs.create']({
      name: 'waits',
      dataset_id,
      model_id: model.id,
      hyperparameters: knobs({ train_step: 100_000 }),
      runtime: Runtime.parse({}),
      do_predict: false,
    })
    await expect(handlers['models.delete']({ model_id: model.id })).rejects.toMatchObject({
      error: { code: 'in-use', message: expect.stringContaining('waits') as string },
    })
    await handlers['jobs.cancel']({ job_id: job.id })
    await untilStatus(test, job.id, 'cancelled')
    expect(await handlers['models.delete']({ model_id: model.id })).toEqual({ freed_bytes: model.bytes })
    expect(stored(test)).toEqual([])
    expect(heard(test, 'model.removed')).toEqual([{ model_id: model.id }])
    await expect(handlers['models.get']({ model_id: model.id })).rejects.toMatchObject({
      error: { code: 'not-found' },
    })
  })
})

describe('what goes wrong leaves nothing', () => {
  test('a missing file is named, by the name that the person knows', async () => {
    const test = await withEngine()
    const folder = releasedFolder()
    rmSync(path.join(folder, 'albert_config.json'))
    const file = tarball(folder)
    const refused = await importFrom(test, file).catch((error: unknown) => error)
    expect(String(refused)).toContain('there is no albert_config.json')
    expect(String(refused)).not.toContain('.partial-')
    expect(refused).toMatchObject({
      error: { fault: { code: 'model-lacks-file' } },
    })
    expect(stored(test)).toEqual([])
  })

  test('a folder without a checkpoint is told apart from it, for those who read another language', async () => {
    const test = await withEngine()
    const folder = releasedFolder()
    for (const name of readdirSync(folder).filter((one) => one.startsWith('model.ckpt')))
      rmSync(path.join(folder, name))
    const refused = await importFrom(test, tarball(folder)).catch((error: unknown) => error)
    expect(refused).toMatchObject({
      error: {
        fault: { code: 'model-bad-checkpoint' },
      },
    })
  })

  test('an import that is cancelled', async () => {
    const test = await withEngine()
    const { file_id } = await test.host.registerFile(releasedFolder())
    const { handlers } = test.host
    const running = handlers['models.import']({ file_ids: [file_id], gelu: 'refuse', work_id: 'mine' })
    await handlers['models.cancel']({ work_id: 'mine' })
    await expect(running).rejects.toMatchObject({ error: { code: 'cancelled' } })
    expect(stored(test)).toEqual([])
  })

  test('an engine that dies', async () => {
    const dying = path.join(temporaryFolder(), 'dies.cjs')
    writeFileSync(dying, "process.send({ type: 'ready' }); process.on('message', () => process.exit(7))")
    const test = await startHost({ fork: forkNode(dying) })
    await expect(importFrom(test, releasedFolder())).rejects.toMatchObject({
      error: { code: 'internal', message: expect.stringContaining('code 7') as string },
    })
    expect(stored(test)).toEqual([])
  })

  test('leftovers of a program that was killed go at the next start', async () => {
    const test = await startHost()
    const old = path.join(test.data_dir, 'models', '.partial-old')
    mkdirSync(old)
    utimesSync(old, new Date(0), new Date(0))
    await test.host.close()
    await startHost({ data_dir: test.data_dir, assets_dir: test.assets_dir })
    expect(existsSync(old)).toBe(false)
  })

  test('files that are gone later are seen, and a run says what to do', async () => {
    const test = await withEngine()
    const model = await importFrom(test, releasedFolder())
    rmSync(path.join(test.data_dir, 'models', model.id, 'model.ckpt-best.index'))
    const [, listed] = await test.host.handlers['models.list']({})
    expect(listed).toMatchObject({ id: model.id, available: false })
  })
})

describe('a model from a config', () => {
  test('has the vocabulary of another, and starts fresh', async () => {
    const test = await withEngine()
    const { handlers } = test.host
    const imported = await importFrom(test, releasedFolder())
    const albert_config = { ...imported.albert_config, hidden_size: 16, num_attention_heads: 2 }
    const made = await handlers['models.create']({ name: 'Mine', albert_config, vocabulary_of: imported.id })
    expect(made).toMatchObject({
      origin: 'made',
      pretrained: false,
      parameters: expect.any(Number) as number,
    })
    const { pieces, unk } = await handlers['models.tokenize']({
      model_id: made.id,
      text: 'Hello there',
      do_lower_case: true,
    })
    expect(pieces.length).toBeGreaterThan(1)
    expect(pieces.every(({ id }) => id >= 0 && id < 200)).toBe(true)
    expect(unk).toBe(1)
    await expect(
      handlers['models.create']({
        name: 'Too small',
        albert_config: { ...albert_config, vocab_size: 10 },
        vocabulary_of: imported.id,
      }),
    ).rejects.toMatchObject({
      error: { code: 'invalid-input', faults: [{ field: 'albert_config.vocab_size' }] },
    })
    await expect(handlers['models.delete']({ model_id: 'sample' })).rejects.toMatchObject({
      error: { code: 'not-allowed-now' },
    })
  })
})

test('all models move to another disk, copies compared, and runs find them there; one that goes on keeps what it reads', async () => {
  const test = await withEngine()
  const { handlers } = test.host
  const model = await importFrom(test, releasedFolder())
  const disk = temporaryFolder()
  const { file_id } = await test.host.registerFile(disk)
  const job = await handlers['jobs.create']({
    name: 'waits',
    dataset_id: await newDataset(test),
    model_id: model.id,
    hyperparameters: knobs({ train_step: 100_000 }),
    runtime: Runtime.parse({}),
    do_predict: false,
  })
  const before = path.join(test.data_dir, 'models', model.id, 'model.ckpt-best')
  expect(test.host.runRequest(job.id).model.init_checkpoint).toBe(before)
  await untilStatus(test, job.id, 'running')
  const { folder } = await handlers['models.move']({ to: { file_id }, work_id: 'move' })
  expect(stored(test)).toEqual([model.id]) // the run may read it still
  await handlers['jobs.cancel']({ job_id: job.id })
  await untilStatus(test, job.id, 'cancelled')
  await until(() => (stored(test).length === 0 ? true : undefined))
  const { model: moved } = test.host.runRequest(job.id)
  expect(moved.init_checkpoint).toBe(path.join(folder, model.id, 'model.ckpt-best'))
  expect(folder).toBe(path.join(disk, 'albert-models'))
  expect(stored(test)).toEqual([])
  expect(readdirSync(folder)).toEqual([model.id])
  const detail = await handlers['models.get']({ model_id: model.id })
  expect(detail).toMatchObject({ record: { available: true }, folder: path.join(folder, model.id) })
  await expect(handlers['models.move']({ to: { file_id }, work_id: 'move' })).rejects.toThrow(
    /they lie there already/,
  )
})
