// An address in, the answer of the server behind all its redirects out: through a proxy where one is set, and never waited for without end.
import http from 'node:http'
import https from 'node:https'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { isProxy } from '../../contract/download-settings.ts'
import type { Clock } from './clock.ts'
import { MOST_REDIRECTS, redirectTarget } from './addresses.ts'
import { TransferFault } from './fault.ts'

/** How long a server may take for its first answer, in milliseconds. */
export const ANSWER_WITHIN = 30_000

export type Connection = {
  clock: Clock
  signal: AbortSignal
  /** The address of the proxy for an address; null for none. */
  proxyFor: (url: URL) => string | null
  /** Certificates that are trusted instead of the system's; tests give their own. */
  ca?: string
}

export type Answer = { url: URL; response: http.IncomingMessage }

/**
 * @param allowed hosts to which the server may send on
 * @throws TransferFault, or the error of the connection
 */
export async function request(
  address: URL,
  headers: Record<string, string>,
  allowed: readonly string[],
  connection: Connection,
): Promise<Answer> {
  let url = address
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const response = await answer(url, headers, connection)
    const { statusCode = 0 } = response
    if (![301, 302, 303, 307, 308].includes(statusCode)) return { url, response }
    response.destroy()
    url = redirectTarget(url, response.headers.location, allowed)
  }
  throw new TransferFault('too-many-redirects', { host: address.host, limit: MOST_REDIRECTS }, 'never')
}

function answer(
  url: URL,
  headers: Record<string, string>,
  { clock, signal, proxyFor, ca }: Connection,
): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const secure = url.protocol === 'https:'
    const proxy = proxyFor(url)
    const agent = secure && proxy !== null ? new HttpsProxyAgent(proxy) : new (secure ? https : http).Agent()
    const asked = (secure ? https : http).get(url, {
      agent,
      signal,
      headers: { 'accept-encoding': 'identity', 'user-agent': 'ALBERT-Workbench', ...headers },
      ...(ca !== undefined && { ca }),
    })
    const callOff = clock.timer(ANSWER_WITHIN, () =>
      asked.destroy(new TransferFault('stalled', { host: url.host, seconds: ANSWER_WITHIN / 1000 }, 'later')),
    )
    asked.once('response', (response) => {
      callOff()
      resolve(response)
    })
    asked.once('error', (error) => {
      callOff()
      reject(error)
    })
  })
}

/**
 * The proxy for an address: what the settings say, else the environment, as other programs read it.
 * @throws TransferFault `proxy-kind` for one that does not speak HTTP: going past it would not be what was asked for
 */
export function proxyFor(url: URL, setting: string, env: NodeJS.ProcessEnv = process.env): string | null {
  if (url.protocol !== 'https:') return null // an unencrypted address is one of this machine
  if (setting !== '') return setting
  const named = [env['HTTPS_PROXY'], env['https_proxy'], env['ALL_PROXY'], env['all_proxy']]
  const found = named.find((one) => one !== undefined && one !== '') ?? ''
  if (found === '') return null
  const excluded = (env['NO_PROXY'] ?? env['no_proxy'] ?? '')
    .split(',')
    .map((name) => name.trim().replace(/^\*?\./, ''))
  const isExcluded = excluded.some(
    (name) => name === '*' || (name !== '' && (url.hostname === name || url.hostname.endsWith(`.${name}`))),
  )
  if (isExcluded) return null
  if (!isProxy(found)) {
    const [scheme] = found.split('://')
    throw new TransferFault('proxy-kind', { kind: found.includes('://') ? (scheme ?? '') : '–' }, 'never')
  }
  return found
}
