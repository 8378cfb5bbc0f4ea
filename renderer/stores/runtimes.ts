// What there is of TensorFlow and of cards, kept true by the host's events, and what can be done with it.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { HostClient } from '../../main/contract/host.ts'
import type { RuntimeReport, RuntimeTrial } from '../../main/contract/runtimes.ts'
import { hostErrorOf, LOADING, type Remote } from './remote.ts'

export type RuntimesState = { report: Remote<RuntimeReport> }
export type RuntimesStore = StoreApi<RuntimesState> & {
  refresh(): Promise<void>
  try(runtime_id: string): Promise<RuntimeTrial>
  /** @returns what the disk has back, in bytes */
  remove(runtime_id: string): Promise<number>
}

export function createRuntimesStore(host: HostClient): RuntimesStore {
  const store = createStore<RuntimesState>(() => ({ report: LOADING }))
  host.on('runtimes.changed', (value) => store.setState({ report: { status: 'ready', value } }))
  const refresh = async (): Promise<void> => {
    try {
      store.setState({ report: { status: 'ready', value: await host.call('runtimes.report', {}) } })
    } catch (thrown) {
      store.setState({ report: { status: 'failed', error: hostErrorOf(thrown) } })
    }
  }
  return {
    ...store,
    refresh,
    try: (runtime_id) => host.call('runtimes.try', { runtime_id }),
    async remove(runtime_id) {
      const { freed_bytes } = await host.call('runtimes.delete', { runtime_id })
      await refresh()
      return freed_bytes
    },
  }
}
