// The person's settings: shown at once, kept by the host, taken back with a reason when it refuses.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { HostClient } from '../../main/contract/host.ts'
import { Settings } from '../../main/contract/records.ts'

export type SettingsState = { settings: Settings; loaded: boolean }
export type SettingsStore = StoreApi<SettingsState> & {
  refresh(): Promise<void>
  change(part: Partial<Settings>): Promise<void>
}

export function createSettingsStore(host: HostClient): SettingsStore {
  const store = createStore<SettingsState>(() => ({
    settings: Settings.parse({}),
    loaded: false,
  }))
  host.on('settings.changed', (settings) => store.setState({ settings, loaded: true }))
  return {
    ...store,
    async refresh() {
      store.setState({ settings: await host.call('settings.get', {}), loaded: true })
    },
    async change(part) {
      const before = store.getState().settings
      const wanted = { ...before, ...part }
      store.setState({ settings: wanted })
      try {
        store.setState({ settings: await host.call('settings.set', wanted) })
      } catch (thrown) {
        store.setState({ settings: before })
        throw thrown
      }
    },
  }
}
