// Who may ask the server: the head of a request in, the reason for a refusal out. Nothing else of the request is looked at before.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export type Access = {
  /** Given to the page's address once; also good as `Authorization: Bearer`. */
  token: string
  /** What the cookie holds instead of the token, so that an address in a history is not a session. */
  session: string
  cookie_name: string
  /** `host:port` under which the server may be addressed; another name means DNS rebinding. */
  hosts: ReadonlySet<string>
}

export type Refusal = { status: 401 | 403; message: string }

export function newAccess(port: number, named_host: string): Access {
  const names = new Set(['127.0.0.1', 'localhost', '[::1]', bracketed(named_host)])
  return {
    token: randomBytes(32).toString('base64url'),
    session: randomBytes(32).toString('base64url'),
    cookie_name: `albert_${port}`, // cookies do not know ports: two servers would overwrite each other's
    hosts: new Set([...names].map((name) => `${name}:${port}`)),
  }
}

/** As a host stands in an address: IPv6 in brackets. */
export function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
}

/** Checks the address the request was sent to and the page it was sent from. */
export function refusedByOrigin(access: Access, request: IncomingMessage): Refusal | null {
  const { host, origin } = request.headers
  if (host === undefined || !access.hosts.has(host)) {
    return { status: 403, message: 'This server answers only under the address it printed.' }
  }
  const foreign = origin !== undefined && origin !== `http://${host}`
  const site = request.headers['sec-fetch-site']
  const elsewhere = site !== undefined && site !== 'same-origin' && site !== 'none'
  if (foreign || elsewhere) return { status: 403, message: 'This server answers only its own pages.' }
  return null
}

/** Checks the session cookie, or the token as bearer. One answer for a missing and a wrong one. */
export function refusedByToken(access: Access, request: IncomingMessage): Refusal | null {
  const cookie = cookieOf(request, access.cookie_name)
  if (cookie !== null && sameSecret(cookie, access.session)) return null
  const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1]
  if (bearer !== undefined && sameSecret(bearer, access.token)) return null
  const message = 'Open the address that the server printed when it started: it carries the token.'
  return { status: 401, message }
}

/** Takes the same time however much of the two agrees. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

function cookieOf(request: IncomingMessage, name: string): string | null {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return null
}
