// The page's own origin in, a transport out: calls by POST, events by one WebSocket that is opened again whenever it breaks.
import { DroppedFolder } from '../ui/dropped-folder.ts'
import type { Transport } from '../../main/contract/transport.ts'

/** Waits between two attempts, in milliseconds; the last one repeats. */
const RETRY_AFTER = [250, 500, 1000, 2000, 4000]

/** The protocol is written at the top of `main/server/http-transport.ts`. */
export function httpTransport(): Transport {
  return {
    call: (name, input) =>
      post(`/call/${encodeURIComponent(name)}`, JSON.stringify(input), 'application/json'),
    async addFile(file) {
      if (file instanceof DroppedFolder) return sendFolder(file)
      if (!(file instanceof File)) throw new TypeError('Only a File can be handed over from a browser.')
      return post(`/files?name=${encodeURIComponent(file.name)}`, file, 'application/octet-stream')
    },
    listen(onNotice, onConnection) {
      let attempt = 0
      let socket: WebSocket | null = null
      let timer: ReturnType<typeof setTimeout> | undefined
      let stopped = false

      const open = () => {
        socket = new WebSocket(`${window.location.origin.replace(/^http/, 'ws')}/events`)
        socket.onopen = () => {
          attempt = 0
          onConnection(true)
        }
        socket.onmessage = (message) => {
          if (typeof message.data === 'string') onNotice(JSON.parse(message.data))
        }
        socket.onclose = () => {
          if (stopped) return
          onConnection(false)
          const wait = RETRY_AFTER[Math.min(attempt, RETRY_AFTER.length - 1)]
          attempt += 1
          timer = setTimeout(open, wait)
        }
      }
      open()

      return () => {
        stopped = true
        clearTimeout(timer)
        socket?.close()
      }
    },
  }
}

async function post(path: string, body: BodyInit, type: string): Promise<unknown> {
  const response = await fetch(path, { method: 'POST', body, headers: { 'Content-Type': type } })
  return response.json()
}

/** Files on their way at once. */
const AT_ONCE = 4

/** Sends the files of a folder one by one under a name of their own, and then asks for the folder that they make. */
async function sendFolder(folder: DroppedFolder): Promise<unknown> {
  const id = crypto.randomUUID()
  const query = (place: string): string =>
    `/files?name=${encodeURIComponent(folder.name)}&folder=${id}&place=${encodeURIComponent(place)}`
  const sending = new Set<Promise<void>>()
  const refused: unknown[] = []
  for await (const { place, file } of folder.files()) {
    if (refused.length > 0) break
    if (/(^|\/)\./.test(place)) continue // what is hidden is not data
    const sent = post(query(place), file, 'application/octet-stream')
      .then((answer) => {
        if (typeof answer !== 'object' || answer === null || !('ok' in answer) || answer.ok !== true)
          refused.push(answer)
      })
      .finally(() => sending.delete(sent))
    sending.add(sent)
    if (sending.size >= AT_ONCE) await Promise.race(sending)
  }
  await Promise.all(sending)
  return refused.length > 0 ? refused[0] : post(query(''), new Blob([]), 'application/octet-stream')
}
