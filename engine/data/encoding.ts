// The name of an encoding in, a decoder of whole lines and a finder of line ends out.
import type { TextFormat } from '../spec/task-spec.ts'

export type LineDecoder = {
  /** Bytes of a code unit. */
  unit: 1 | 2
  /** Where a line ends, in bytes; −1 where none does. `from`: at the start of a unit. */
  lineEnd: { first: (bytes: Buffer, from?: number) => number; last: (bytes: Buffer) => number }
  /** `first`: the bytes start the file, so a byte order mark is no text. Invalid bytes become U+FFFD. */
  decode: (bytes: Buffer, options: { first: boolean }) => { text: string; valid: boolean }
}

const LINE_END = 0x0a

export function decoderOf(encoding: TextFormat['encoding']): LineDecoder {
  switch (encoding) {
    case 'utf-8':
    case 'gb18030': // no byte of a longer character is 0x0A in either
      return { unit: 1, lineEnd: byteEnds, decode: strictly(encoding) }
    case 'latin1':
      return { unit: 1, lineEnd: byteEnds, decode: (bytes) => ({ text: westernText(bytes), valid: true }) }
    case 'utf-16le':
      return { unit: 2, lineEnd: unitEnds(0), decode: strictly('utf-16le') }
    case 'utf-16be': {
      const decode = strictly('utf-16le')
      return { unit: 2, lineEnd: unitEnds(1), decode: (bytes, options) => decode(swapped(bytes), options) }
    }
  }
}

const byteEnds = {
  first: (bytes: Buffer, from = 0): number => bytes.indexOf(LINE_END, from),
  last: (bytes: Buffer): number => bytes.lastIndexOf(LINE_END),
}

/** @param low offset of the low byte within a unit */
function unitEnds(low: 0 | 1): LineDecoder['lineEnd'] {
  const isEnd = (bytes: Buffer, at: number): boolean =>
    bytes[at + low] === LINE_END && bytes[at + 1 - low] === 0
  return {
    first(bytes, from = 0) {
      for (let at = from; at + 1 < bytes.length; at += 2) if (isEnd(bytes, at)) return at
      return -1
    },
    last(bytes) {
      for (let at = bytes.length - (bytes.length % 2) - 2; at >= 0; at -= 2) if (isEnd(bytes, at)) return at
      return -1
    },
  }
}

function strictly(label: string): LineDecoder['decode'] {
  const strict = new TextDecoder(label, { fatal: true, ignoreBOM: true })
  const loose = new TextDecoder(label, { ignoreBOM: true })
  const withoutMark = (text: string, first: boolean): string =>
    first && text.startsWith('\ufeff') ? text.slice(1) : text
  return (bytes, { first }) => {
    try {
      return { text: withoutMark(strict.decode(bytes), first), valid: true }
    } catch {
      return { text: withoutMark(loose.decode(bytes), first), valid: false }
    }
  }
}

function swapped(bytes: Buffer): Buffer {
  const even = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2))).swap16()
  return bytes.length % 2 === 0 ? even : Buffer.concat([even, bytes.subarray(-1)])
}

/** ISO 8859-1 with the quotes and dashes that Windows puts at 0x80–0x9F; Node versions disagree about these. */
function westernText(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (control) => WINDOWS.charAt(control.charCodeAt(0) - 0x80))
}

const WINDOWS = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f' + '\x90‘’“”•–—˜™š›œ\x9džŸ'
