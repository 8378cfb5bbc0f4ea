// Whether the host answers, and what it says about itself.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { HostClient, HostInfo } from '../../main/contract/host.ts'
import { hostErrorOf, LOADING, type Remote } from './remote.ts'

export type ConnectionState = {
  /** `lost` after it was there: the transport tries again by itself. */
  connection: 'connecting' | 'connected' | 'lost'
  info: Remote<HostInfo>
}
export type ConnectionStore = StoreApi<ConnectionState> & { refresh(): Promise<void> }

export function createConnectionStore(host: HostClient): ConnectionStore {
  const store = createStore<ConnectionState>(() => ({ connection: 'connecting', info: LOADING }))
  host.onConnection((connected) => store.setState({ connection: connected ? 'connected' : 'lost' }))
  return {
    ...store,
    async refresh() {
      try {
        store.setState({ info: { status: 'ready', value: await host.call('host.info', {}) } })
      } catch (thrown) {
        store.setState({ info: { status: 'failed', error: hostErrorOf(thrown) } })
      }
    },
  }
}
