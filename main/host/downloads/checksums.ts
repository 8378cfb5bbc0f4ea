// A file on the disk in, its hashes out; and what the server says they should be.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { crc32c } from '../../../engine/checkpoint/crc32c.ts'

export type Published = { md5: string | null; crc32c: string | null }
/** Only what was published is computed beside the SHA-256. */
export type Hashes = { sha256: string } & Published

const PIECE = 1 << 20

/** `x-goog-hash: crc32c=…, md5=…`, both in base64; an object that was put together of parts has no md5. */
export function publishedHashes(header: string | string[] | undefined): Published {
  const parts = [header ?? []].flat().join(',').split(',')
  const valueOf = (name: string): string | null =>
    parts
      .map((part) => part.trim())
      .find((part) => part.startsWith(`${name}=`))
      ?.slice(name.length + 1) ?? null
  return { md5: valueOf('md5'), crc32c: valueOf('crc32c') }
}

/** Reads the file once. @param onBytes told how many bytes were read */
export async function hashFile(
  file: string,
  published: Published,
  signal: AbortSignal,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<Hashes> {
  const sha256 = createHash('sha256')
  const md5 = published.md5 === null ? null : createHash('md5')
  let crc = 0
  let done = 0
  for await (const piece of createReadStream(file, {
    highWaterMark: PIECE,
    signal,
  }) as AsyncIterable<Buffer>) {
    sha256.update(piece)
    md5?.update(piece)
    if (published.crc32c !== null) crc = crc32c(piece, crc)
    done += piece.length
    onBytes(done)
  }
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc)
  return {
    sha256: sha256.digest('hex'),
    md5: md5?.digest('base64') ?? null,
    crc32c: published.crc32c === null ? null : sum.toString('base64'),
  }
}
