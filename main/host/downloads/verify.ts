// A file that has arrived in, its SHA-256 and what it was compared with out.
import type { RemoteFile } from '../../contract/catalogue.ts'
import type { DownloadedFile } from '../../contract/downloads.ts'
import { hashFile } from './checksums.ts'
import { TransferFault } from './fault.ts'
import type { Source } from './source.ts'

export type Verified = { sha256: string; verified_by: NonNullable<DownloadedFile['verified_by']> }

/**
 * By the catalogue's hash, else the server's, else the one of the first use.
 * @param known the hash of the first use
 * @throws TransferFault `wrong-hash` (the file is void), `changed-since` (a person decides)
 */
export async function verify(
  path: string,
  { name, sha256 }: RemoteFile,
  source: Source | null,
  known: string | null,
  signal: AbortSignal,
  onBytes?: (bytes: number) => void,
): Promise<Verified> {
  const published = { md5: source?.md5 ?? null, crc32c: source?.crc32c ?? null }
  const hashes = await hashFile(path, published, signal, onBytes)
  const expectSame = (expected: string, got: string | null): void => {
    if (expected === got) return
    throw new TransferFault('wrong-hash', { file: name, expected, got: got ?? '' }, 'fresh')
  }
  if (published.md5 !== null) expectSame(published.md5, hashes.md5)
  if (published.crc32c !== null) expectSame(published.crc32c, hashes.crc32c)
  if (sha256 !== null) {
    expectSame(sha256, hashes.sha256)
    return { sha256: hashes.sha256, verified_by: 'catalogue' }
  }
  if (published.md5 !== null || published.crc32c !== null)
    return { sha256: hashes.sha256, verified_by: 'server' }
  if (known !== null && known !== hashes.sha256)
    throw new TransferFault('changed-since', { file: name, expected: known, got: hashes.sha256 }, 'never')
  return { sha256: hashes.sha256, verified_by: 'first-use' }
}
