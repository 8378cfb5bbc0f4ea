// The body of a small request in, its bytes out, or null as soon as it grows beyond the cap.
import type { IncomingMessage } from 'node:http'

export async function readBody(request: IncomingMessage, cap: number): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of kept(request)) {
    bytes += chunk.length
    if (bytes > cap) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Reading that can stop early and leaves the connection open, so that the refusal still reaches the sender. */
export function kept(request: IncomingMessage): AsyncIterable<Buffer> {
  return request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
}
