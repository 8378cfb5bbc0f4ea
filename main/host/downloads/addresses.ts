// The address of a file and the settings in, where it is really fetched out; and which redirects are followed.
import { isSafeAddress, type DownloadSettings } from '../../contract/download-settings.ts'
import { TransferFault } from './fault.ts'

/** Among the hosts of a file whose hash is known beforehand: whatever sends it, it is that file or it is refused. */
export const ANYWHERE = '*'

/** What a server may send on at most. */
export const MOST_REDIRECTS = 5

/**
 * The mirror's address for a file; `{host}`, `{path}` and `{file}` stand for parts of the official one, and without any of
 * them the official path follows the mirror's.
 * @throws TransferFault `insecure-address`
 */
export function addressOf(official: string, { mirror }: Pick<DownloadSettings, 'mirror'>): URL {
  const url = new URL(official)
  const address = mirror === '' ? url : new URL(onMirror(mirror, url))
  if (!isSafeAddress(address)) throw new TransferFault('insecure-address', { url: address.href }, 'never')
  return address
}

function onMirror(mirror: string, url: URL): string {
  const path = url.pathname.replace(/^\//, '')
  const parts: Record<string, string> = { host: url.host, path, file: path.split('/').at(-1) ?? '' }
  if (!/\{(?:host|path|file)\}/.test(mirror)) return `${mirror.replace(/\/$/, '')}/${path}${url.search}`
  return mirror.replace(/\{(host|path|file)\}/g, (_, part: string) => parts[part] ?? '')
}

/**
 * Where a redirect leads, when it may be followed: an encrypted address (or one of this machine, from this machine), of the
 * same host or of one that the file is known to lie on.
 * @throws TransferFault `redirect`, `insecure-address`
 */
export function redirectTarget(from: URL, location: string | undefined, allowed: readonly string[]): URL {
  const refused = (to: string): TransferFault =>
    new TransferFault('redirect', { host: from.host, to }, 'never')
  if (location === undefined) throw refused('nowhere')
  let to: URL
  try {
    to = new URL(location, from)
  } catch {
    throw refused(location.slice(0, 200))
  }
  if (to.protocol !== 'https:' && to.protocol !== 'http:') throw refused(to.href.slice(0, 200))
  if (!isSafeAddress(to) || (from.protocol === 'https:' && to.protocol !== 'https:'))
    throw new TransferFault('insecure-address', { url: to.href.slice(0, 200) }, 'never')
  if (to.host !== from.host && !allowed.includes(to.hostname) && !allowed.includes(ANYWHERE))
    throw refused(to.origin)
  return to
}
