// Electron's two ends in one process: what the page invokes arrives at main's handlers, and what main sends is heard in the page. For tests.
import type { IpcEvent, IpcPage } from '../../electron/ipc-transport.ts'
import type { Transport } from '../transport.ts'

type Handler = (event: IpcEvent, ...words: unknown[]) => unknown
type Hearer = (event: unknown, text: unknown) => void

const handlers = new Map<string, Handler>()
const hearers = new Map<string, Set<Hearer>>()
const paths = new WeakMap<File, string>()
let exposed: Record<string, unknown> = {}

/** What the real structured clone lets through: here only what is text or nothing is sent at all. */
const cloned = (value: unknown): unknown => structuredClone(value)

/** The module `electron` as the preload script meets it. */
export const electronOfThePage = {
  contextBridge: {
    exposeInMainWorld: (name: string, value: unknown) => {
      exposed = { ...exposed, [name]: value }
    },
  },
  ipcRenderer: {
    invoke: async (channel: string, ...words: unknown[]) => {
      const handler = handlers.get(channel)
      if (handler === undefined) throw new Error(`No handler registered for '${channel}'`)
      const sender: IpcEvent = { senderFrame: { url: 'app://bundle/', parent: null } }
      return cloned(await handler(sender, ...words.map(cloned)))
    },
    on: (channel: string, hearer: Hearer) =>
      hearers.set(channel, (hearers.get(channel) ?? new Set()).add(hearer)),
    removeListener: (channel: string, hearer: Hearer) => hearers.get(channel)?.delete(hearer),
  },
  webUtils: { getPathForFile: (file: File) => paths.get(file) ?? '' },
}

export const ipcMain = { handle: (channel: string, handler: Handler) => void handlers.set(channel, handler) }

export const page: IpcPage = {
  isDestroyed: () => false,
  send: (channel, text) => {
    for (const hearer of hearers.get(channel) ?? []) setImmediate(() => hearer({}, cloned(text)))
  },
}

/** A file as the person drops it: it has a path, and the page cannot see it. */
export function droppedFile(path: string, name: string): File {
  const file = new File([], name)
  paths.set(file, path)
  return file
}

export function whatThePageGot(): Record<string, unknown> {
  return exposed
}

/** What the preload script gave the page. */
export function albertHost(): Transport {
  return exposed['albertHost'] as Transport
}
