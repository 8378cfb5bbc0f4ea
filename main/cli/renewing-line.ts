// Text in, one line of a terminal that renews itself out; whole sentences go above it.
import { plain } from './print.ts'

/** As much of a stream as is used. */
export type Screen = { write(text: string): unknown; isTTY?: boolean; columns?: number }

export function renewingLine(screen: Screen) {
  let shown = ''
  const erase = (): void => {
    if (shown !== '') screen.write(`\r${' '.repeat(shown.length)}\r`)
    shown = ''
  }
  return {
    /** Whether a line can be renewed: in a log it cannot. */
    live: screen.isTTY === true,
    renew: (line: string): void => {
      const cut = line.slice(0, (screen.columns ?? 80) - 1)
      screen.write(`\r${cut.padEnd(shown.length)}`)
      shown = cut
    },
    /** A sentence of its own line. */
    say: (sentence: string): void => {
      erase()
      screen.write(`${plain(sentence)}\n`)
    },
    end: erase,
  }
}
