// The log of a run as a person reads it in log.txt: lines in, text out, and back.
import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { LogLine } from '../../contract/records.ts'

/** What one execution may write: native code that complains without end shall not fill the disk. */
const LARGEST = 50e6
const LOG_IS_FULL = 'The log ends here: it is larger than 50 MB. The run goes on.'
const BYTES_PER_LINE = 400 // what a line takes at most as a rule; the tail is read in steps of it

/** `2026-01-31T12:00:00.000Z info The text.`; further lines of the same message are indented. */
export function formatLine({ at, level, message }: LogLine): string {
  return `${new Date(at).toISOString()} ${level} ${message.replace(/\r?\n/g, '\n  ')}\n`
}

export function parseLines(text: string): LogLine[] {
  const lines: LogLine[] = []
  for (const line of text.split('\n')) {
    const found = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) (info|warning|error) (.*)$/.exec(line)
    const last = lines.at(-1)
    if (found !== null) {
      const level = found[2] === 'error' || found[2] === 'warning' ? found[2] : 'info'
      lines.push({ at: Date.parse(found[1] ?? ''), level, message: found[3] ?? '' })
    } else if (last !== undefined && line.startsWith('  ')) {
      last.message += `\n${line.slice(2)}`
    }
  }
  return lines
}

/**
 * The newest lines of a log, oldest first; none when there is no log yet.
 * @param last how many at most
 */
export async function readLog(file: string, last: number): Promise<LogLine[]> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  )
  for (let bytes = last * BYTES_PER_LINE; ; bytes *= 4) {
    const from = Math.max(0, size - bytes)
    const lines = parseLines(await readFrom(file, from, size))
    if (from === 0 || lines.length >= last) return lines.slice(-last)
  }
}

/** The text between two places of a file, as far as it exists. */
export async function readFrom(file: string, from: number, to: number): Promise<string> {
  if (to <= from) return ''
  const chunks: Buffer[] = []
  for await (const chunk of createReadStream(file, { start: from, end: to - 1 })) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/**
 * Appends to a log. A log that cannot be written does not stop a run.
 * @param onFault hears the first fault and no other
 */
export function openLog(file: string, onFault: (error: Error) => void) {
  const stream = createWriteStream(file, { flags: 'a' })
  let broken = false
  let bytes = 0
  stream.on('error', (error) => {
    if (!broken) onFault(error)
    broken = true
  })
  return {
    write: (line: LogLine): void => {
      if (broken || bytes > LARGEST) return
      const text = formatLine(line)
      bytes += text.length
      stream.write(bytes > LARGEST ? formatLine({ ...line, level: 'warning', message: LOG_IS_FULL }) : text)
    },
    close: (): Promise<void> =>
      new Promise((resolve) => {
        if (broken) resolve()
        else stream.end(() => resolve())
        stream.on('error', () => resolve())
      }),
  }
}
