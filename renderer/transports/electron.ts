// What the desktop's preload script put into the page in, a transport out.
import { DroppedFolder } from '../ui/dropped-folder.ts'
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
  const host = window.albertHost
  if (host === undefined) return null
  return { ...host, addFile: (given) => host.addFile(given instanceof DroppedFolder ? given.file : given) }
}
