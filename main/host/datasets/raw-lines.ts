// A text file in, its lines out as the bytes they are, ends included: what is copied by lines keeps its encoding and its spelling.
import { open } from 'node:fs/promises'
import { decoderOf } from '../../../engine/data/encoding.ts'
import type { TextFormat } from '../../../engine/spec/task-spec.ts'

const CHUNK = 1 << 18

export type RawLines = {
  /** Bytes of the lines from where the last call ended up to, and without, line `line` (from 1): a line each, many at a time. */
  until(line: number): AsyncGenerator<Buffer[]>
  close(): Promise<void>
}

/** @throws the system's error */
export async function openRawLines(file: string, encoding: TextFormat['encoding']): Promise<RawLines> {
  const { unit, lineEnd } = decoderOf(encoding)
  const handle = await open(file, 'r')
  let chunk: Buffer = Buffer.alloc(0)
  let from = 0 // what of the chunk was given out
  let line = 1

  const more = async (): Promise<boolean> => {
    const next = Buffer.allocUnsafe(CHUNK)
    const { bytesRead } = await handle.read(next, 0, CHUNK)
    const read = next.subarray(0, bytesRead)
    chunk = from === chunk.length ? read : Buffer.concat([chunk.subarray(from), read])
    from = 0
    return bytesRead > 0
  }

  return {
    async *until(end) {
      while (line < end) {
        const pieces: Buffer[] = []
        for (let at = lineEnd.first(chunk, from); at >= 0; at = lineEnd.first(chunk, from)) {
          pieces.push(chunk.subarray(from, at + unit))
          from = at + unit
          if (++line === end) break
        }
        if (line < end) {
          // What is here belongs to this line; half a code unit waits for its other half.
          const whole = chunk.length - ((chunk.length - from) % unit)
          if (whole > from) pieces.push(chunk.subarray(from, whole))
          from = whole
        }
        if (pieces.length > 0) yield pieces
        if (line === end || (await more())) continue
        if (chunk.length > 0) yield [chunk]
        chunk = Buffer.alloc(0)
        return
      }
    },
    close: () => handle.close(),
  }
}
