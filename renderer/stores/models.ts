// The models and the named sets of knobs that the host offers, kept true by its events; and what can be done with a model.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { HostClient, MethodInput, MethodOutput, Preset } from '../../main/contract/host.ts'
import type { ModelRecord } from '../../main/contract/records.ts'
import { createCollection } from './collection.ts'
import { LOADING, remoteOf, type Remote } from './remote.ts'

export type ModelsState = { models: Remote<readonly ModelRecord[]>; presets: Remote<readonly Preset[]> }
export type ModelsStore = StoreApi<ModelsState> & {
  refresh(): Promise<void>
  detail(model_id: string): Promise<MethodOutput<'models.get'>>
  histogram(model_id: string, variable: string): Promise<MethodOutput<'models.histogram'>>
  tokenize(wish: MethodInput<'models.tokenize'>): Promise<MethodOutput<'models.tokenize'>>
  create(wanted: MethodInput<'models.create'>): Promise<ModelRecord>
  rename(model_id: string, name: string): Promise<void>
  /** @returns what the disk has back, in bytes */
  remove(model_id: string): Promise<number>
}

export function createModelsStore(host: HostClient): ModelsStore {
  const store = createStore<ModelsState>(() => ({ models: LOADING, presets: LOADING }))
  const models = createCollection<ModelRecord>({
    list: () => host.call('models.list', {}),
    keyOf: ({ id }) => id,
  })
  models.subscribe(({ items }) => store.setState({ models: items }))
  host.on('model.changed', models.put)
  host.on('model.removed', ({ model_id }) => models.drop(model_id))
  return {
    ...store,
    async refresh() {
      const [presets] = await Promise.allSettled([host.call('presets.list', {}), models.refresh()])
      store.setState({ presets: remoteOf(presets) })
    },
    detail: (model_id) => host.call('models.get', { model_id }),
    histogram: (model_id, variable) => host.call('models.histogram', { model_id, variable }),
    tokenize: (wish) => host.call('models.tokenize', wish),
    async create(wanted) {
      const made = await host.call('models.create', wanted)
      models.put(made)
      return made
    },
    async rename(model_id, name) {
      models.put(await host.call('models.rename', { model_id, name }))
    },
    async remove(model_id) {
      const { freed_bytes } = await host.call('models.delete', { model_id })
      models.drop(model_id)
      return freed_bytes
    },
  }
}
