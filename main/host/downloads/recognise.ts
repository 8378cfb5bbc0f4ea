// The first bytes of a file in, whether they are what was asked for out: a log-in page with status 200 is told apart here.
import type { RemoteFile } from '../../contract/catalogue.ts'
import { TransferFault } from './fault.ts'

/** Bytes that are enough to tell. */
export const ENOUGH_TO_TELL = 512

/**
 * @param head the first bytes, `ENOUGH_TO_TELL` of them unless the file is shorter
 * @throws TransferFault `portal`, `wrong-format`
 */
export function expectFormat(head: Uint8Array, { name, format }: RemoteFile, host: string): void {
  if (looksRight[format](head)) return
  const text = textOf(head)
  if (/^<(?:!doctype\s+html|html|head|body|script|meta)\b|^<\?xml[^>]*>\s*<(?:!doctype\s+)?html/i.test(text))
    throw new TransferFault('portal', { host }, 'never')
  throw new TransferFault('wrong-format', { host, file: name, format }, 'never')
}

const looksRight: Record<RemoteFile['format'], (head: Uint8Array) => boolean> = {
  'tar.gz': (head) => startsWith(head, [0x1f, 0x8b, 0x08]),
  zip: (head) => startsWith(head, [0x50, 0x4b, 0x03, 0x04]),
  json: (head) => /^[[{]/.test(textOf(head)),
  text: (head) => head.length > 0 && !head.includes(0) && !textOf(head).startsWith('<'),
}

function startsWith(head: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => head[index] === byte)
}

function textOf(head: Uint8Array): string {
  return new TextDecoder()
    .decode(head)
    .replace(/^\ufeff/, '')
    .trimStart()
}
