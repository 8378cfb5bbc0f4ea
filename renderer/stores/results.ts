// The finished runs and the published results they stand beside.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { HostClient } from '../../main/contract/host.ts'
import type { PublishedResults, ResultRecord } from '../../main/contract/records.ts'
import { createCollection, type Collection } from './collection.ts'
import { hostErrorOf, LOADING, type Remote } from './remote.ts'

export type ResultsStore = Collection<ResultRecord> & {
  readonly published: StoreApi<{ published: Remote<PublishedResults> }>
}

export function createResultsStore(host: HostClient): ResultsStore {
  const results = createCollection<ResultRecord>({
    list: () => host.call('results.list', {}),
    keyOf: (result) => result.job_id,
  })
  const published = createStore<{ published: Remote<PublishedResults> }>(() => ({ published: LOADING }))
  host.on('result.changed', results.put)
  host.on('result.removed', ({ job_id }) => results.drop(job_id))

  const loadPublished = async () => {
    try {
      published.setState({ published: { status: 'ready', value: await host.call('results.published', {}) } })
    } catch (thrown) {
      published.setState({ published: { status: 'failed', error: hostErrorOf(thrown) } })
    }
  }

  return {
    ...results,
    published,
    async refresh() {
      await Promise.all([results.refresh(), loadPublished()])
    },
  }
}
