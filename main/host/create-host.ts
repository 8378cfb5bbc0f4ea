// Wires the parts of the host together: options in, a running host out. The only place that constructs them.
import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { Runtime } from '../../engine/spec/runtime.ts'
import { sample } from '../../engine/tasks/sample.ts'
import { HostFailure } from '../contract/errors.ts'
import type { HostHandlers } from '../contract/host.ts'
import type { DatasetRecord } from '../contract/records.ts'
import { say } from '../contract/sentences.ts'
import { createAsTable } from './datasets/as-table.ts'
import { createAside } from './datasets/aside.ts'
import { datasetHandlers } from './datasets/dataset-handlers.ts'
import { createDatasetStore } from './datasets/dataset-store.ts'
import { tidyImports } from './datasets/import.ts'
import { findSample } from './datasets/sample.ts'
import { readCatalogue } from './downloads/catalogue.ts'
import { systemClock } from './downloads/clock.ts'
import { downloadHandlers } from './downloads/download-handlers.ts'
import { createDownloadManager } from './downloads/download-manager.ts'
import { createDownloadStore } from './downloads/download-store.ts'
import { freeSpace } from './downloads/free-space.ts'
import { createInstall, tidyBenchmarks } from './downloads/install.ts'
import { createLocate } from './downloads/package-index.ts'
import { createWorks } from './datasets/works.ts'
import type { Host, HostOptions, HostTiming } from './host.ts'
import { createJobQueue } from './jobs/job-queue.ts'
import { createRun, jobHandlers, type JobParts } from './jobs/job-handlers.ts'
import { isActive } from './jobs/job-state.ts'
import { createJobStore, type StoredJob } from './jobs/job-store.ts'
import { watchOtherPrograms } from './jobs/other-programs.ts'
import { ownerOf } from './jobs/owner.ts'
import { createMachineSpeed } from './jobs/machine-speed.ts'
import { createJobPlanning } from './jobs/plan-job.ts'
import { listPresets } from './jobs/presets.ts'
import { askEngine } from './engine/ask-engine.ts'
import { createPlanner } from './engine/planner.ts'
import { readCatalog } from './models/catalog.ts'
import { tidyModels } from './models/import-model.ts'
import { modelHandlers } from './models/model-handlers.ts'
import { createModelPlace } from './models/model-place.ts'
import { createModelStore } from './models/model-store.ts'
import { createNotices } from './notify.ts'
import { listResults, readPublished, resultOf } from './results/result-store.ts'
import { findNvidia } from './runtimes/nvidia.ts'
import { readRuntimes, runtimeHandlers } from './runtimes/runtime-handlers.ts'
import { createRuntimeStore } from './runtimes/runtime-store.ts'
import { createSettingsStore } from './settings/settings-store.ts'
import { openDatabase } from './storage/database.ts'
import { placesIn } from './storage/paths.ts'
import { storageFailure } from './storage/storage-failure.ts'
import { findTensorFlow } from './tensorflow.ts'
import { createKnownFiles } from './uploads/known-files.ts'

const TIMING: HostTiming = { poll: 1000, flush: 250, grace: 10_000 }

/** @throws HostFailure when the data folder cannot be used, with the reason */
export async function createHost(options: HostOptions): Promise<Host> {
  const { data_dir, assets_dir, tensorflow_dir, shell } = options
  const log = options.log ?? ((sentence: string) => void process.stderr.write(`${sentence}\n`))
  const timing = { ...TIMING, ...options.timing }
  const owner = options.owner ?? ownerOf(process.pid)
  const scope = options.queue ?? 'every'
  const places = placesIn(data_dir)
  makeFolders([data_dir, ...Object.values(places).filter((place) => place !== places.database)])

  const [catalog, published, catalogue, declared] = await Promise.all([
    readCatalog(assets_dir),
    readPublished(assets_dir),
    readCatalogue(assets_dir, { models: () => place.folder(), benchmarks: places.benchmarks }),
    readRuntimes(assets_dir),
  ])
  const database = openDatabase(places.database, { log })
  const closing = new AbortController()
  const { notify, on } = createNotices(log)

  const store = createJobStore(database)
  const settings = createSettingsStore(database)
  const datasets = createDatasetStore(database, store, places.datasets, notify, log)
  const files = createKnownFiles(places.uploads)
  const runtimes = createRuntimeStore({
    declared,
    folder: places.runtimes,
    program_dir: tensorflow_dir,
    wanted: () => settings.get().device,
    isRunning: () => store.active().length > 0,
    findNvidia,
    notify,
    log,
  })
  const fork = runtimes.watched(options.fork)
  const place = createModelPlace({
    database,
    jobs: store,
    default_folder: places.models,
    owner,
    freeSpace,
    notify,
    log,
  })
  const models = createModelStore({
    database,
    jobs: store,
    catalog,
    place,
    takeIn: async (request, asked) =>
      (await askEngine(fork, await runtimes.env(), { ask: 'import-model', ...request }, asked)).report,
    notify,
  })

  const removeLeft = (): Promise<void> =>
    place.removeLeft().catch((error: unknown) => log(`Moved models could not be removed: ${String(error)}`))
  const told = new Map<string, number>()
  const announce = (job: StoredJob): void => {
    told.set(job.record.id, job.revision)
    notify('job.changed', job.record)
    const result = resultOf(job.record)
    if (result !== undefined) notify('result.changed', result)
    if (!isActive(job.record.status)) void removeLeft()
  }
  const isTold = (job: StoredJob): boolean => (told.get(job.record.id) ?? -1) >= job.revision

  const queue = createJobQueue(
    {
      store,
      owner,
      fork,
      env: runtimes.next,
      cache: places.cache,
      notify,
      announce,
      log,
      timing,
    },
    scope,
  )
  const planJob = createJobPlanning({
    planner: createPlanner(fork),
    speedFor: createMachineSpeed(store, async (runtime) => {
      const asked = { ask: 'speed', runtime } as const
      return (await askEngine(fork, await runtimes.env(), asked, { signal: closing.signal })).flops_per_second
    }),
    closing: closing.signal,
  })
  const aside = createAside(log)
  const asTable = createAsTable(files, aside, closing.signal)
  const parts: JobParts = {
    store,
    queue,
    datasets,
    models,
    places,
    files,
    aside,
    asTable,
    planJob,
    closing: closing.signal,
    reserved_for: scope === 'own' ? owner : null,
    origin: shell === 'command-line' ? 'command-line' : 'window',
    announce,
    notify,
    log,
  }
  const downloads = createDownloadManager({
    store: createDownloadStore(database),
    owner,
    scope,
    folder: places.downloads,
    settings: () => settings.get().downloads,
    locate: createLocate(() => settings.get().downloads),
    planOf: (item) => (item.kind === 'runtime' ? runtimes.planOf(item.item_id) : catalogue.planOf(item)),
    install: createInstall(models.importModel, catalogue.benchmark, places.benchmarks, runtimes.install),
    clock: systemClock,
    freeSpace,
    random: Math.random,
    flush: timing.flush,
    poll: timing.poll,
    notify,
    log,
  })
  const others = watchOtherPrograms(store, datasets, models, owner, announce, isTold, notify)
  const watch = setInterval(() => {
    others.look().catch((error: unknown) => log(`The data folder could not be looked at: ${String(error)}`))
  }, timing.poll)

  const jobs = jobHandlers(parts)
  let sampleSearch: Promise<DatasetRecord> | undefined // two clicks at once import it once
  const handlers: HostHandlers = {
    ...jobs,
    ...datasetHandlers({
      datasets,
      files,
      models,
      notify,
      folder: places.datasets,
      closing: closing.signal,
      aside,
      asTable,
    }),
    'host.info': async () => ({
      version: options.version,
      shell,
      runtime: options.runtime,
      data_dir,
      tensorflow: await findTensorFlow((await runtimes.env())['ALBERT_TENSORFLOW_DIR'] ?? null),
      files: options.files,
      chooses_folders: options.chooseFolder !== undefined,
    }),
    'host.choose-folder': async () => {
      if (options.chooseFolder !== undefined) return { path: await options.chooseFolder() }
      throw new HostFailure({ code: 'not-allowed-now', status: shell, ...say('no-folder-dialog') })
    },
    'settings.get': async () => settings.get(),
    'settings.set': async (wanted) => {
      settings.set(wanted)
      notify('settings.changed', wanted)
      downloads.wake()
      runtimes.changed()
      return wanted
    },
    ...downloadHandlers(catalogue, downloads, files),
    ...runtimeHandlers(runtimes, fork, closing.signal, (item_id) =>
      downloads.forget({ kind: 'runtime', item_id }),
    ),
    ...modelHandlers({
      models,
      files,
      place,
      works: createWorks(closing.signal),
      closing: closing.signal,
      uploads: places.uploads,
      histogram: async (question) =>
        (await askEngine(fork, await runtimes.env(), question, { signal: closing.signal })).histogram,
      notify,
    }),
    'presets.list': async () => listPresets(sample),
    'jobs.run-sample': async () => {
      sampleSearch ??= findSample(datasets, assets_dir, places.datasets, closing.signal).finally(
        () => (sampleSearch = undefined),
      )
      const dataset = await sampleSearch
      const { hyperparameters } = listPresets(sample)[0] ?? neverEmpty()
      return jobs['jobs.create']({
        name: '',
        dataset_id: dataset.id,
        model_id: 'sample',
        hyperparameters,
        runtime: Runtime.parse({}),
        do_predict: true,
      })
    },
    'results.list': async () => listResults(store),
    'results.published': async () => published,
  }

  await Promise.all([
    files.tidy(),
    tidyImports(places.datasets),
    tidyModels(place.folder()),
    removeLeft(),
    tidyBenchmarks(places.benchmarks),
    runtimes.tidy(),
  ])
  queue.wake()
  downloads.wake()

  let closed: Promise<void> | undefined
  const close = async (): Promise<void> => {
    clearInterval(watch)
    closing.abort()
    await Promise.all([queue.close(), downloads.close()])
    await files.close()
    database.close()
  }

  return {
    handlers,
    on,
    registerFile: files.register,
    receiveFile: files.receive,
    createRun: (run) => createRun(parts, run),
    planRun: ({ request }) => planJob(request, { source: request.data_dir, dev_rows: null }),
    runModel: (model_id) => models.get(model_id).run,
    runRequest: (job_id) => store.request(job_id),
    runFolder: (job_id) => store.request(job_id).output_dir,
    close: () => (closed ??= close()),
  }
}

function makeFolders(folders: string[]): void {
  for (const folder of folders) {
    try {
      mkdirSync(folder, { recursive: true })
    } catch (error) {
      throw storageFailure(error, existsSync(path.dirname(folder)) ? folder : path.dirname(folder))
    }
  }
}

function neverEmpty(): never {
  throw new Error('There are no presets.')
}
