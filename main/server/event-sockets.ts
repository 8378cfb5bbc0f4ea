// The host's notices in, text messages on every open WebSocket out. A page that does not keep up is let go instead of filling the memory.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocket, WebSocketServer } from 'ws'
import type { Notice } from '../contract/transport.ts'

export type EventSockets = {
  /** Turns an upgrade request that was let in into a socket that hears every later notice. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void
  tell(notice: Notice): void
  close(): void
}

/** The page read too slowly; its number is in the range for the program's own reasons. */
export const TOO_SLOW = 4008
const GOING_AWAY = 1001

/** @param most_waiting bytes that may wait for one page */
export function eventSockets(most_waiting = 8 * 2 ** 20, heartbeat = 30_000): EventSockets {
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 1024 })
  const alive = new WeakSet<WebSocket>()
  const pulse = setInterval(() => {
    for (const socket of server.clients) {
      if (!alive.delete(socket)) socket.terminate()
      else socket.ping()
    }
  }, heartbeat)
  pulse.unref()

  return {
    accept(request, stream, head) {
      server.handleUpgrade(request, stream, head, (socket) => {
        alive.add(socket)
        socket.on('pong', () => alive.add(socket))
        socket.on('error', () => socket.terminate())
        socket.on('message', () => socket.close(1008, 'This socket only tells.'))
      })
    },
    tell(notice) {
      if (server.clients.size === 0) return
      const text = JSON.stringify(notice)
      for (const socket of server.clients) {
        if (socket.readyState !== WebSocket.OPEN) continue
        if (socket.bufferedAmount > most_waiting) letGo(socket)
        else socket.send(text)
      }
    },
    close() {
      clearInterval(pulse)
      for (const socket of server.clients) socket.close(GOING_AWAY, 'The server stops.')
      server.close()
    },
  }
}

/** The reason travels behind what already waits; a page that reads nothing at all is cut off after a second. */
function letGo(socket: WebSocket): void {
  socket.close(TOO_SLOW, 'The page reads too slowly.')
  setTimeout(() => socket.terminate(), 1000).unref()
}
