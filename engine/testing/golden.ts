// The name of a file under testing/goldens in, what it holds out.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export function goldenPath(name: string): string {
  return fileURLToPath(new URL(`goldens/${name}`, import.meta.url))
}

/** One JSON value; the caller says of which type. */
export function golden(name: string): unknown {
  return JSON.parse(readFileSync(goldenPath(name), 'utf8'))
}

/** One JSON value a line; only `\n` ends a line. */
export function goldenLines(name: string): unknown[] {
  const lines = readFileSync(goldenPath(name), 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line): unknown => JSON.parse(line))
}
