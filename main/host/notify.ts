// Events of the contract: told by the host's parts, heard by its shell.
import type { EventName, EventPayload } from '../contract/host.ts'
import type { HostListener } from './host.ts'

export type Notify = <Name extends EventName>(name: Name, payload: EventPayload<Name>) => void

export function createNotices(log: (sentence: string) => void) {
  const listeners = new Set<HostListener>()
  const notify: Notify = (name, payload) => {
    for (const listener of listeners) {
      try {
        listener(name, payload)
      } catch (error) {
        // A window that fails must not take the run down with it.
        log(
          `A listener of ${name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        )
      }
    }
  }
  return {
    notify,
    on: (listener: HostListener): (() => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
