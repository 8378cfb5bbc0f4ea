// The headless shell: settings in, the host over HTTP out, until a signal ends it with every job saved.
import { createHost } from '../host/create-host.ts'
import { forkNode } from '../host/engine/fork-node.ts'
import { hostEnd } from '../shell/host-end.ts'
import { pageFiles } from '../shell/page-files.ts'
import type { Program } from '../shell/program.ts'
import { logSentence } from '../shell/log.ts'
import { serveHttp } from './http-transport.ts'

export type ServeOptions = { port: number; host: string; allow_remote: boolean; upload_limit: number }

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1'])

/**
 * Serves until SIGINT or SIGTERM. The address, with the token, is the only line on standard output.
 * @throws Error with a sentence when the address, the data folder or the pages cannot be used
 */
export async function serveUntilSignal(program: Program, options: ServeOptions): Promise<void> {
  if (!LOOPBACK.has(options.host) && !options.allow_remote) {
    throw new Error(
      `${options.host} can be reached from other machines, and the connection is not encrypted. Give --allow-remote as well if that is meant, or leave --host out and use an ssh tunnel.`,
    )
  }
  const pages = pageFiles(program.pages_dir)
  if (!pages.has('/')) throw new Error(`The pages are not built: ${program.pages_dir} has no index.html.`)
  const onInternal = (name: string, cause: unknown): void => logSentence(`${name} failed.`, cause)
  const stopped = signal()
  const host = await createHost({
    ...program,
    shell: 'server',
    runtime: `Node ${process.versions.node}`,
    files: 'uploaded',
    fork: forkNode(program.engine_file),
  })
  try {
    const http = await serveHttp({
      end: hostEnd(host, onInternal),
      receiveFile: host.receiveFile,
      pages,
      host: options.host,
      port: options.port,
      upload_limit: options.upload_limit,
      onInternal,
    })
    process.stdout.write(`${http.address}\n`)
    await stopped
    await http.close()
  } finally {
    await host.close()
  }
}

/** The second signal ends the program at once: what is saved by then is saved. */
function signal(): Promise<void> {
  return new Promise((resolve) => {
    let heard = false
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      process.on(name, () => {
        if (heard) process.exit(130)
        heard = true
        process.stderr.write('Saving what runs …\n')
        resolve()
      })
    }
  })
}
