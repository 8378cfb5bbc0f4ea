// Whether the host answers, and what it says about itself.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { HostClient, HostInfo } from '../../main/contract/host.ts'
import { hostErrorOf, LOADING, type Remote } from './remote.ts'

export type ConnectionState = {
  /** `lost` after it was there: the transport tries again by itself. */
  connection: 'connecting' | 'connected' | 'lost'
  info: Remote<HostInfo>
}
export type ConnectionStore = StoreApi<ConnectionState> & {
  refresh(): Promise<void>
  /** Asks the person for a folder, where the host can. @returns its whole path; null where none was chosen @throws HostFailure */
  chooseFolder(): Promise<string | null>
}

export function createConnectionStore(host: HostClient): ConnectionStore {
  const store = createStore<ConnectionState>(() => ({ connection: 'connecting', info: LOADING }))
  host.onConnection((connected) => store.setState({ connection: connected ? 'connected' : 'lost' }))
  return {
    ...store,
    async chooseFolder() {
      return (await host.call('host.choose-folder', {})).path
    },
    async refresh() {
      try {
        store.setState({ info: { status: 'ready', value: await host.call('host.info', {}) } })
      } catch (thrown) {
        store.setState({ info: { status: 'failed', error: hostErrorOf(thrown) } })
      }
    },
  }
}
