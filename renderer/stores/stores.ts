// A host in, all stores of the window out, loaded and reloaded whenever the connection comes back.
import type { HostClient } from '../../main/contract/host.ts'
import { createConnectionStore, type ConnectionStore } from './connection.ts'
import { createDatasetsStore, type DatasetsStore } from './datasets.ts'
import { createDownloadsStore, type DownloadsStore } from './downloads.ts'
import { createImportFlow, type ImportFlow } from './import-flow.ts'
import { createJobsStore, type JobsStore } from './jobs.ts'
import { createModelImport, type ModelImport } from './model-import.ts'
import { createModelsStore, type ModelsStore } from './models.ts'
import { createPrediction, type Prediction } from './prediction.ts'
import { createResultsStore, type ResultsStore } from './results.ts'
import { createRuntimesStore, type RuntimesStore } from './runtimes.ts'
import { createSettingsStore, type SettingsStore } from './settings.ts'

export type Stores = {
  readonly connection: ConnectionStore
  readonly settings: SettingsStore
  readonly models: ModelsStore
  readonly datasets: DatasetsStore
  readonly downloads: DownloadsStore
  readonly jobs: JobsStore
  readonly results: ResultsStore
  readonly runtimes: RuntimesStore
  /** A new import of files into a dataset. */
  startImport(): ImportFlow
  /** A new file that a trained model is to answer. */
  startPrediction(): Prediction
  /** A new import of an archive or a folder into a model. */
  startModelImport(): ModelImport
}

/** Makes the stores and starts to load them. */
export function createStores(host: HostClient): Stores {
  const stores: Stores = {
    connection: createConnectionStore(host),
    settings: createSettingsStore(host),
    models: createModelsStore(host),
    datasets: createDatasetsStore(host),
    downloads: createDownloadsStore(host),
    jobs: createJobsStore(host),
    results: createResultsStore(host),
    runtimes: createRuntimesStore(host),
    startImport: () => createImportFlow(host),
    startPrediction: () => createPrediction(host),
    startModelImport: () => createModelImport(host),
  }
  const load = () => {
    void stores.connection.refresh()
    void stores.settings.refresh().catch(() => undefined) // the connection's banner says why
    void stores.models.refresh()
    void stores.datasets.refresh()
    void stores.downloads.refresh()
    void stores.jobs.refresh()
    void stores.results.refresh()
  }
  stores.connection.subscribe((now, before) => {
    if (now.connection === 'connected' && before.connection !== 'connected') load()
  })
  load()
  return stores
}
