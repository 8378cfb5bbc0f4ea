// What the desktop's preload script put into the page in, a transport out.
import type { Transport } from '../../main/contract/transport.ts'

declare global {
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- only an interface adds to the DOM's own
  interface Window {
    /** There only in the desktop window. */
    albertHost?: Transport
  }
}

/** The desktop's transport; null in a browser. */
export function electronTransport(): Transport | null {
  return window.albertHost ?? null
}
