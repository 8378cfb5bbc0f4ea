// Values in, text on standard output out: aligned columns for a person, JSON for a script.
import { once } from 'node:events'

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`)
}

/** Prints as fast as the reader reads, however many lines there are. */
export async function printStream(lines: AsyncIterable<string>): Promise<void> {
  for await (const line of lines) {
    if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain')
  }
}

export function printLines(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${plain(line)}\n`).join(''))
}

/** Rows as columns that line up; the first row is the head. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  )
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** Names and log lines may hold anything: what would steer the terminal is shown as �. */
export function plain(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
}
