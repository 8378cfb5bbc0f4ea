// A server on this machine that serves bytes as well or as badly as a test wants: it cuts off, changes, lies, stalls, sends on.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import https from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export type Asked = { path: string; from: number; headers: http.IncomingHttpHeaders; sent: number }
/** @param turn how often this path was asked before */
export type Behaviour = (
  request: IncomingMessage,
  response: ServerResponse,
  asked: Asked,
  turn: number,
) => void | Promise<void>

export type MisbehavingServer = Awaited<ReturnType<typeof startServer>>

/** @param tls key and certificate; without them it speaks plain HTTP */
export async function startServer(tls?: { key: string; cert: string }) {
  const behaviours = new Map<string, Behaviour>()
  const asked: Asked[] = []
  const listener: RequestListener = (request, response) => {
    const path = request.url ?? ''
    const one: Asked = { path, from: rangeStart(request), headers: request.headers, sent: 0 }
    const turn = asked.filter((before) => before.path === path).length
    asked.push(one)
    response.on('error', () => undefined)
    const behaviour = behaviours.get(path) ?? answers(404)
    void Promise.resolve(behaviour(request, response, one, turn)).catch(() => response.destroy())
  }
  const server = tls === undefined ? http.createServer(listener) : https.createServer(tls, listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  const close = (): void => {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
  onTestFinished(close)
  const { port } = server.address() as AddressInfo
  const origin = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`
  return {
    origin,
    port,
    /** Every request, in order. */
    asked,
    close,
    at: (path: string, behaviour: Behaviour): string => {
      behaviours.set(path, behaviour)
      return `${origin}${path}`
    },
  }
}

export type Serving = {
  headers?: Record<string, string>
  /** Answers a Range with the whole file. */
  ignoresRange?: boolean
  /** Ends the connection after so many bytes of each answer. */
  cutAfter?: number
  /** `end`: closed in good order; `reset`: torn, which also loses what the other side has not read. */
  cut?: 'end' | 'reset'
  /** Awaited before the connection is cut. */
  beforeCut?: (from: number) => Promise<unknown>
  /** Sends so much and then nothing; `onStall` is told. */
  stallAfter?: number
  onStall?: () => void
  /** Without a Content-Length. */
  chunked?: boolean
  length?: number
  contentRange?: (from: number, total: number) => string
}

/** Serves the content as a good server does, but for what is asked of it. */
export function serves(content: Buffer, how: Serving = {}): Behaviour {
  const etag = how.headers?.['etag'] ?? `"${createHash('sha1').update(content).digest('hex')}"`
  return async (request, response, asked) => {
    const condition = request.headers['if-range']
    const isSame = condition === undefined || condition === etag
    const isPart = asked.from > 0 && how.ignoresRange !== true && isSame
    const from = isPart ? asked.from : 0
    const total = how.length ?? content.length
    if (from >= content.length) {
      response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end()
      return
    }
    response.writeHead(isPart ? 206 : 200, {
      etag,
      ...(how.chunked !== true && { 'content-length': total - from }),
      ...(isPart && {
        'content-range': how.contentRange?.(from, total) ?? `bytes ${from}-${total - 1}/${total}`,
      }),
      ...how.headers,
    })
    const rest = content.subarray(from)
    const some = rest.subarray(0, Math.min(how.cutAfter ?? Infinity, how.stallAfter ?? Infinity))
    await send(response, some, asked)
    if (how.stallAfter !== undefined && some.length < rest.length) {
      how.onStall?.()
      return
    }
    if (some.length < rest.length || (how.length ?? 0) > content.length) {
      await how.beforeCut?.(from)
      if (how.cut === 'reset') response.socket?.resetAndDestroy()
      else response.socket?.end()
      return
    }
    response.end()
  }
}

/** A different behaviour each time; the last one from then on. */
export function inTurn(...behaviours: Behaviour[]): Behaviour {
  return (request, response, asked, turn) =>
    behaviours[Math.min(turn, behaviours.length - 1)]?.(request, response, asked, turn)
}

/** Nothing but a status and its headers. */
export function answers(status: number, headers: Record<string, string> = {}, body = ''): Behaviour {
  return (_, response) => void response.writeHead(status, headers).end(body)
}

async function send(response: ServerResponse, bytes: Buffer, asked: Asked): Promise<void> {
  for (let at = 0; at < bytes.length; at += 65_536) {
    const piece = bytes.subarray(at, at + 65_536)
    await new Promise<void>((done, failed) =>
      response.write(piece, (error) => (error == null ? done() : failed(error))),
    )
    asked.sent += piece.length
  }
}

function rangeStart({ headers }: IncomingMessage): number {
  return Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0)
}
