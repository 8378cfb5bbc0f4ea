// Records of one kind: asked for as a list, then kept true by the host's events. A list that was under way while an event came does not undo it.
import { createStore, type StoreApi } from 'zustand/vanilla'
import { hostErrorOf, LOADING, type Remote } from './remote.ts'

export type Collection<Item> = StoreApi<{ items: Remote<readonly Item[]> }> & {
  /** Asks for the list; a failure shows only while there is none. */
  refresh(): Promise<void>
  /** Takes the whole list from an answer. */
  replace(items: readonly Item[]): void
  put(item: Item): void
  drop(key: string): void
}

/** @param inOrder sorts the list; by default it keeps the host's order */
export function createCollection<Item>({
  list,
  keyOf,
  inOrder = (items) => items,
}: {
  list: () => Promise<readonly Item[]>
  keyOf: (item: Item) => string
  inOrder?: (items: readonly Item[]) => readonly Item[]
}): Collection<Item> {
  const store = createStore<{ items: Remote<readonly Item[]> }>(() => ({ items: LOADING }))
  /** What changed since the last list was asked for: an item, or null where it went. */
  let news: Map<string, Item | null> | null = null
  let asked = 0

  const replace = (items: readonly Item[]) =>
    store.setState({ items: { status: 'ready', value: inOrder(items) } })

  const apply = (items: readonly Item[], key: string, item: Item | null): readonly Item[] => {
    if (item === null) return items.filter((one) => keyOf(one) !== key)
    return items.some((one) => keyOf(one) === key)
      ? items.map((one) => (keyOf(one) === key ? item : one))
      : [...items, item]
  }

  const change = (key: string, item: Item | null) => {
    news?.set(key, item)
    const { items } = store.getState()
    if (items.status === 'ready') replace(apply(items.value, key, item))
  }

  return {
    ...store,
    replace,
    put: (item) => change(keyOf(item), item),
    drop: (key) => change(key, null),
    async refresh() {
      asked += 1
      const mine = asked
      news = new Map()
      try {
        let items = await list()
        if (mine !== asked) return
        for (const [key, item] of news) items = apply(items, key, item)
        replace(items)
      } catch (thrown) {
        if (mine === asked && store.getState().items.status !== 'ready') {
          store.setState({ items: { status: 'failed', error: hostErrorOf(thrown) } })
        }
      } finally {
        if (mine === asked) news = null
      }
    },
  }
}
