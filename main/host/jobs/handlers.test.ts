// What the window asks about jobs, models, presets, results and settings; and what it is told when it asks for the impossible.
import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { AlbertConfig } from '../../../engine/spec/albert-config.ts'
import { Runtime } from '../../../engine/spec/runtime.ts'
import { HostInfo, hostContract } from '../../contract/host.ts'
import { Settings } from '../../contract/records.ts'
import { readCatalog } from '../models/catalog.ts'
import { parameterCount } from '../../../engine/spec/parameter-count.ts'
import { readPublished } from '../results/result-store.ts'
import { dataFolder } from '../storage/paths.ts'
import {
  heard,
  job,
  knobs,
  newDataset,
  newJob,
  root,
  startHost,
  tinyAssets,
  IMPATIENT,
  until,
  untilStatus,
} from '../testing/host-fixture.ts'
import { quote, slug } from './command-line.ts'

const assets = path.join(root, 'assets')

test('a job with knobs that do not go together is refused at the fields', async () => {
  const t = await startHost()
  const dataset_id = await newDataset(t)
  await expect(newJob(t, dataset_id, { warmup_step: 30, max_seq_length: 256 })).rejects.toMatchObject({
    error: {
      code: 'invalid-input',
      faults: [
        {
          field: 'hyperparameters.max_seq_length',
          message: expect.stringContaining('128 positions') as unknown,
        },
        {
          field: 'hyperparameters.warmup_step',
          message: expect.stringContaining('more than train_step 20') as unknown,
        },
      ],
    },
  })
  expect(await t.host.handlers['jobs.list']({})).toEqual([])
})

test('unknown ids are said to be gone, each by its kind', async () => {
  const t = await startHost()
  const wanted = {
    name: '',
    dataset_id: 'x',
    model_id: 'sample',
    hyperparameters: knobs(),
    runtime: Runtime.parse({}),
    do_predict: true,
  }
  const { handlers } = t.host
  await expect(handlers['jobs.create'](wanted)).rejects.toMatchObject({
    error: { code: 'not-found', what: 'dataset' },
  })
  await expect(handlers['jobs.create']({ ...wanted, model_id: 'x' })).rejects.toMatchObject({
    error: { code: 'not-found', what: 'model' },
  })
  for (const method of [
    'jobs.pause',
    'jobs.resume',
    'jobs.cancel',
    'jobs.delete',
    'jobs.history',
    'jobs.command',
  ] as const) {
    await expect(handlers[method]({ job_id: 'x' }), method).rejects.toMatchObject({
      error: { code: 'not-found', what: 'job' },
    })
  }
  await expect(handlers['datasets.preview']({ file_id: 'x' })).rejects.toMatchObject({
    error: { code: 'not-found', what: 'file' },
  })
})

test('the command of a job is what a shell reads as the same knobs', async () => {
  const t = await startHost(IMPATIENT)
  t.engine.behaviour = 'hangs'
  const { id } = await newJob(t, await newDataset(t), { learning_rate: 3e-5, seed: 7 })
  const { command } = await t.host.handlers['jobs.command']({ job_id: id })
  const words = execFileSync('sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' })
    .trimEnd()
    .split('\n')
  expect(words.slice(0, 2)).toEqual(['albert', 'run_classifier'])
  const flags = Object.fromEntries(words.slice(2).map((word) => word.slice(2).split('=') as [string, string]))
  const knob_values = Object.entries(knobs({ learning_rate: 3e-5, seed: 7 })).map(([name, value]) => [
    name,
    String(value),
  ])
  expect(flags['output_dir']).toBe('albert-runs/my-data-tiny')
  expect(flags).toMatchObject({
    task_name: 'my-data',
    do_train: 'true',
    do_eval: 'true',
    do_predict: 'false',
    ...Object.fromEntries(knob_values),
  })
  expect(
    AlbertConfig.parse(JSON.parse(readFileSync(flags['albert_config_file'] ?? '', 'utf8'))),
  ).toMatchObject({ hidden_size: 16 })
  expect(readFileSync(path.join(flags['data_dir'] ?? '', 'task.json'), 'utf8')).toContain('"my-data"')
})

test.each([`a'b`, '$HOME "x" `y`', 'ünï  code', '', '-n'])('a shell reads %j as one word', (word) => {
  expect(execFileSync('sh', ['-c', `printf '%s|' ${quote(word)}`], { encoding: 'utf8' })).toBe(`${word}|`)
})

test('names become parts of file names in any script', () => {
  expect(['Früh oder spät?', '早期 现代', '../../etc', '!!!'].map(slug)).toEqual([
    'früh-oder-spät',
    '早期-现代',
    'etc',
    'unnamed',
  ])
})

test('waiting jobs change places among each other', async () => {
  const t = await startHost(IMPATIENT)
  const dataset = await newDataset(t)
  t.engine.behaviour = 'hangs'
  const running = await newJob(t, dataset)
  const [a, b, c] = [await newJob(t, dataset), await newJob(t, dataset), await newJob(t, dataset)]
  const order = async () => (await t.host.handlers['jobs.list']({})).map(({ id }) => id)
  await t.host.handlers['jobs.move']({ job_id: c.id, before: a.id })
  expect(await order()).toEqual([running.id, c.id, a.id, b.id])
  await t.host.handlers['jobs.move']({ job_id: c.id, before: null })
  expect(await order()).toEqual([running.id, a.id, b.id, c.id])
  await until(async () => (await job(t, running.id)).status !== 'queued' || undefined)
  await expect(t.host.handlers['jobs.move']({ job_id: running.id, before: null })).rejects.toMatchObject({
    error: { code: 'not-allowed-now' },
  })
})

test('a finished run stands in the results until it is deleted', async () => {
  const t = await startHost()
  const { id } = await newJob(t, await newDataset(t))
  await untilStatus(t, id, 'done')
  const [result] = await t.host.handlers['results.list']({})
  expect(result).toMatchObject({
    job_id: id,
    task_name: 'my-data',
    model_name: 'Tiny',
    result: { metrics: { accuracy: 0.5 } },
  })
  expect(heard(t, 'result.changed').at(-1)).toEqual(result)
  await t.host.handlers['jobs.delete']({ job_id: id })
  expect(await t.host.handlers['results.list']({})).toEqual([])
  expect(heard(t, 'result.removed')).toEqual([{ job_id: id }])
})

test('settings are kept', async () => {
  const t = await startHost()
  expect(await t.host.handlers['settings.get']({})).toEqual(Settings.parse({}))
  const wanted = Settings.parse({ language: 'zh', theme: 'dark', downloads: { limit: 3 } })
  await t.host.handlers['settings.set'](wanted)
  await t.host.close()
  const again = await startHost({ data_dir: t.data_dir, assets_dir: t.assets_dir })
  expect(await again.host.handlers['settings.get']({})).toEqual(wanted)
})

test('the host says what it is', async () => {
  const t = await startHost()
  expect(HostInfo.parse(await t.host.handlers['host.info']({}))).toMatchObject({
    data_dir: t.data_dir,
    tensorflow: { available: false },
    chooses_folders: false,
  })
})

test('a folder is asked for where there is a window, and nowhere else', async () => {
  const without = await startHost()
  await expect(without.host.handlers['host.choose-folder']({})).rejects.toMatchObject({
    error: { code: 'not-allowed-now', fault: { code: 'no-folder-dialog' } },
  })
  let chosen: string | null = '/media/disk'
  const { host } = await startHost({ chooseFolder: async () => chosen })
  expect(await host.handlers['host.info']({})).toMatchObject({ chooses_folders: true })
  expect(await host.handlers['host.choose-folder']({})).toEqual({ path: '/media/disk' })
  chosen = null
  expect(await host.handlers['host.choose-folder']({})).toEqual({ path: null })
})

test('presets are those of run_glue.sh, with the sample first and the defaults last', async () => {
  const t = await startHost()
  const presets = hostContract.methods['presets.list'].output.parse(await t.host.handlers['presets.list']({}))
  const sources = presets.map(({ source }) => source)
  expect([sources[0], sources.at(-1)]).toEqual(['sample', 'run_classifier.py'])
  expect(sources.filter((source) => source === 'run_glue.sh')).toHaveLength(8)
  const rte = presets.find(({ name }) => name === 'RTE')
  expect(rte?.hyperparameters).toMatchObject({
    learning_rate: 3e-5,
    train_step: 800,
    warmup_step: 200,
    train_batch_size: 32,
    save_checkpoints_steps: 100,
    max_seq_length: 512,
  })
})

test('the models that ship have readable configs, and the parameter counts of the paper', async () => {
  const catalog = await readCatalog(assets)
  const counts = Object.fromEntries(catalog.list().map(({ id, parameters }) => [id, parameters]))
  expect(counts).toMatchObject({
    'albert-base-v2-scratch': 11_683_584,
    'albert-large-v2-scratch': 17_683_968,
  })
  expect(catalog.get('sample').record).toMatchObject({ pretrained: false, origin: 'built-in' })
  const xxlarge = AlbertConfig.parse({ vocab_size: 30000 })
  expect(parameterCount(xxlarge)).toBe(222_595_584)
  // The reference gives the total of the Chinese model: less its heads, whose bias is as long as the vocabulary.
  expect(parameterCount({ ...xxlarge, vocab_size: 21128 })).toBe(
    222_013_962 - (223_158_450 - 222_595_584) + 8872,
  )
})

test('the published average is the mean over the five tasks, each SQuAD as the mean of its F1 and EM', async () => {
  const { columns, rows } = await readPublished(assets)
  expect(rows).toHaveLength(8)
  for (const { version, size, scores } of rows) {
    expect(Object.keys(scores)).toEqual(columns.map(({ key }) => key))
    const means = columns.slice(1).map(({ key }) => {
      const score = scores[key] ?? []
      return score.reduce((sum, value) => sum + value, 0) / score.length
    })
    const mean = means.reduce((sum, value) => sum + value, 0) / means.length
    expect(Math.abs(mean - (scores['average']?.[0] ?? 0)), `${version} ${size}`).toBeLessThan(0.06)
  }
})

test('a published file that is damaged is named', async () => {
  const folder = tinyAssets()
  cpSync(path.join(folder, 'vocabulary.model'), path.join(folder, 'published-results.json'))
  await expect(readPublished(folder)).rejects.toThrow('published-results.json')
})

test('the data folder follows the platform', () => {
  expect(dataFolder({ ALBERT_HOME: '/x' }, 'linux', '/home/a')).toBe('/x')
  expect(dataFolder({}, 'linux', '/home/a')).toBe('/home/a/.local/share/albert-workbench')
  expect(dataFolder({ XDG_DATA_HOME: '/data' }, 'linux', '/home/a')).toBe('/data/albert-workbench')
  expect(dataFolder({}, 'darwin', '/Users/a')).toBe('/Users/a/Library/Application Support/albert-workbench')
})
