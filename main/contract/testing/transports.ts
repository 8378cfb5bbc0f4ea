// A host in, a client of it over each of the three transports out: for tests.
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { WebSocket } from 'ws'
import { handleCalls, tellPage } from '../../electron/ipc-transport.ts'
import type { Host } from '../../host/host.ts'
import { serveHttp } from '../../server/http-transport.ts'
import { answerWithFile, hostEnd } from '../../shell/host-end.ts'
import { memoryTransport } from '../memory.ts'
import type { Transport } from '../transport.ts'
import { albertHost, droppedFile, ipcMain, page } from './electron-pair.ts'

export type Wire = {
  transport: Transport
  /** What the page hands over for a file of this machine. */
  file(path: string): Promise<unknown>
  close(): Promise<void>
}

const onInternal = (name: string, cause: unknown): void => console.error(name, cause)

export const wires = {
  memory: async (host: Host): Promise<Wire> => ({
    transport: memoryTransport(hostEnd(host, onInternal), (path) =>
      answerWithFile(host, String(path), onInternal),
    ),
    file: async (path) => path,
    close: async () => undefined,
  }),

  'electron ipc': async (host: Host): Promise<Wire> => {
    const end = hostEnd(host, onInternal)
    handleCalls(
      ipcMain,
      Promise.resolve(end),
      (path) => answerWithFile(host, path, onInternal),
      onInternal.bind(null, 'refused'),
    )
    const stop = tellPage(end, () => page)
    return {
      transport: albertHost(),
      file: async (path) => droppedFile(path, basename(path)),
      close: async () => stop(),
    }
  },

  'http and websocket': async (host: Host): Promise<Wire> => {
    const http = await serveHttp({
      end: hostEnd(host, onInternal),
      receiveFile: (name, content) => host.receiveFile(name, content),
      pages: new Map(),
      host: '127.0.0.1',
      port: 0,
      upload_limit: 2 ** 20,
      onInternal,
    })
    return {
      transport: overHttp(http.origin, http.token),
      file: async (path) => new File([await readFile(path)], basename(path)),
      close: () => http.close(),
    }
  },
}

/** As the page does it, with the token where the browser has its cookie. */
function overHttp(origin: string, token: string): Transport {
  const Authorization = `Bearer ${token}`
  const post = async (path: string, body: string | File, type: string): Promise<unknown> => {
    const headers = { Authorization, 'Content-Type': type }
    return (await fetch(`${origin}${path}`, { method: 'POST', body, headers })).json()
  }
  return {
    call: (name, input) => post(`/call/${name}`, JSON.stringify(input), 'application/json'),
    addFile: (file) =>
      post(
        `/files?name=${encodeURIComponent((file as File).name)}`,
        file as File,
        'application/octet-stream',
      ),
    listen(onNotice, onConnection) {
      const socket = new WebSocket(`${origin.replace('http', 'ws')}/events`, { headers: { Authorization } })
      socket.on('open', () => onConnection(true))
      socket.on('message', (data: Buffer) => onNotice(JSON.parse(data.toString())))
      socket.on('close', () => onConnection(false))
      return () => socket.close()
    },
  }
}
