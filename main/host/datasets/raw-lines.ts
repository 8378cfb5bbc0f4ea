// A text file in, its lines out as the bytes they are, ends included: what is copied by lines keeps its encoding and its spelling.
import { open } from 'node:fs/promises'
import { decoderOf } from '../../../engine/data/encoding.ts'
import type { TextFormat } from '../../../engine/spec/task-spec.ts'

const CHUNK = 1 << 18

export type RawLines = {
  /** Bytes of the lines from where the last call ended up to, and without, line `line` (from 1), piece by piece. */
  until(line: number): AsyncGenerator<Buffer>
  close(): Promise<void>
}

/** @throws the system's error */
export async function openRawLines(file: string, encoding: TextFormat['encoding']): Promise<RawLines> {
  const { unit, lineEnd } = decoderOf(encoding)
  const handle = await open(file, 'r')
  let chunk: Buffer = Buffer.alloc(0)
  let line = 1

  const more = async (): Promise<boolean> => {
    const next = Buffer.allocUnsafe(CHUNK)
    const { bytesRead } = await handle.read(next, 0, CHUNK)
    chunk =
      chunk.length === 0 ? next.subarray(0, bytesRead) : Buffer.concat([chunk, next.subarray(0, bytesRead)])
    return bytesRead > 0
  }

  return {
    async *until(end) {
      while (line < end) {
        const at = lineEnd.first(chunk)
        if (at >= 0) {
          line += 1
          yield chunk.subarray(0, at + unit)
          chunk = chunk.subarray(at + unit)
          continue
        }
        // What is here belongs to this line; half a code unit waits for its other half.
        const whole = chunk.length - (chunk.length % unit)
        if (whole > 0) yield chunk.subarray(0, whole)
        chunk = chunk.subarray(whole)
        if (!(await more())) {
          if (chunk.length > 0) yield chunk
          chunk = Buffer.alloc(0)
          return
        }
      }
    },
    close: () => handle.close(),
  }
}
