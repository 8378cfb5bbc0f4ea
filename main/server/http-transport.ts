// The host over HTTP and one WebSocket: what the page's http transport speaks. The whole protocol:
//
//   GET  /?token=TOKEN       the printed address: 303 to / with the cookie `albert_PORT` (HttpOnly, SameSite=Strict)
//   GET  /, /assets/…        the built pages; with the cookie, or `Authorization: Bearer TOKEN`; else 401
//   POST /call/METHOD        body: the input as JSON (Content-Type: application/json, at most 4 MB)
//                            200 with an Answer { ok: true, value } or { ok: false, error } as JSON, refusals included
//   POST /files?name=NAME&folder=ID&place=P   the same for a file at the place P of a folder; without bytes and place: the folder
//   POST /files?name=NAME    body: the file's bytes (Content-Type: application/octet-stream); 200 with an Answer of a FileRef
//   GET  /events             upgrade to a WebSocket: each text message is one Notice { name, payload } as JSON.
//                            Nothing is sent by the page. Closed with 1001: the server stops; 4008: the page read too slowly.
//                            After a break the page connects again and asks anew for what it shows: missed events are not resent.
//
// Where a request is not let in at all (401 token, 403 host or origin, 404 page, 413 size, 415 type) the body is still an Answer
// with a sentence. Page and host are of one origin, so the page names no address: fetch('/call/jobs.list'), new
// WebSocket(location.origin.replace('http', 'ws') + '/events').
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createReadStream } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'
import type { OnInternal } from '../contract/serve.ts'
import { answerOf } from '../contract/serve.ts'
import type { Answer, HostEnd } from '../contract/transport.ts'
import { LONGEST_INPUT, readInput } from '../shell/input-text.ts'
import type { PageFile, PageFiles } from '../shell/page-files.ts'
import { pageFileFor } from '../shell/page-files.ts'
import { pageHeaders } from '../shell/page-headers.ts'
import type { Access } from './access.ts'
import { bracketed, newAccess, refusedByOrigin, refusedByToken, sameSecret } from './access.ts'
import { eventSockets } from './event-sockets.ts'
import { readBody } from './body.ts'
import type { WithinFolder } from '../host/host.ts'
import type { ReceiveFile } from './uploads.ts'
import { announcedBytes, receiveUpload, tooLarge } from './uploads.ts'

export type HttpOptions = {
  end: HostEnd
  receiveFile: ReceiveFile
  pages: PageFiles
  host: string
  /** 0: any free one. */
  port: number
  /** Bytes of the largest file taken in. */
  upload_limit: number
  onInternal: OnInternal
}

export type HttpService = {
  /** To be opened in a browser; it carries the token. */
  address: string
  origin: string
  token: string
  close(): Promise<void>
}

const MOST_CONNECTIONS = 256

/** @throws Error when the port is taken or may not be used */
export async function serveHttp(options: HttpOptions): Promise<HttpService> {
  const server = createServer({
    headersTimeout: 10_000,
    requestTimeout: 15 * 60_000,
    keepAliveTimeout: 5_000,
  })
  server.maxConnections = MOST_CONNECTIONS
  const port = await listening(server, options.port, options.host)
  const access = newAccess(port, options.host)
  const sockets = eventSockets()
  const stopTelling = options.end.subscribe((notice) => sockets.tell(notice))

  server.on('request', (request, response) => {
    response.on('error', () => response.destroy())
    replyTo(options, access, request)
      .then((reply) => send(reply, request, response))
      .catch((cause: unknown) => {
        options.onInternal(`${request.method ?? ''} ${pathOf(request)}`, cause)
        response.destroy()
      })
  })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    const status = refusedUpgrade(access, request)
    if (status === null) sockets.accept(request, socket, head)
    else socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  })

  const origin = `http://${bracketed(options.host)}:${port}`
  return {
    address: `${origin}/?token=${access.token}`,
    origin,
    token: access.token,
    async close() {
      stopTelling()
      sockets.close()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      const impatient = setTimeout(() => server.closeAllConnections(), 2000)
      await closed
      clearTimeout(impatient)
    },
  }
}

/** What goes back: a page, an answer, or the way to the start page. */
type Reply = { page: PageFile } | { status: number; answer: Answer } | { location: string; cookie: string }

async function replyTo(options: HttpOptions, access: Access, request: IncomingMessage): Promise<Reply> {
  const path = pathOf(request)
  const foreign = refusedByOrigin(access, request)
  if (foreign !== null) return refusal(foreign.status, foreign.message)
  const given = request.method === 'GET' && path === '/' ? queryOf(request).get('token') : null
  if (given !== null && sameSecret(given, access.token)) return welcome(access)
  const unknown = refusedByToken(access, request)
  if (unknown !== null) return refusal(unknown.status, unknown.message)
  if (request.method === 'POST' && path.startsWith('/call/')) return answerCall(options, request)
  if (request.method === 'POST' && path === '/files') return takeFile(options, request)
  const page = request.method === 'GET' ? pageFileFor(options.pages, path) : null
  return page === null ? refusal(404, `There is no ${path} here.`) : { page }
}

/** The token becomes a cookie that no script can read, and leaves the address. */
function welcome(access: Access): Reply {
  const cookie = `${access.cookie_name}=${access.session}; HttpOnly; SameSite=Strict; Path=/`
  return { location: '/', cookie }
}

async function answerCall(options: HttpOptions, request: IncomingMessage): Promise<Reply> {
  if (!isOf(request, 'application/json')) return refusal(415, 'A call is sent as application/json.')
  const body = await readBody(request, LONGEST_INPUT)
  if (body === null) return refusal(413, `A call holds at most ${LONGEST_INPUT} bytes.`)
  const input = readInput(body.toString('utf8'))
  if ('fault' in input) return refusal(400, input.fault)
  const name = decodedName(pathOf(request).slice('/call/'.length))
  return { status: 200, answer: await options.end.answer(name, input.value) }
}

async function takeFile(options: HttpOptions, request: IncomingMessage): Promise<Reply> {
  const { upload_limit, receiveFile, onInternal } = options
  if (!isOf(request, 'application/octet-stream')) {
    return refusal(415, 'A file is sent as application/octet-stream.')
  }
  const name = queryOf(request).get('name') ?? ''
  if (name === '' || name.length > 255) return refusal(400, 'A file needs a name of 1 to 255 characters.')
  if (announcedBytes(request) > upload_limit) {
    return { status: 413, answer: { ok: false, error: tooLarge(name, upload_limit) } }
  }
  const within = folderIn(queryOf(request))
  if (within === null) return refusal(400, 'A folder needs a name of its own, and a place below it.')
  const receive = () => receiveUpload(request, name, upload_limit, receiveFile, within)
  return { status: 200, answer: await answerOf('addFile', receive, onInternal) }
}

/** Undefined for a file by itself; null for a folder that cannot be. */
function folderIn(query: URLSearchParams): WithinFolder | undefined | null {
  const [folder, place] = [query.get('folder'), query.get('place')]
  if (folder === null) return undefined
  return /^[\w-]{8,64}$/.test(folder) && place !== null && place.length <= 1024 ? { folder, place } : null
}

async function send(reply: Reply, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // What of the body is still on its way is not read: the connection ends with the answer.
  const head = {
    ...pageHeaders(`ws://${request.headers.host ?? ''}`),
    ...(request.complete ? {} : { Connection: 'close' }),
  }
  if ('page' in reply) {
    response.writeHead(200, { ...head, 'Content-Type': reply.page.type })
    await pipeline(createReadStream(reply.page.file), response)
  } else if ('location' in reply) {
    response.writeHead(303, { ...head, Location: reply.location, 'Set-Cookie': reply.cookie }).end()
  } else {
    response.writeHead(reply.status, { ...head, 'Content-Type': 'application/json; charset=utf-8' })
    response.end(JSON.stringify(reply.answer))
  }
}

function refusal(status: number, message: string): Reply {
  return { status, answer: { ok: false, error: { code: 'invalid-input', faults: [], message } } }
}

/** A page of a browser always says where it comes from; a script gives the token instead of the cookie. */
function refusedUpgrade(access: Access, request: IncomingMessage): number | null {
  const refused = refusedByOrigin(access, request) ?? refusedByToken(access, request)
  if (refused !== null) return refused.status
  const { origin, authorization } = request.headers
  if (origin === undefined && authorization === undefined) return 403
  return pathOf(request) === '/events' ? null : 404
}

function isOf(request: IncomingMessage, type: string): boolean {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() === type
}

function listening(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE'
      const why = taken
        ? `Port ${port} is in use. Choose another with --port, or leave it out.`
        : error.message
      reject(new Error(`The server cannot listen on ${host}: ${why}`, { cause: error }))
    })
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/'
}

function queryOf(request: IncomingMessage): URLSearchParams {
  return new URLSearchParams((request.url ?? '').split('?')[1] ?? '')
}

function decodedName(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
