// The finished runs and the published results they stand beside.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { HostClient } from '../../main/contract/host.ts'
import type { PublishedResults, ResultRecord } from '../../main/contract/records.ts'
import { readyOr, withRecord } from './collection.ts'
import { hostErrorOf, LOADING, type Remote } from './remote.ts'

export type ResultsState = {
  results: Remote<readonly ResultRecord[]>
  published: Remote<PublishedResults>
}
export type ResultsStore = StoreApi<ResultsState> & { refresh(): Promise<void> }

export function createResultsStore(host: HostClient): ResultsStore {
  const store = createStore<ResultsState>(() => ({ results: LOADING, published: LOADING }))

  host.on('result.changed', (result) => {
    if (store.getState().results.status !== 'ready') return
    const results = withRecord(readyOr(store.getState().results, []), result, (one) => one.job_id)
    store.setState({ results: { status: 'ready', value: results } })
  })
  host.on('result.removed', ({ job_id }) =>
    store.setState(({ results }) =>
      results.status === 'ready'
        ? { results: { ...results, value: results.value.filter((one) => one.job_id !== job_id) } }
        : {},
    ),
  )

  return {
    ...store,
    async refresh() {
      const [results, published] = await Promise.allSettled([
        host.call('results.list', {}),
        host.call('results.published', {}),
      ])
      store.setState({
        results:
          results.status === 'fulfilled'
            ? { status: 'ready', value: results.value }
            : { status: 'failed', error: hostErrorOf(results.reason) },
        published:
          published.status === 'fulfilled'
            ? { status: 'ready', value: published.value }
            : { status: 'failed', error: hostErrorOf(published.reason) },
      })
    },
  }
}
