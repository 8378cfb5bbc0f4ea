// A result in, kept in the tree: engine/bench/history.jsonl, and the table of engine/PERFORMANCE.md, which shows the newest of each name.
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { machineLine } from './machine.ts'
import { markdownOf, type Result } from './table.ts'

export type Entry = { at: string; command: string; result: Result }

const BEGIN = '<!-- measured: begin -->'
const END = '<!-- measured: end -->'

export async function record(checkout: string, args: readonly string[], result: Result): Promise<void> {
  const file = path.join(checkout, 'engine/bench/history.jsonl')
  const history = await readHistory(file)
  const at = new Date().toISOString()
  const command = ['npm run bench --', ...args].join(' ')
  history.push({ at, command, result })
  await writeFile(file, history.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
  const page = path.join(checkout, 'engine/PERFORMANCE.md')
  await writeFile(page, withTable(await readFile(page, 'utf8'), history))
}

export async function readHistory(file: string): Promise<Entry[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const lines = text.split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line) as Entry)
}

/** The page with its table made anew of the newest entry of each benchmark, machine by machine. */
export function withTable(page: string, history: readonly Entry[]): string {
  const newest = new Map(history.map((entry) => [entry.result.name, entry]))
  const byMeasurement = new Map<string, Entry[]>()
  for (const entry of newest.values()) {
    const { machine } = entry.result
    const key = `${machineLine(machine)}; commit ${machine.commit}; ${entry.at.slice(0, 10)}: \`${entry.command}\``
    byMeasurement.set(key, [...(byMeasurement.get(key) ?? []), entry])
  }
  const parts = [...byMeasurement].map(
    ([line, entries]) => `${line}\n\n${markdownOf(entries.map(({ result }) => result))}`,
  )
  const [before, rest = ''] = page.split(BEGIN)
  const after = rest.split(END)[1] ?? ''
  return `${before ?? ''}${BEGIN}\n\n${parts.join('\n\n')}\n\n${END}${after}`
}
