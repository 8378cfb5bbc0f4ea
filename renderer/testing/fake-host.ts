// A host in memory with a few weeks of invented work in it: for unit tests of stores and pages, and for looking at the window.
// It speaks through the real contract: every input, answer and event is parsed on its way.
import { connect } from '../../main/contract/connect.ts'
import { HostFailure } from '../../main/contract/errors.ts'
import type { EventName, EventPayload, HostClient, HostHandlers, HostInfo } from '../../main/contract/host.ts'
import { memoryTransport } from '../../main/contract/memory.ts'
import { Settings, type DatasetRecord, type JobRecord, type JobStatus } from '../../main/contract/records.ts'
import type { DownloadRecord } from '../../main/contract/downloads.ts'
import type { RuntimeReport } from '../../main/contract/runtimes.ts'
import { fakeBenchmarks, fakeCatalogue, fakeDownloads, startedDownload } from './fake-downloads.ts'
import { serve } from '../../main/contract/serve.ts'
import type { Notice } from '../../main/contract/transport.ts'
import {
  fakePlan,
  baseModel,
  fakeDatasets,
  fakeInfo,
  fakeJobs,
  fakePresets,
  fakePublished,
  historyOf,
  jobOf,
  logOf,
  NOW,
  pointAt,
  resultOf,
  sampleDataset,
  tinyModel,
} from './fake-data.ts'
import { checkOf, encodedOf, importOf, previewOf, rowsOf, type FakeFile } from './fake-files.ts'
import { fakeModelHandlers } from './fake-models.ts'
import { fakeRuntimes } from './fake-runtimes.ts'

export type FakeHost = {
  readonly host: HostClient
  /** Names of the calls so far, in order. */
  readonly calls: readonly string[]
  /** What the host holds; changing it changes the next answers. */
  readonly world: FakeWorld
  tell<Name extends EventName>(name: Name, payload: EventPayload<Name>): void
  /** Breaks the line, or mends it. While it is broken every call fails. */
  setConnected(connected: boolean): void
  /** Lets the next call of this method fail. */
  failNext(name: keyof HostHandlers, failure: HostFailure): void
  /** Does steps of the running job, as the engine would. */
  train(steps: number): void
}

export type FakeWorld = {
  info: HostInfo
  settings: Settings
  datasets: DatasetRecord[]
  jobs: JobRecord[]
  downloads: DownloadRecord[]
  runtimes: RuntimeReport
}

/** @param empty nothing was done yet: no datasets, no jobs */
export function createFakeHost({
  empty = false,
  info = fakeInfo,
}: { empty?: boolean; info?: HostInfo } = {}): FakeHost {
  const world: FakeWorld = {
    info,
    settings: Settings.parse({}),
    downloads: empty ? [] : [...fakeDownloads],
    runtimes: fakeRuntimes,
    datasets: empty ? [] : [...fakeDatasets],
    jobs: empty ? [] : [...fakeJobs],
  }
  const files = new Map<string, FakeFile>()
  const calls: string[] = []
  const failures = new Map<string, HostFailure>()
  const tellers = new Set<(notice: Notice) => void>()
  let onConnection: (connected: boolean) => void = () => undefined
  let connected = true
  let lastId = 100
  const nextId = () => String((lastId += 1))

  const tell: FakeHost['tell'] = (name, payload) => {
    for (const teller of tellers) teller({ name, payload })
  }
  const jobWith = (job_id: string) => {
    const job = world.jobs.find((one) => one.id === job_id)
    if (job === undefined) throw notFound('job', job_id)
    return job
  }
  const putJob = (job: JobRecord): JobRecord => {
    const known = world.jobs.some((one) => one.id === job.id)
    world.jobs = known ? world.jobs.map((one) => (one.id === job.id ? job : one)) : [...world.jobs, job]
    tell('job.changed', job)
    return job
  }
  const downloadWith = (id: string) => {
    const download = world.downloads.find((one) => one.id === id)
    if (download === undefined) throw notFound('download', id)
    return download
  }
  const putDownload = (download: DownloadRecord): DownloadRecord => {
    world.downloads = [...world.downloads.filter((one) => one.id !== download.id), download]
    tell('download.changed', download)
    return download
  }
  const toStatus = (job_id: string, status: JobStatus) => putJob({ ...jobWith(job_id), status })
  const fileWith = (file_id: string) => {
    const file = files.get(file_id)
    if (file === undefined) throw notFound('file', file_id)
    return file
  }

  const handlers: HostHandlers = {
    'host.info': async () => world.info,
    'host.choose-folder': async () => ({ path: '/media/chosen' }),
    'settings.get': async () => world.settings,
    'settings.set': async (settings) => {
      world.settings = settings
      tell('settings.changed', settings)
      return settings
    },
    ...fakeModelHandlers([tinyModel, ...(empty ? [] : [baseModel])], tell),
    'datasets.list': async () => world.datasets,
    'datasets.preview': async ({ file_id, format, header }) =>
      previewOf(file_id, fileWith(file_id), { format, header }),
    'datasets.recognize': async ({ file_ids }) => ({
      files: file_ids.map((file_id) => {
        const { name, text } = fileWith(file_id)
        return { file_id, name, bytes: text.length }
      }),
      found: [],
    }),
    'datasets.cancel': async () => ({}),
    'datasets.encode': async ({ texts }) => texts.map(({ text_a, text_b }) => encodedOf(text_a, text_b)),
    'datasets.lengths': async ({ draft }) => {
      const rows = rowsOf(fileWith(draft.files.train), draft.format.delimiter).length
      return {
        counts: [
          [12, Math.max(0, rows - 1)],
          [140, 1],
        ],
        rows,
        one_of: 1,
      }
    },
    'datasets.check': async (draft) => checkOf(draft, files),
    'datasets.import': async (draft) => {
      const dataset = importOf(`dataset-${nextId()}`, draft, files, NOW)
      world.datasets = [...world.datasets, dataset]
      tell('dataset.changed', dataset)
      return dataset
    },
    'datasets.rows': async ({ dataset_id, split, limit }) => {
      const dataset = world.datasets.find((one) => one.id === dataset_id)
      if (dataset === undefined) throw notFound('dataset', dataset_id)
      const count = Math.min(limit, dataset.splits[split]?.rows ?? 0)
      const labels = dataset.task.labels ?? ['2.5']
      return {
        columns: ['sentence', 'label'],
        rows: Array.from({ length: count }, (_, index) => ({
          line: index + 2,
          cells: [SENTENCES[index % SENTENCES.length] ?? '', labels[index % labels.length] ?? ''],
        })),
      }
    },
    'datasets.delete': async ({ dataset_id }) => {
      world.datasets = world.datasets.filter((one) => one.id !== dataset_id)
      tell('dataset.removed', { dataset_id })
      return {}
    },
    'catalogue.models': async () => fakeCatalogue,
    'catalogue.benchmarks': async () => fakeBenchmarks,
    'downloads.list': async () => world.downloads,
    'downloads.start': async (item) => {
      const known = world.downloads.find((one) => one.kind === item.kind && one.item_id === item.item_id)
      return putDownload(
        known
          ? { ...known, status: 'downloading', fault: null }
          : startedDownload(`download-${nextId()}`, item),
      )
    },
    'downloads.pause': async ({ download_id }) =>
      putDownload({ ...downloadWith(download_id), status: 'paused' }),
    'downloads.resume': async ({ download_id }) =>
      putDownload({ ...downloadWith(download_id), status: 'downloading', fault: null }),
    'downloads.open': async ({ download_id }) => {
      const { name } = downloadWith(download_id)
      const file_id = `file-${nextId()}`
      files.set(file_id, { name, text: '' })
      return { file_id, name, bytes: 0 }
    },
    'downloads.remove': async ({ download_id }) => {
      world.downloads = world.downloads.filter((one) => one.id !== download_id)
      tell('download.removed', { download_id })
      return {}
    },
    'runtimes.report': async () => world.runtimes,
    'runtimes.try': async () => ({
      tensorflow_version: '2.21.0',
      device: 'CPU',
      notice: null,
      seconds: 1.9,
    }),
    'runtimes.delete': async ({ runtime_id }) => {
      const runtime = world.runtimes.runtimes.find((one) => one.id === runtime_id)
      world.runtimes = fakeRuntimes
      tell('runtimes.changed', world.runtimes)
      return { freed_bytes: runtime?.unpacked_bytes ?? 0 }
    },
    'presets.list': async () => fakePresets,
    'jobs.list': async () => world.jobs,
    'jobs.create': async (job) => {
      const dataset = world.datasets.find((one) => one.id === job.dataset_id)
      if (dataset === undefined) throw notFound('dataset', job.dataset_id)
      return putJob(
        jobOf(`job-${nextId()}`, 'queued', {
          name: job.name === '' ? `${dataset.name} · ${tinyModel.name}` : job.name,
          hyperparameters: job.hyperparameters,
          runtime: job.runtime,
          do_predict: job.do_predict,
        }),
      )
    },
    'jobs.plan': async (job) => fakePlan(job),
    'jobs.predict': async ({ file_id, name }) => {
      const file = fileWith(file_id)
      const job = jobOf(`job-${nextId()}`, 'queued', { do_train: false, dataset_name: file.name })
      return putJob({ ...job, name: name === '' ? `${file.name}, ${job.model_name}` : name })
    },
    'jobs.predictions': async ({ job_id, from, limit }) => {
      const { task } = jobWith(job_id)
      const labels = task.labels ?? ['2.5']
      const rows = SENTENCES.map((sentence, at) => ({
        id: `test-${at + 1}`,
        texts: [sentence],
        prediction: labels[at % labels.length] ?? '',
        probability: task.labels === null ? null : 0.6 + at / 20,
      }))
      return {
        texts: ['text_a'],
        rows: rows.slice(from, from + limit),
        total: rows.length,
        folder: `/home/ada/.local/share/albert-workbench/runs/${job_id}`,
        files: ['submit_results.tsv', 'test_results.tsv'],
      }
    },
    'jobs.run-sample': async () => {
      if (!world.datasets.some((one) => one.id === sampleDataset.id)) {
        world.datasets = [...world.datasets, sampleDataset]
        tell('dataset.changed', sampleDataset)
      }
      return putJob(jobOf(`job-${nextId()}`, 'queued'))
    },
    'jobs.pause': async ({ job_id }) => toStatus(job_id, 'paused'),
    'jobs.resume': async ({ job_id }) => toStatus(job_id, 'queued'),
    'jobs.cancel': async ({ job_id }) => toStatus(job_id, 'cancelled'),
    'jobs.delete': async ({ job_id }) => {
      world.jobs = world.jobs.filter((one) => one.id !== job_id)
      tell('job.removed', { job_id })
      return {}
    },
    'jobs.move': async ({ job_id, before }) => {
      const moved = jobWith(job_id)
      const others = world.jobs.filter((one) => one.id !== job_id)
      const place = before === null ? others.length : others.findIndex((one) => one.id === before)
      world.jobs = [...others.slice(0, place), moved, ...others.slice(place)].map((job, index) => ({
        ...job,
        position: index,
      }))
      return world.jobs
    },
    'jobs.history': async ({ job_id }) => historyOf(jobWith(job_id)),
    'jobs.log': async ({ job_id }) => logOf(jobWith(job_id)),
    'jobs.command': async ({ job_id }) => ({ command: `albert run_classifier --job=${jobWith(job_id).id}` }),
    'results.list': async () => world.jobs.flatMap(resultOf),
    'results.published': async () => fakePublished,
  }

  const answer = serve(handlers, (name, cause) => {
    throw new Error(`The fake host failed in ${name}.`, { cause })
  })
  const transport = memoryTransport(
    {
      async answer(name, input) {
        calls.push(name)
        if (!connected) throw new Error('The line is broken.')
        const failure = failures.get(name)
        failures.delete(name)
        return failure === undefined ? answer(name, input) : { ok: false, error: failure.error }
      },
      subscribe(teller) {
        tellers.add(teller)
        return () => tellers.delete(teller)
      },
    },
    async (file) => {
      if (!(file instanceof File)) throw new TypeError('The fake host takes a File.')
      const file_id = `file-${nextId()}`
      files.set(file_id, { name: file.name, text: await textOf(file) })
      return { ok: true, value: { file_id, name: file.name, bytes: file.size } }
    },
  )
  const host = connect({
    ...transport,
    listen(onNotice, heard) {
      onConnection = heard
      return transport.listen(onNotice, heard)
    },
  })

  return {
    host,
    calls,
    world,
    tell,
    setConnected(next) {
      connected = next
      onConnection(next)
    },
    failNext: (name, failure) => void failures.set(name, failure),
    train(steps) {
      const job = world.jobs.find((one) => one.status === 'running')
      if (job?.progress == null) return
      const from = job.progress.step
      const to = Math.min(from + steps, job.hyperparameters.train_step)
      tell('job.progress', {
        job_id: job.id,
        points: Array.from({ length: to - from }, (_, index) => pointAt(from + index + 1, job)),
        evaluations: [],
        reset_after: null,
      })
      putJob({ ...job, progress: { ...job.progress, step: to, done: to } })
    },
  }
}

function notFound(what: 'job' | 'dataset' | 'download' | 'file', id: string): HostFailure {
  return new HostFailure({ code: 'not-found', what, id, message: `There is no ${what} ${id}.` })
}

function textOf(file: File): Promise<string> {
  return new Promise((done, failed) => {
    const reader = new FileReader()
    reader.onload = () => done(typeof reader.result === 'string' ? reader.result : '')
    reader.onerror = () => failed(new Error(`${file.name} could not be read.`))
    reader.readAsText(file)
  })
}

const SENTENCES = [
  'The condition of the treasury affords every facility for the reduction of the debt.',
  'Tonight the economy is growing, and more people are at work than ever before.',
  'It is with satisfaction that I announce the conclusion of the treaty.',
  'We will rebuild the roads, the bridges and the schools that our children need.',
]
