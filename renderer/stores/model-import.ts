// An archive or a folder that was dropped in; how far its import is, and the model or the refusal that it ends with, out.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { GeluReading } from '../../engine/spec/model-report.ts'
import type { HostError } from '../../main/contract/errors.ts'
import type { HostClient } from '../../main/contract/host.ts'
import type { ModelImportProgress } from '../../main/contract/models.ts'
import type { ModelRecord } from '../../main/contract/records.ts'
import { hostErrorOf } from './remote.ts'

export type ModelImportState =
  | { stage: 'choosing' }
  /** `progress` null while the files are handed over. */
  | { stage: 'running'; progress: ModelImportProgress | null }
  | { stage: 'failed'; error: HostError }
  | { stage: 'done'; model: ModelRecord }

export type ModelImport = StoreApi<ModelImportState> & {
  /** @param files as the browser made them; a folder is one of them, or all of its files */
  start(files: readonly unknown[], choices: { name: string; gelu: GeluReading }): Promise<void>
  /** Once more with the same files. */
  retry(choices: { name: string; gelu: GeluReading }): Promise<void>
  cancel(): void
}

export function createModelImport(host: HostClient): ModelImport {
  const store = createStore<ModelImportState>(() => ({ stage: 'choosing' }))
  let file_ids: string[] = []
  let work_id: string | null = null

  const run = async (
    files: readonly unknown[] | null,
    { name, gelu }: { name: string; gelu: GeluReading },
  ): Promise<void> => {
    const mine = crypto.randomUUID()
    work_id = mine
    store.setState({ stage: 'running', progress: null }, true)
    const quiet = host.on('model.import-progress', (progress) => {
      if (progress.work_id === mine && work_id === mine) store.setState({ stage: 'running', progress }, true)
    })
    try {
      if (files !== null) file_ids = await idsOf(files)
      if (work_id !== mine) return
      const named = name.trim() === '' ? {} : { name: name.trim() }
      const model = await host.call('models.import', { file_ids, work_id: mine, gelu, ...named })
      if (work_id === mine) store.setState({ stage: 'done', model }, true)
    } catch (thrown) {
      if (work_id === mine) store.setState({ stage: 'failed', error: hostErrorOf(thrown) }, true)
    } finally {
      quiet()
    }
  }

  /** One at a time: a folder of many files would wait for its turn anyway. */
  const idsOf = async (files: readonly unknown[]): Promise<string[]> => {
    const ids: string[] = []
    for (const file of files) ids.push((await host.addFile(file)).file_id)
    return ids
  }

  return {
    ...store,
    start: (files, choices) => run(files, choices),
    retry: (choices) => run(null, choices),
    cancel() {
      if (work_id !== null && store.getState().stage === 'running')
        void host.call('models.cancel', { work_id }).catch(() => undefined) // it is forgotten here either way
      work_id = null
      store.setState({ stage: 'choosing' }, true)
    },
  }
}
