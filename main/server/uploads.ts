// The body of a request in, a file that the host knows out: streamed to disk, never whole in memory, never beyond the cap.
import type { IncomingMessage } from 'node:http'
import { HostFailure } from '../contract/errors.ts'
import type { WithinFolder } from '../host/host.ts'
import type { FileRef } from '../contract/transport.ts'
import { kept } from './body.ts'

/** Where the bytes go; the host removes what arrived only in part. */
export type ReceiveFile = (
  name: string,
  content: AsyncIterable<Uint8Array>,
  within?: WithinFolder,
) => Promise<FileRef>

/**
 * @param within the folder that it arrives in part of, where it does
 * @param name as the person's machine calls the file; it is shown and never used as a path
 * @throws HostFailure `bad-file` when it is larger than `cap` bytes or the sender went away
 */
export function receiveUpload(
  request: IncomingMessage,
  name: string,
  cap: number,
  receive: ReceiveFile,
  within?: WithinFolder,
): Promise<FileRef> {
  return receive(name, capped(request, name, cap), within)
}

/** What a request says about its own length is checked before a byte is read. */
export function announcedBytes(request: IncomingMessage): number {
  return Number(request.headers['content-length'] ?? 0)
}

async function* capped(request: IncomingMessage, name: string, cap: number): AsyncGenerator<Uint8Array> {
  let bytes = 0
  try {
    for await (const chunk of kept(request)) {
      bytes += chunk.length
      if (bytes > cap) throw new HostFailure(tooLarge(name, cap))
      yield chunk
    }
  } catch (cause) {
    if (cause instanceof HostFailure) throw cause
    throw new HostFailure(partly(name), { cause }) // the connection broke
  }
  if (!request.complete) throw new HostFailure(partly(name))
}

function partly(name: string) {
  return { ...nowhere(name), message: `${name} arrived only in part. Add it once more.` }
}

export function tooLarge(name: string, cap: number) {
  const message = `${name} is larger than ${Math.floor(cap / 2 ** 20)} MB, the most this server takes. Cut it, or start the server with a larger --upload-limit.`
  return { ...nowhere(name), message }
}

function nowhere(file: string) {
  return { code: 'bad-file', file, line: null, column: null } as const
}
