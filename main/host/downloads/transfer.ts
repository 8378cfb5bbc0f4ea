// A file at an address and what is here of it in, the rest of it on the disk out: one try, which ends whole or with its fault.
import { open, type FileHandle } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import type { RemoteFile } from '../../contract/catalogue.ts'
import { retryAfter } from './backoff.ts'
import { TransferFault } from './fault.ts'
import { ENOUGH_TO_TELL, expectFormat } from './recognise.ts'
import { request, type Connection } from './request.ts'
import { contentRange, isSameFile, rangeHeaders, sourceOf, type Source } from './source.ts'

/** Fewer bytes than this in a window of this length: the transfer counts as stalled. */
const SLOWEST = 1024
const WINDOW = 30_000
/** After so many bytes the disk is made to have them, and the place to go on from is noted. */
const CHUNK = 4 << 20

/** As much of a file handle as is used here; tests give one that fails. */
export type PartFile = Pick<FileHandle, 'write' | 'truncate' | 'datasync' | 'close'>
export type OpenPart = (file: string) => Promise<PartFile>

export type Transfer = {
  file: RemoteFile
  address: URL
  /** Where the bytes go. */
  part: string
  /** Bytes of it that are known to be on the disk. */
  from: number
  /** What the server said when they were fetched. */
  known: Source | null
  openPart?: OpenPart
}

export type TransferEvents = {
  /** Before the first byte is written. @throws to end the try */
  onStart(source: Source, from: number): Promise<void>
  onBytes(done: number): void
  /** So many bytes are on the disk, also after a power cut. */
  onDurable(done: number): void
}

/**
 * @returns bytes of the whole file
 * @throws TransferFault, the connection's error or the system's; what had arrived is kept then
 */
export async function transfer(
  plan: Transfer,
  connection: Connection,
  events: TransferEvents,
): Promise<number> {
  const { file, address, from, known } = plan
  if (from > 0 && from === known?.total) return from
  const headers = rangeHeaders(from, known)
  const { url, response } = await request(address, headers, file.redirects_to, connection)
  try {
    const { start, source } = readHead(response, url, plan, connection)
    await events.onStart(source, start)
    return await writeBody(response, url, { ...plan, from: start }, source, connection, events)
  } finally {
    response.destroy()
  }
}

/** Where the body begins in the file, and which file it is. @throws TransferFault */
function readHead(
  response: IncomingMessage,
  url: URL,
  { file, from, known }: Transfer,
  connection: Connection,
): { start: number; source: Source } {
  const { statusCode: status = 0, headers } = response
  if (status !== 200 && status !== 206) throw refusal(status, url, headers['retry-after'], connection)
  const encoding = headers['content-encoding'] ?? 'identity'
  const isOwnGzip = encoding === 'gzip' && file.format === 'tar.gz' // some servers call the archive itself an encoding
  if (encoding !== 'identity' && !isOwnGzip)
    throw new TransferFault('wrong-format', { host: url.host, file: file.name, format: file.format }, 'never')

  const length = headers['content-length'] === undefined ? null : Number(headers['content-length'])
  if (status === 200) {
    const source = sourceOf(headers, length)
    expectLength(source.total, file, url)
    return { start: 0, source }
  }
  const range = contentRange(headers['content-range'])
  const isAsked = range !== null && range.from === from && range.to >= range.from
  if (!isAsked || (length !== null && length !== range.to - range.from + 1))
    throw new TransferFault('wrong-range', { host: url.host }, 'fresh')
  const source = sourceOf(headers, range.total)
  if (known !== null && !isSameFile(known, source))
    throw new TransferFault('keeps-changing', { host: url.host, file: file.name }, 'fresh')
  expectLength(source.total, file, url)
  return { start: from, source: { ...source, total: source.total ?? known?.total ?? null } }
}

function expectLength(total: number | null, file: RemoteFile, url: URL): void {
  if (total === null || file.bytes === null || total === file.bytes) return
  throw new TransferFault('wrong-length', { host: url.host, expected: file.bytes, got: total }, 'fresh')
}

function refusal(
  status: number,
  url: URL,
  retry_after: string | undefined,
  { clock, proxyFor }: Connection,
): TransferFault {
  const facts = { host: url.host, url: `${url.origin}${url.pathname}`, status }
  const proxy = proxyFor(url)
  if (status === 416) return new TransferFault('wrong-range', facts, 'fresh')
  if (status === 407)
    return new TransferFault(
      'proxy',
      { status, proxy: proxy === null ? url.host : new URL(proxy).host },
      'never',
    )
  if (status === 429 || status === 503)
    return new TransferFault('busy', facts, 'later', { after: retryAfter(retry_after, clock.now()) })
  if (status >= 500 || status === 408 || status === 425)
    return new TransferFault('server-error', facts, 'later')
  if (status === 404 || status === 410) return new TransferFault('not-found', facts, 'never')
  if (status === 401 || status === 403 || status === 451)
    return new TransferFault('forbidden', facts, 'never')
  return new TransferFault('refused', facts, 'never')
}

async function writeBody(
  response: IncomingMessage,
  url: URL,
  { file, part, from, openPart = openPartFile }: Transfer,
  { total }: Source,
  { clock }: Connection,
  { onBytes, onDurable }: TransferEvents,
): Promise<number> {
  const handle = await openPart(part)
  const watch = watchPace(clock, () =>
    response.destroy(new TransferFault('stalled', { host: url.host, seconds: WINDOW / 1000 }, 'later')),
  )
  let done = from
  let durable = from
  const settle = async (): Promise<void> => {
    await handle.datasync()
    durable = done
    onDurable(done)
  }
  const write = async (bytes: Uint8Array): Promise<void> => {
    if (total !== null && done + bytes.length > total)
      throw new TransferFault(
        'wrong-length',
        { host: url.host, expected: total, got: done + bytes.length },
        'fresh',
      )
    for (let at = 0; at < bytes.length;) {
      const { bytesWritten } = await handle.write(bytes, at, bytes.length - at, done)
      at += bytesWritten
      done += bytesWritten
    }
    onBytes(done)
    if (done - durable >= CHUNK) await settle()
  }
  try {
    await handle.truncate(from)
    if (from === 0) onDurable(0)
    let head = from === 0 ? Buffer.alloc(0) : null // what cannot be told yet
    for await (const piece of response as AsyncIterable<Buffer>) {
      watch.add(piece.length)
      let bytes = piece
      if (head !== null) {
        head = Buffer.concat([head, piece])
        if (head.length < ENOUGH_TO_TELL) continue
        expectFormat(head.subarray(0, ENOUGH_TO_TELL), file, url.host)
        bytes = head
        head = null
      }
      await write(bytes)
    }
    if (head !== null) {
      expectFormat(head, file, url.host)
      await write(head)
    }
    const isWhole = response.complete && (total === null || done === total)
    if (!isWhole) throw new TransferFault('dropped', { host: url.host }, 'later')
    return done
  } finally {
    watch.end()
    try {
      if (done > durable) await settle()
    } finally {
      await handle.close()
    }
  }
}

/** Calls out when a window brought next to nothing: a stall and a slow drip look the same. */
function watchPace(clock: Connection['clock'], onStall: () => void) {
  let arrived = 0
  let callOff: () => void
  const look = (): void => {
    if (arrived < SLOWEST) {
      onStall()
      return
    }
    arrived = 0
    callOff = clock.timer(WINDOW, look)
  }
  callOff = clock.timer(WINDOW, look)
  return {
    add: (bytes: number): void => {
      arrived += bytes
    },
    end: (): void => callOff(),
  }
}

const openPartFile: OpenPart = async (file) => {
  const create = await open(file, 'a')
  await create.close()
  return open(file, 'r+')
}
