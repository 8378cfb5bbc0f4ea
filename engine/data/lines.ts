// A text file in, its lines out with their numbers, in bounded memory; a line that cannot be decoded is marked, not fatal.
import { open } from 'node:fs/promises'
import type { TextFormat } from '../spec/task-spec.ts'
import { decoderOf } from './encoding.ts'

export type Line = {
  text: string
  /** From 1. */
  line: number
  fault: 'undecodable' | 'line-too-long' | null
}

export type ReadOptions = {
  signal?: AbortSignal | undefined
  /** Hears how many bytes were read each time. */
  onBytes?: ((bytes: number) => void) | undefined
}

/** Small, for between two chunks the event loop has its turn. */
const CHUNK_BYTES = 1 << 17
/** In front of each chunk, for the start of a line whose end is in it. */
const ROOM = 1 << 14
/** Longer lines are no text: 131 072 characters is the longest cell, and a row has few. */
const LONGEST_LINE_BYTES = 1 << 24

/**
 * Reads line by line; only `\n` ends a line. A byte order mark is dropped. Text with replacement characters stands in for
 * what cannot be decoded, and an empty text for a line that is too long.
 * @returns a few hundred lines at a time
 * @throws what node:fs throws, and an AbortError once the signal is aborted
 */
export async function* readLines(
  file: string,
  encoding: TextFormat['encoding'],
  { signal, onBytes, longest = LONGEST_LINE_BYTES }: ReadOptions & { longest?: number } = {},
): AsyncGenerator<Line[]> {
  const { unit, lineEnd, decode } = decoderOf(encoding)
  const handle = await open(file, 'r')
  let next: Promise<{ bytesRead: number; buffer: Buffer }> | undefined
  try {
    let line = 1
    let rest: Buffer = Buffer.alloc(0)
    let skipping = false
    const linesOf = (bytes: Buffer): Line[] => {
      const lines = decodeLines(bytes, decode, lineEnd, unit, line)
      line += lines.length
      return lines
    }
    // Two in turn: what was read into one is text by the time it is read into again.
    const buffers = [0, 1].map(() => Buffer.allocUnsafeSlow(ROOM + CHUNK_BYTES)) as [Buffer, Buffer]
    const readChunk = () => {
      buffers.reverse()
      return handle.read(buffers[0], ROOM, CHUNK_BYTES)
    }
    next = readChunk()
    for (;;) {
      if (signal?.aborted) throw Object.assign(new Error('The reading was aborted.'), { name: 'AbortError' })
      const { bytesRead, buffer: chunk } = await next
      if (bytesRead === 0) break
      next = readChunk() // while the lines of this one are looked at
      next.catch(() => undefined) // awaited in the next round
      onBytes?.(bytesRead)
      let bytes = joined(rest, chunk, bytesRead)
      if (skipping) {
        const end = lineEnd.first(bytes)
        if (end < 0) {
          rest = keepHalfUnit(bytes, unit)
          continue
        }
        yield [{ text: '', line: line++, fault: 'line-too-long' }]
        bytes = bytes.subarray(end + unit)
        skipping = false
      }
      const end = lineEnd.last(bytes)
      if (end >= 0) yield linesOf(bytes.subarray(0, end))
      rest = Buffer.from(end < 0 ? bytes : bytes.subarray(end + unit))
      if (rest.length > longest) {
        skipping = true
        rest = keepHalfUnit(rest, unit)
      }
    }
    if (skipping) yield [{ text: '', line, fault: 'line-too-long' }]
    else if (rest.length > 0) yield linesOf(rest)
  } finally {
    await next?.catch(() => undefined)
    await handle.close()
  }
}

/** What is left of the chunk before and, behind it, what was read. */
function joined(rest: Buffer, chunk: Buffer, bytesRead: number): Buffer {
  if (rest.length > ROOM) return Buffer.concat([rest, chunk.subarray(ROOM, ROOM + bytesRead)])
  rest.copy(chunk, ROOM - rest.length)
  return chunk.subarray(ROOM - rest.length, ROOM + bytesRead)
}

type Decoder = ReturnType<typeof decoderOf>

/** Decodes many lines at once; only where that fails it looks for the line that is to blame. */
function decodeLines(
  bytes: Buffer,
  decode: Decoder['decode'],
  lineEnd: Decoder['lineEnd'],
  unit: number,
  from: number,
): Line[] {
  const whole = decode(bytes, { first: from === 1 })
  if (whole.valid)
    return whole.text.split('\n').map((text, index) => ({ text, line: from + index, fault: null }))
  const lines: Line[] = []
  for (let start = 0; start <= bytes.length;) {
    const found = lineEnd.first(bytes.subarray(start))
    const end = found < 0 ? bytes.length : start + found
    const line = from + lines.length
    const { text, valid } = decode(bytes.subarray(start, end), { first: line === 1 })
    lines.push({ text, line, fault: valid ? null : 'undecodable' })
    start = end + unit
    if (found < 0) break
  }
  return lines
}

/** While a long line is skipped, what is kept is at most half a UTF-16 unit, so that the units stay aligned. */
function keepHalfUnit(bytes: Buffer, unit: number): Buffer {
  return Buffer.from(bytes.subarray(bytes.length - (bytes.length % unit)))
}
