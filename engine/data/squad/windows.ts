// The length of a context in pieces in, the windows over it out; and which window a piece is best seen in.

export type Window = { start: number; length: number }

/** Windows of at most `longest` pieces, each `doc_stride` after the last, until one reaches the end. */
export function windowsOver(pieces: number, longest: number, doc_stride: number): Window[] {
  const windows: Window[] = []
  for (let start = 0; start < pieces;) {
    const length = Math.min(pieces - start, longest)
    windows.push({ start, length })
    if (start + length >= pieces || length < 1) break
    start += Math.min(length, doc_stride)
  }
  return windows
}

/** Whether this window shows a piece with most context on both sides; of equal ones it is the first. */
export function isMaxContext(windows: readonly Window[], window: number, piece: number): boolean {
  let best = -1
  let bestScore = -Infinity
  windows.forEach(({ start, length }, index) => {
    if (piece < start || piece >= start + length) return
    const score = Math.min(piece - start, start + length - 1 - piece) + 0.01 * length
    if (score > bestScore) [best, bestScore] = [index, score]
  })
  return best === window
}
