// What is answered to one request of the window: method and address in, status, headers and file out.
import type { PageFiles } from '../shell/page-files.ts'
import { pageFileFor } from '../shell/page-files.ts'
import { pageHeaders } from '../shell/page-headers.ts'
import { isOurAddress } from './security.ts'

export type PageReply = {
  status: 200 | 400 | 404 | 405
  headers: Record<string, string>
  file: string | null
}

export function pageReply(files: PageFiles, method: string, url: string): PageReply {
  if (method !== 'GET') return refusal(405)
  if (!isOurAddress(url)) return refusal(400)
  const page = pageFileFor(files, new URL(url).pathname)
  if (page === null) return refusal(404)
  return { status: 200, headers: { ...pageHeaders(), 'Content-Type': page.type }, file: page.file }
}

function refusal(status: 400 | 404 | 405): PageReply {
  return { status, headers: { ...pageHeaders(), 'Content-Type': 'text/plain; charset=utf-8' }, file: null }
}
