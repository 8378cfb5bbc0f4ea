// How downloads are made: from where, through what, how many at once, or not at all; and which addresses are safe.
import { z } from 'zod'

/** How downloads are made; empty addresses mean none. */
export const DownloadSettings = z.object({
  /** Nothing is fetched. */
  offline: z.boolean().default(false),
  /** Where files are fetched instead of their official address; `{host}`, `{path}` and `{file}` stand for its parts. */
  mirror: z.string().max(2000).default('').refine(isMirror, {
    message: 'it must be an https address, such as https://mirror.example/albert',
  }),
  /** Where Python wheels are looked up, as those of the engine's runtimes; empty: where this machine's pip looks. */
  package_index: z.string().max(2000).default('').refine(isMirror, {
    message: 'it must be an https address, such as https://index.example/simple',
  }),
  /** For https connections; empty: what the environment's HTTPS_PROXY or ALL_PROXY says. */
  proxy: z.string().max(2000).default('').refine(isProxy, {
    message:
      'it must be the address of an HTTP proxy, such as http://proxy.example:3128; SOCKS proxies are not supported',
  }),
  /** At once. */
  limit: z.int().min(1).max(8).default(2),
})
export type DownloadSettings = z.infer<typeof DownloadSettings>

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/** Whether files may be fetched from there: encrypted, or from this machine. */
export function isSafeAddress(address: { protocol: string; hostname: string }): boolean {
  if (address.protocol === 'https:') return true
  return address.protocol === 'http:' && LOOPBACK.test(address.hostname)
}

function isMirror(text: string): boolean {
  if (text === '') return true
  const parts = addressParts(text)
  return parts !== null && isSafeAddress(parts)
}

/** Whether downloads can go through it; empty means none. SOCKS is another protocol. */
export function isProxy(text: string): boolean {
  return text === '' || ['http:', 'https:'].includes(addressParts(text)?.protocol ?? '')
}

/** Scheme and host of an address. The platform's URL is not used: this file is compiled without a platform. */
function addressParts(text: string): { protocol: string; hostname: string } | null {
  const found =
    /^([a-z][a-z0-9+.-]*:)\/\/(?:[^/@\s]*@)?(\[[0-9a-f:]+\]|[^/:?#\s]+)(?::\d+)?(?:[/?#]\S*)?$/i.exec(text)
  return found === null
    ? null
    : { protocol: (found[1] ?? '').toLowerCase(), hostname: (found[2] ?? '').toLowerCase() }
}
