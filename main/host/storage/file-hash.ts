// A file in, the SHA-256 of its bytes out.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/** @throws the system's error */
export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 18 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
