// The datasets as the host tells them, their rows, and what can be done with them.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { SplitName } from '../../engine/spec/task-spec.ts'
import type { HostClient, MethodOutput } from '../../main/contract/host.ts'
import type { DatasetRecord } from '../../main/contract/records.ts'
import { readyOr, withRecord } from './collection.ts'
import { hostErrorOf, LOADING, type Remote } from './remote.ts'

export type DatasetsState = { datasets: Remote<readonly DatasetRecord[]> }

export type DatasetsStore = StoreApi<DatasetsState> & {
  refresh(): Promise<void>
  remove(dataset_id: string): Promise<void>
  rows(dataset_id: string, split: SplitName): Promise<MethodOutput<'datasets.rows'>>
}

export function createDatasetsStore(host: HostClient): DatasetsStore {
  const store = createStore<DatasetsState>(() => ({ datasets: LOADING }))
  const drop = (dataset_id: string) =>
    store.setState(({ datasets }) =>
      datasets.status === 'ready'
        ? { datasets: { ...datasets, value: datasets.value.filter((one) => one.id !== dataset_id) } }
        : {},
    )

  host.on('dataset.changed', (dataset) => {
    if (store.getState().datasets.status !== 'ready') return
    const datasets = withRecord(readyOr(store.getState().datasets, []), dataset, (one) => one.id)
    store.setState({ datasets: { status: 'ready', value: datasets } })
  })
  host.on('dataset.removed', ({ dataset_id }) => drop(dataset_id))

  return {
    ...store,
    async refresh() {
      try {
        store.setState({ datasets: { status: 'ready', value: await host.call('datasets.list', {}) } })
      } catch (thrown) {
        if (store.getState().datasets.status !== 'ready') {
          store.setState({ datasets: { status: 'failed', error: hostErrorOf(thrown) } })
        }
      }
    },
    async remove(dataset_id) {
      await host.call('datasets.delete', { dataset_id })
      drop(dataset_id)
    },
    rows: (dataset_id, split) => host.call('datasets.rows', { dataset_id, split, limit: 200 }),
  }
}
