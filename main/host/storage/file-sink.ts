// Bytes in, a new file out: written in large pieces, and on the disk when it is closed.
import { open } from 'node:fs/promises'

export type FileSink = {
  write(bytes: Uint8Array): Promise<void> | undefined
  /** @throws the system's error when the disk does not take the rest */
  close(): Promise<void>
  /** Lets go of the file without writing the rest. */
  abandon(): Promise<void>
}
export type OpenSink = (file: string) => Promise<FileSink>

const PIECE = 1 << 20

/** @throws the system's error, `EEXIST` too */
export const openSink: OpenSink = async (file) => {
  const handle = await open(file, 'wx')
  let waiting: Uint8Array[] = []
  let waiting_bytes = 0

  const flush = async (): Promise<void> => {
    const piece = Buffer.concat(waiting)
    waiting = []
    waiting_bytes = 0
    for (let from = 0; from < piece.length;) {
      const { bytesWritten } = await handle.write(piece, from, piece.length - from)
      from += bytesWritten
    }
  }

  return {
    write: (some) => {
      waiting.push(some)
      waiting_bytes += some.length
      return waiting_bytes >= PIECE ? flush() : undefined
    },
    close: async () => {
      try {
        await flush()
        await handle.sync()
      } finally {
        await handle.close()
      }
    },
    abandon: () => handle.close(),
  }
}
