// Keyed records: asked for once, kept true by the host's events.
import type { Remote } from './remote.ts'

/** A copy of the list in which `record` stands, in place of the one it replaces or at the end. */
export function withRecord<Item>(
  items: readonly Item[],
  record: Item,
  keyOf: (item: Item) => string,
): Item[] {
  const key = keyOf(record)
  const index = items.findIndex((item) => keyOf(item) === key)
  return index === -1 ? [...items, record] : items.map((item, at) => (at === index ? record : item))
}

/** The value of what is ready, else the fallback. */
export function readyOr<Value>(remote: Remote<Value>, fallback: Value): Value {
  return remote.status === 'ready' ? remote.value : fallback
}
