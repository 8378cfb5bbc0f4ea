// The first bytes of a file in, the encoding they are most likely written in out.
import type { TextFormat } from '../spec/task-spec.ts'

export function guessEncoding(head: Uint8Array): TextFormat['encoding'] {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  const zeros = [0, 0]
  head.forEach((byte, at) => {
    if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1
  })
  const [even = 0, odd = 0] = zeros
  // Tabs, line ends and Latin letters have a zero byte in UTF-16, always on the same side.
  if (Math.max(even, odd) > head.length / 100 && Math.max(even, odd) > 10 * Math.min(even, odd)) {
    return odd > even ? 'utf-16le' : 'utf-16be'
  }
  if (isUtf8(head)) return 'utf-8'
  return looksChinese(head) ? 'gb18030' : 'latin1'
}

/** The bytes may end inside a character. */
function isUtf8(head: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true })
    return true
  } catch {
    return false
  }
}

/** Whether most bytes beyond ASCII come in pairs that GB 2312 gives to punctuation and to its common ideographs. */
function looksChinese(head: Uint8Array): boolean {
  let common = 0
  let other = 0
  for (let at = 0; at + 1 < head.length; at++) {
    const [lead = 0, trail = 0] = [head[at], head[at + 1]]
    if (lead < 0x80) continue
    if (trail >= 0xa1 && ((lead >= 0xb0 && lead <= 0xd7) || (lead >= 0xa1 && lead <= 0xa3))) {
      common++
      at++
    } else other++
  }
  return common > 2 * other
}
