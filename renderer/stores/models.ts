// The models and the named sets of knobs that the host offers, kept true by its events; and what can be done with a model.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { HostClient, MethodInput, MethodOutput, Preset } from '../../main/contract/host.ts'
import type { ModelFolder, ModelMove } from '../../main/contract/models.ts'
import type { ModelRecord } from '../../main/contract/records.ts'
import { createCollection } from './collection.ts'
import { LOADING, remoteOf, type Remote } from './remote.ts'

export type ModelsState = {
  models: Remote<readonly ModelRecord[]>
  presets: Remote<readonly Preset[]>
  /** Where the models of one's own lie. */
  place: Remote<ModelFolder>
  /** How far a move to another folder is, as a share; null while none goes on. */
  moving: number | null
}
export type ModelsStore = StoreApi<ModelsState> & {
  refresh(): Promise<void>
  detail(model_id: string): Promise<MethodOutput<'models.get'>>
  histogram(model_id: string, variable: string): Promise<MethodOutput<'models.histogram'>>
  tokenize(wish: MethodInput<'models.tokenize'>): Promise<MethodOutput<'models.tokenize'>>
  create(wanted: MethodInput<'models.create'>): Promise<ModelRecord>
  rename(model_id: string, name: string): Promise<void>
  /** Moves all models into another folder. @returns where they lie then; rejects with `cancelled` after `cancelMove` */
  move(to: ModelMove['to']): Promise<ModelFolder>
  /** Ends the move that goes on, or gives up the one that was interrupted. */
  cancelMove(): Promise<void>
  /** Asks where the models lie and how much room there is. */
  lookAtPlace(): Promise<void>
  /** @returns what the disk has back, in bytes */
  remove(model_id: string): Promise<number>
}

export function createModelsStore(host: HostClient): ModelsStore {
  const store = createStore<ModelsState>(() => ({
    models: LOADING,
    presets: LOADING,
    place: LOADING,
    moving: null,
  }))
  const models = createCollection<ModelRecord>({
    list: () => host.call('models.list', {}),
    keyOf: ({ id }) => id,
  })
  models.subscribe(({ items }) => store.setState({ models: items }))
  host.on('model.changed', models.put)
  host.on('model.removed', ({ model_id }) => models.drop(model_id))
  const lies = (value: ModelFolder) => store.setState({ place: { status: 'ready', value } })
  host.on('model.folder-changed', (place) => {
    lies(place)
    if (place.move === null) store.setState({ moving: null })
  })
  host.on('model.move-progress', ({ done, total }) => store.setState({ moving: done / Math.max(1, total) }))
  /** The name of the move that was begun here. */
  let work_id: string | null = null
  const lookAtPlace = async () => {
    const [place] = await Promise.allSettled([host.call('models.folder', {})])
    store.setState({ place: remoteOf(place) })
  }
  return {
    ...store,
    async refresh() {
      const [presets] = await Promise.allSettled([
        host.call('presets.list', {}),
        models.refresh(),
        lookAtPlace(),
      ])
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
    lookAtPlace,
    async move(to) {
      const mine = crypto.randomUUID()
      work_id = mine
      store.setState({ moving: 0 })
      try {
        const place = await host.call('models.move', { to, work_id: mine })
        lies(place)
        return place
      } finally {
        if (work_id === mine) work_id = null
        store.setState({ moving: null })
        await lookAtPlace()
      }
    },
    async cancelMove() {
      const { place } = store.getState()
      const known = place.status === 'ready' ? place.value.move?.work_id : undefined
      const ended = work_id ?? known
      if (ended !== undefined) await host.call('models.cancel', { work_id: ended })
      await lookAtPlace()
    },
    async remove(model_id) {
      const { freed_bytes } = await host.call('models.delete', { model_id })
      models.drop(model_id)
      return freed_bytes
    },
  }
}
