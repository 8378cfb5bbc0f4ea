// The datasets as the host tells them, their rows, and what can be done with them.
import type { SplitName } from '../../engine/spec/task-spec.ts'
import type { HostClient, MethodInput, MethodOutput } from '../../main/contract/host.ts'
import type { DatasetRecord } from '../../main/contract/records.ts'
import { createCollection, type Collection } from './collection.ts'

/** Rows of a split that a page shows. */
const ROWS_SHOWN = 200

export type DatasetsStore = Collection<DatasetRecord> & {
  remove(dataset_id: string): Promise<void>
  /** The first rows of a split as they stand in its file. */
  rows(dataset_id: string, split: SplitName): Promise<MethodOutput<'datasets.rows'>>
  /** Texts as a model reads them. */
  encode(wish: MethodInput<'datasets.encode'>): Promise<MethodOutput<'datasets.encode'>>
}

export function createDatasetsStore(host: HostClient): DatasetsStore {
  const datasets = createCollection<DatasetRecord>({
    list: () => host.call('datasets.list', {}),
    keyOf: (dataset) => dataset.id,
  })
  host.on('dataset.changed', datasets.put)
  host.on('dataset.removed', ({ dataset_id }) => datasets.drop(dataset_id))
  return {
    ...datasets,
    async remove(dataset_id) {
      await host.call('datasets.delete', { dataset_id })
      datasets.drop(dataset_id)
    },
    rows: (dataset_id, split) => host.call('datasets.rows', { dataset_id, split, limit: ROWS_SHOWN }),
    encode: (wish) => host.call('datasets.encode', wish),
  }
}
