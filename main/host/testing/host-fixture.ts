// A host on a data folder of its own with a stand-in engine: for tests, removed after each.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { Hyperparameters } from '../../../engine/spec/hyperparameters.ts'
import { Runtime } from '../../../engine/spec/runtime.ts'
import type { EventName, EventPayload } from '../../contract/host.ts'
import type { JobRecord, JobStatus } from '../../contract/records.ts'
import { createHost } from '../create-host.ts'
import { forkNode } from '../engine/fork-node.ts'
import type { Host, HostOptions } from '../host.ts'
import { GO_ON, STAYS_AT } from './stay.ts'

const here = path.dirname(fileURLToPath(import.meta.url))
const root = path.resolve(here, '../../..')
export const standIn = path.join(here, 'stand-in-engine.ts')

export type Behaviour =
  | 'finishes'
  | 'fails'
  | 'throws'
  | 'crashes'
  | 'is killed'
  | 'is killed after a save'
  | 'hangs'
  | 'hangs while preparing'
  | 'floods'
  | 'says nonsense'
  | 'wears out'
  | 'stays'

/** For an engine that hangs: it is ended soon. Any other gets all the time it needs to stop by itself. */
export const IMPATIENT = { timing: { poll: 50, flush: 20, grace: 300 } }

export type Notices = { name: EventName; payload: unknown }[]

export type TestHost = {
  host: Host
  notices: Notices
  data_dir: string
  assets_dir: string
  log: string[]
  /** What the next engine does. */
  engine: { behaviour: Behaviour; step_ms: number }
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'albert-host-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export async function startHost(options: Partial<HostOptions> = {}): Promise<TestHost> {
  const data_dir = options.data_dir ?? path.join(temporaryFolder(), 'data')
  const assets_dir = options.assets_dir ?? tinyAssets()
  const engine: TestHost['engine'] = { behaviour: 'finishes', step_ms: 2 }
  const fork = forkNode(standIn)
  const log: string[] = []
  const host = await createHost({
    data_dir,
    assets_dir,
    tensorflow_dir: null,
    version: '0.0.0',
    shell: 'memory',
    runtime: 'test',
    files: 'in-place',
    fork: (env) => fork({ ...env, STAND_IN: engine.behaviour, STAND_IN_STEP_MS: String(engine.step_ms) }),
    log: (sentence) => log.push(sentence),
    timing: { poll: 50, flush: 20, grace: 10_000 },
    ...options,
  })
  onTestFinished(() => host.close())
  const notices: Notices = []
  host.on((name, payload) => notices.push({ name, payload }))
  return { host, notices, data_dir, assets_dir, log, engine }
}

/** Assets with one tiny model and a small sample; the published results are the real ones. */
export function tinyAssets(): string {
  const folder = temporaryFolder()
  const write = (name: string, value: unknown): void => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), typeof value === 'string' ? value : JSON.stringify(value))
  }
  write('models.json', {
    built_in: [
      { id: 'sample', name: 'Tiny', albert_config_file: 'tiny.json', spm_model_file: 'vocabulary.model' },
    ],
    released: {
      source: 'https://models.invalid/',
      licence: { name: 'Apache-2.0', url: 'https://models.invalid/licence' },
      models: [],
    },
  })
  write('datasets.json', [
    {
      id: 'tiny',
      name: 'Tiny',
      group: 'GLUE',
      task_names: ['CoLA'],
      page: 'https://data.invalid/',
      licence: { name: null, url: 'https://data.invalid/' },
      form: null,
      files: [
        { name: 'tiny.tsv', url: 'https://data.invalid/tiny.tsv', format: 'text', bytes: null, sha256: null },
      ],
      prepare: 'keep',
      keep: [],
    },
  ])
  write('runtimes.json', [])
  write('tiny.json', {
    vocab_size: 30000,
    hidden_size: 16,
    embedding_size: 8,
    num_attention_heads: 2,
    num_hidden_layers: 1,
    intermediate_size: 32,
    max_position_embeddings: 128,
  })
  write('vocabulary.model', 'not read by the stand-in')
  write('published-results.json', { source: 'none', columns: [], rows: [] })
  for (const split of ['train', 'dev', 'test']) write(`generated/sample/${split}.tsv`, rows(20))
  return folder
}

/** A table with a header; every second row has the other label. */
export function rows(count: number, labels = ['early', 'modern']): string {
  const lines = Array.from(
    { length: count },
    (_, row) => `sentence number ${row}\t${labels[row % labels.length]}`,
  )
  return `${['sentence\tlabel', ...lines].join('\n')}\n`
}

export async function addFile(
  { host }: TestHost,
  text: string | Buffer,
  name = 'train.tsv',
): Promise<string> {
  const file = path.join(temporaryFolder(), name)
  writeFileSync(file, text)
  return (await host.registerFile(file)).file_id
}

/** A draft for a table as `rows` writes it. */
export const draft = (train: string, more: Record<string, unknown> = {}) => ({
  name: 'My data',
  kind: 'classification' as const,
  layout: 'table' as const,
  task_name: null,
  format: { delimiter: '\t', quote: null, encoding: 'utf-8' as const },
  header: true,
  columns: {
    guid: null,
    text_a: 'sentence',
    text_b: null,
    label: 'label',
    question: null,
    answer_start: null,
    options: [],
  },
  labels: [],
  label_aliases: {},
  files: { train, dev: null, test: null },
  dev_share: 0.2,
  seed: 1,
  skip_faulty_rows: false,
  skip_faults: [],
  work_id: null,
  ...more,
})

export const knobs = (some: Partial<Hyperparameters> = {}): Hyperparameters =>
  Hyperparameters.parse({ train_step: 20, save_checkpoints_steps: 5, max_seq_length: 32, ...some })

export async function newJob(
  test: TestHost,
  dataset_id: string,
  some: Partial<Hyperparameters> = {},
): Promise<JobRecord> {
  return test.host.handlers['jobs.create']({
    name: '',
    dataset_id,
    model_id: 'sample',
    hyperparameters: knobs(some),
    runtime: Runtime.parse({}),
    do_predict: false,
  })
}

export async function newDataset(test: TestHost): Promise<string> {
  const train = await addFile(test, rows(20))
  return (await test.host.handlers['datasets.import'](draft(train))).id
}

export async function job({ host }: TestHost, id: string): Promise<JobRecord> {
  const found = (await host.handlers['jobs.list']({})).find((each) => each.id === id)
  if (found === undefined) throw new Error(`no job ${id}`)
  return found
}

/** @throws Error with the job as it is when it does not come to that in time */
export async function untilStatus(test: TestHost, id: string, ...statuses: JobStatus[]): Promise<JobRecord> {
  return until(
    async () => {
      const found = await job(test, id)
      return statuses.includes(found.status) ? found : undefined
    },
    async () => `${statuses.join(' or ')}: ${JSON.stringify(await job(test, id))}`,
  )
}

/** Waits until the run is at the step at which an engine that `stays` waits: it does not end before a test lets it. */
export async function untilItStays(test: TestHost, id: string): Promise<void> {
  await until(
    async () => ((await job(test, id)).progress?.step === STAYS_AT ? true : undefined),
    async () => `step ${STAYS_AT}: ${JSON.stringify(await job(test, id))}`,
  )
}

/** Lets an engine that `stays` come to its end. */
export function letGoOn({ host }: TestHost, id: string): void {
  writeFileSync(path.join(host.runFolder(id), GO_ON), '')
}

/** How long something is waited for, in milliseconds: a little less than a test may take, so that the reason is said. */
export const waiting = { patience: 50_000 }

export async function until<T>(
  look: () => Promise<T | undefined> | T | undefined,
  what: () => Promise<string> | string = () => 'it',
): Promise<T> {
  const end = Date.now() + waiting.patience
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > end) throw new Error(`waited in vain for ${await what()}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

export function heard<Name extends EventName>({ notices }: TestHost, name: Name): EventPayload<Name>[] {
  return notices.filter((notice) => notice.name === name).map(({ payload }) => payload as EventPayload<Name>)
}

export { root }
