// The models and the named sets of knobs that the host offers.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { HostClient, Preset } from '../../main/contract/host.ts'
import type { ModelRecord } from '../../main/contract/records.ts'
import { LOADING, remoteOf, type Remote } from './remote.ts'

export type ModelsState = { models: Remote<readonly ModelRecord[]>; presets: Remote<readonly Preset[]> }
export type ModelsStore = StoreApi<ModelsState> & { refresh(): Promise<void> }

export function createModelsStore(host: HostClient): ModelsStore {
  const store = createStore<ModelsState>(() => ({ models: LOADING, presets: LOADING }))
  return {
    ...store,
    async refresh() {
      const [models, presets] = await Promise.allSettled([
        host.call('models.list', {}),
        host.call('presets.list', {}),
      ])
      store.setState({ models: remoteOf(models), presets: remoteOf(presets) })
    },
  }
}
