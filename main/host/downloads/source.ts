// What a server says about a file in its headers; two answers that say different things are about different files.
import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'
import { publishedHashes } from './checksums.ts'

export const Source = z.object({
  etag: z.string().nullable(),
  last_modified: z.string().nullable(),
  /** Google's storage numbers the versions of an object. */
  generation: z.string().nullable(),
  /** Of the whole file; null where the server does not say. */
  total: z.number().nullable(),
  md5: z.string().nullable(),
  crc32c: z.string().nullable(),
})
export type Source = z.infer<typeof Source>

/** @param total of the whole file */
export function sourceOf(headers: IncomingHttpHeaders, total: number | null): Source {
  const one = (name: string): string | null => [headers[name] ?? []].flat()[0] ?? null
  return {
    etag: one('etag'),
    last_modified: one('last-modified'),
    generation: one('x-goog-generation'),
    total,
    ...publishedHashes(headers['x-goog-hash']),
  }
}

/** Whether both can be the same file: nothing that both say differs. */
export function isSameFile(a: Source, b: Source): boolean {
  return (['etag', 'last_modified', 'generation', 'total', 'md5', 'crc32c'] as const).every(
    (key) => a[key] === null || b[key] === null || a[key] === b[key],
  )
}

/** The headers that ask for the rest of a file, and for all of it when it is another one by now. */
export function rangeHeaders(from: number, known: Source | null): Record<string, string> {
  if (from === 0) return {}
  const strong = known?.etag?.startsWith('W/') === true ? null : (known?.etag ?? null)
  const validator = strong ?? known?.last_modified ?? null
  return { range: `bytes=${from}-`, ...(validator !== null && { 'if-range': validator }) }
}

/** `bytes 100-199/2000` as numbers; null where it is not that. */
export function contentRange(
  header: string | undefined,
): { from: number; to: number; total: number | null } | null {
  const found = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(header ?? '')
  if (found === null) return null
  return { from: Number(found[1]), to: Number(found[2]), total: found[3] === '*' ? null : Number(found[3]) }
}
