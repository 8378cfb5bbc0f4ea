// The built pages under app://bundle/: a request in, one of the files listed at start out, with the headers every page has.
import { readFile } from 'node:fs/promises'
import { protocol } from 'electron'
import type { PageFiles } from '../shell/page-files.ts'
import type { PageReply } from './page-reply.ts'
import { pageReply } from './page-reply.ts'
import { SCHEME } from './security.ts'

/** Tells Chromium what kind of scheme ours is; only before the program is ready. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** `protocol.handle` came with Electron 25; the stand-in has what was there before it. */
export function servePages(files: PageFiles): void {
  if (typeof protocol.handle === 'function') {
    protocol.handle(SCHEME, async ({ method, url }) => {
      const { status, headers, body } = await load(pageReply(files, method, url))
      return new Response(body, { status, headers })
    })
    return
  }
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way where `handle` is missing
  protocol.registerBufferProtocol(SCHEME, ({ method, url }, reply) => {
    void load(pageReply(files, method, url)).then(({ status, headers, body }) =>
      reply({ statusCode: status, headers, mimeType: headers['Content-Type'] ?? 'text/plain', data: body }),
    )
  })
}

async function load({ status, headers, file }: PageReply) {
  const body = file === null ? Buffer.alloc(0) : await readFile(file).catch(() => null)
  return body === null ? { status: 500, headers, body: Buffer.alloc(0) } : { status, headers, body }
}
