// What the host was asked for and where that stands: nothing yet, the value, or why not.
import { HostFailure, type HostError } from '../../main/contract/errors.ts'

/** `loading` only before the first value; a value that is being asked for again stays on the page. */
export type Remote<Value> =
  { status: 'loading' } | { status: 'ready'; value: Value } | { status: 'failed'; error: HostError }

export const LOADING = { status: 'loading' } as const

/** What was thrown by a call, as a reason from the closed list. */
export function hostErrorOf(thrown: unknown): HostError {
  if (thrown instanceof HostFailure) return thrown.error
  return { code: 'internal', message: thrown instanceof Error ? thrown.message : String(thrown) }
}

/** The end of a call, as what stands on the page. */
export function remoteOf<Value>(settled: PromiseSettledResult<Value>): Remote<Value> {
  return settled.status === 'fulfilled'
    ? { status: 'ready', value: settled.value }
    : { status: 'failed', error: hostErrorOf(settled.reason) }
}

/** The value of what is ready, else the fallback. */
export function readyOr<Value>(remote: Remote<Value>, fallback: Value): Value {
  return remote.status === 'ready' ? remote.value : fallback
}
