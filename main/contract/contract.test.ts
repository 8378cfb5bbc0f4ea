// Every method and every event of the contract over every transport, with the real host on a real data folder.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { draft, knobs, rows, startHost, temporaryFolder, until } from '../host/testing/host-fixture.ts'
import { connect } from './connect.ts'
import { HostFailure } from './errors.ts'
import type { EventName, HostClient, MethodInput, MethodName, MethodOutput } from './host.ts'
import { hostContract } from './host.ts'
import { whatThePageGot } from './testing/electron-pair.ts'
import { wires } from './testing/transports.ts'

vi.mock('electron', async () => (await import('./testing/electron-pair.ts')).electronOfThePage)
await import('../electron/preload.ts')

/** As short as a WordPiece vocabulary can be, and one word. */
const WORDS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'hello']

type Asked = {
  t: Awaited<ReturnType<typeof startHost>>
  client: HostClient
  call: <Name extends MethodName>(name: Name, input: MethodInput<Name>) => Promise<MethodOutput<Name>>
  asked: Set<MethodName>
  heard: { name: EventName; payload: unknown }[]
  drop: (text: string, name?: string) => Promise<string>
  sendRaw: (name: string, input: unknown) => Promise<unknown>
}

async function over(wire: keyof typeof wires): Promise<Asked> {
  const t = await startHost({ chooseFolder: async () => '/media/disk' })
  const { transport, file, close } = await wires[wire](t.host)
  onTestFinished(close)
  const client = connect(transport)
  onTestFinished(() => client.close())
  const connected = new Promise<void>((resolve) => {
    client.onConnection((state) => state && resolve())
  })
  await connected
  const heard: Asked['heard'] = []
  for (const name of Object.keys(hostContract.events) as EventName[]) {
    client.on(name, (payload) => heard.push({ name, payload }))
  }
  const asked = new Set<MethodName>()
  return {
    t,
    client,
    asked,
    heard,
    call: (name, input) => {
      asked.add(name)
      return client.call(name, input)
    },
    drop: async (text, name = 'träin data.tsv') => {
      const place = path.join(temporaryFolder(), name)
      writeFileSync(place, text)
      const added = await client.addFile(await file(place))
      expect(added).toMatchObject({ name, bytes: Buffer.byteLength(text) })
      return added.file_id
    },
    sendRaw: (name, input) => transport.call(name, input),
  }
}

const reasonOf = (failing: Promise<unknown>): Promise<unknown> =>
  failing.then(
    () => {
      throw new Error('it did not fail')
    },
    (cause: unknown) => (cause instanceof HostFailure ? cause.error : cause),
  )

describe.each(Object.keys(wires) as (keyof typeof wires)[])('%s', (wire) => {
  test('every method answers and every event is heard', async () => {
    const { t, call, asked, heard, drop } = await over(wire)
    const statusOf = async (id: string): Promise<string | undefined> =>
      (await call('jobs.list', {})).find((job) => job.id === id)?.status
    const untilStatus = (id: string, status: string): Promise<unknown> =>
      until(
        async () => ((await statusOf(id)) === status ? true : undefined),
        async () => `${status}, it is ${await statusOf(id)}`,
      )

    expect(await call('host.info', {})).toMatchObject({ version: '0.0.0', data_dir: t.data_dir })
    expect(await call('host.choose-folder', {})).toEqual({ path: '/media/disk' })
    expect(await call('settings.get', {})).toMatchObject({ language: 'system', theme: 'system' })
    expect(await call('settings.set', { language: 'zh', theme: 'dark' })).toMatchObject({
      language: 'zh',
      theme: 'dark',
    })
    expect(await call('models.list', {})).toMatchObject([{ id: 'sample' }])
    expect(await call('results.published', {})).toEqual({ source: 'none', columns: [], rows: [] })
    const presets = await call('presets.list', {})
    expect(presets.length).toBeGreaterThan(0)

    const vocabulary = await drop(WORDS.join('\n'), 'vocab.txt')
    const config = await drop('{}', 'albert_config.json')
    const model = await call('models.import', { file_ids: [vocabulary, config], work_id: 'work' })
    const { record, files } = await call('models.get', { model_id: model.id })
    expect(record).toEqual(model)
    expect(files.map(({ name }) => name)).toContain('vocab.txt')
    await call('models.cancel', { work_id: 'work' })
    expect(await call('models.histogram', { model_id: model.id, variable: 'any' })).toMatchObject({
      least: 0,
    })
    const tokenized = await call('models.tokenize', { model_id: model.id, text: 'Hello you' })
    expect(tokenized.pieces).toEqual([
      { piece: 'hello', id: 5 },
      { piece: '[UNK]', id: 1 },
    ])
    const { albert_config } = model
    const made = await call('models.create', { name: 'Mine', albert_config, vocabulary_of: model.id })
    expect(await call('models.rename', { model_id: made.id, name: 'Ours' })).toMatchObject({ name: 'Ours' })
    const elsewhere = path.join(temporaryFolder(), 'disk')
    mkdirSync(elsewhere)
    const { file_id } = await t.host.registerFile(elsewhere)
    expect(await call('models.folder', {})).toMatchObject({ models: 2, move: null })
    const { folder } = await call('models.move', { to: { file_id }, work_id: 'move' })
    expect(folder).toBe(path.join(elsewhere, 'albert-models'))
    for (const { id, bytes } of [model, made])
      expect(await call('models.delete', { model_id: id })).toEqual({ freed_bytes: bytes })

    expect(await call('runtimes.report', {})).toMatchObject({ runtimes: [], chosen: { runtime_id: null } })
    for (const method of ['runtimes.try', 'runtimes.delete'] as const)
      expect(await reasonOf(call(method, { runtime_id: 'none' }))).toMatchObject({ code: 'not-found' })

    // A port of this machine where nobody listens: the download waits for its next try.
    await call('settings.set', { downloads: { mirror: 'http://127.0.0.1:1' } })
    expect(await call('catalogue.models', {})).toEqual([])
    expect(await call('catalogue.benchmarks', {})).toMatchObject([{ id: 'tiny' }])
    const { id: download_id } = await call('downloads.start', { kind: 'dataset', item_id: 'tiny' })
    expect(await call('downloads.pause', { download_id })).toMatchObject({ status: 'paused' })
    expect(await call('downloads.resume', { download_id })).toMatchObject({ id: download_id, name: 'Tiny' })
    expect(await reasonOf(call('downloads.open', { download_id }))).toMatchObject({ code: 'not-allowed-now' })
    expect(await call('downloads.list', {})).toMatchObject([{ id: download_id }])
    expect(await call('downloads.remove', { download_id })).toEqual({})

    const train = await drop(rows(20))
    const preview = await call('datasets.preview', { file_id: train })
    expect(preview).toMatchObject({ columns: ['sentence', 'label'], header: true })
    expect(preview.rows[0]).toEqual({ line: 2, cells: ['sentence number 0', 'early'] })
    expect(await call('datasets.recognize', { file_ids: [train] })).toMatchObject({ found: [] })
    const texts = [{ text_a: 'a sentence', text_b: null }]
    const encoding = { model_id: 'sample', texts, max_seq_length: 16, do_lower_case: true }
    expect(await reasonOf(call('datasets.encode', encoding))).toMatchObject({ code: 'bad-file' }) // no real vocabulary
    const measured = { draft: draft(await drop(rows(4))), model_id: 'sample', do_lower_case: true }
    expect(await reasonOf(call('datasets.lengths', measured))).toMatchObject({ code: 'bad-file' })
    expect(await call('datasets.cancel', { work_id: 'nothing that goes on' })).toEqual({})
    const checked = await call('datasets.check', draft(train, { work_id: 'check' }))
    expect(checked).toMatchObject({ fault_count: 0, labels: ['early', 'modern'] })
    const dataset = await call('datasets.import', draft(train))
    expect(await call('datasets.list', {})).toEqual([dataset])
    const shown = await call('datasets.rows', { dataset_id: dataset.id, split: 'train', limit: 3 })
    expect(shown.rows).toHaveLength(3)

    const recipe = { dataset_id: dataset.id, model_id: 'sample', hyperparameters: knobs(), do_predict: false }
    expect((await call('jobs.plan', recipe)).plan).toMatchObject({ fits: true, micro_batches: 1 })
    const job = await call('jobs.create', recipe)
    await untilStatus(job.id, 'done')
    const history = await call('jobs.history', { job_id: job.id })
    expect(history.points.map(({ step }) => step)).toEqual(Array.from({ length: 20 }, (_, step) => step + 1))
    expect((await call('jobs.log', { job_id: job.id })).length).toBeGreaterThan(0)
    expect((await call('jobs.command', { job_id: job.id })).command).toContain('albert run_classifier')
    expect(await call('results.list', {})).toMatchObject([{ job_id: job.id }])

    t.engine.behaviour = 'stays'
    const long = await call('jobs.create', recipe)
    const next = await call('jobs.create', { ...recipe, name: 'next' })
    const last = await call('jobs.create', { ...recipe, name: 'last' })
    await untilStatus(long.id, 'running')
    const moved = await call('jobs.move', { job_id: last.id, before: next.id })
    expect(moved.map(({ id }) => id)).toEqual([job.id, long.id, last.id, next.id])
    for (const { id } of [next, last])
      expect(await call('jobs.cancel', { job_id: id })).toMatchObject({ status: 'cancelled' })
    expect(await call('jobs.pause', { job_id: long.id })).toMatchObject({ status: 'pausing' })
    await untilStatus(long.id, 'paused')
    t.engine.behaviour = 'finishes'
    expect(await call('jobs.resume', { job_id: long.id })).toMatchObject({ id: long.id })
    await untilStatus(long.id, 'done')

    const unlabelled = await drop('sentence\nnew\n', 'new.tsv')
    const answering = await call('jobs.predict', {
      from: { job_id: job.id },
      file_id: unlabelled,
      format: { delimiter: '\t', quote: null, encoding: 'utf-8' },
      header: true,
      columns: { text_a: 'sentence' },
    })
    await untilStatus(answering.id, 'done')
    // The stand-in leaves no predictions.
    expect(await reasonOf(call('jobs.predictions', { job_id: answering.id }))).toMatchObject({
      code: 'not-allowed-now',
    })

    const sample = await call('jobs.run-sample', {})
    await call('jobs.cancel', { job_id: sample.id })
    await untilStatus(sample.id, 'cancelled')
    for (const { id } of await call('jobs.list', {})) await call('jobs.delete', { job_id: id })
    expect(await call('jobs.list', {})).toEqual([])
    await call('datasets.delete', { dataset_id: dataset.id })

    expect([...asked].sort()).toEqual(Object.keys(hostContract.methods).sort())
    const named = (name: EventName): unknown[] =>
      heard.filter((event) => event.name === name).map(({ payload }) => payload)
    await until(() => (named('dataset.removed').length > 0 ? true : undefined))
    expect([...new Set(heard.map(({ name }) => name))].sort()).toEqual(
      Object.keys(hostContract.events).sort(),
    )
    const steps = named('job.progress').flatMap((payload) => {
      const { job_id, points } = payload as { job_id: string; points: { step: number }[] }
      return job_id === job.id ? points.map(({ step }) => step) : []
    })
    expect(steps).toEqual(Array.from({ length: 20 }, (_, step) => step + 1))
  })

  test('what is refused comes back as a reason from the closed list', async () => {
    const { client, sendRaw } = await over(wire)
    expect(await reasonOf(client.call('jobs.history', { job_id: 'none' }))).toMatchObject({
      code: 'not-found',
      what: 'job',
      id: 'none',
    })
    expect(
      await reasonOf(
        client.call('jobs.create', {
          dataset_id: 'd',
          model_id: 'm',
          hyperparameters: { ...knobs(), max_seq_length: 600, optimizer: 'sgd' as 'lamb' },
        }),
      ),
    ).toEqual({
      code: 'invalid-input',
      message:
        'max_seq_length is 600; it must be at most 512. optimizer is "sgd"; it must be one of adamw, lamb.',
      faults: [
        {
          field: 'hyperparameters.max_seq_length',
          message: 'max_seq_length is 600; it must be at most 512.',
        },
        { field: 'hyperparameters.optimizer', message: 'optimizer is "sgd"; it must be one of adamw, lamb.' },
      ],
    })
    expect(await sendRaw('jobs.destroy', {})).toMatchObject({
      ok: false,
      error: { code: 'not-found', what: 'method', id: 'jobs.destroy' },
    })
    expect(await sendRaw('toString', {})).toMatchObject({ ok: false, error: { code: 'not-found' } })
    expect(await sendRaw('jobs.list', null)).toMatchObject({ ok: false, error: { code: 'invalid-input' } })
  })

  test('markup, control and right-to-left characters travel as they are', async () => {
    const { call, drop } = await over(wire)
    const name = '<img src=x onerror=alert(1)> \u202e\u001b[31m 模型 \ud83d\ude80'
    const dataset = await call('datasets.import', { ...draft(await drop(rows(20))), name })
    expect(dataset.name).toBe(name)
  })
})

test('the page gets three functions and nothing else', () => {
  expect(Object.keys(whatThePageGot())).toEqual(['albertHost'])
  expect(
    Object.entries(whatThePageGot()['albertHost'] as object).map(([name, value]) => [name, typeof value]),
  ).toEqual([
    ['call', 'function'],
    ['listen', 'function'],
    ['addFile', 'function'],
  ])
})

test('an object that only says it is a file is none', async () => {
  const { client } = await over('electron ipc')
  for (const file of [
    { path: '/etc/passwd', name: 'passwd' },
    '/etc/passwd',
    null,
    new File(['x'], 'made-here.tsv'),
  ]) {
    expect(await reasonOf(client.addFile(file))).toMatchObject({ code: 'invalid-input' })
  }
})
