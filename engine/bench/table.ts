// Comparisons in, a table for a terminal out, or the rows of a Markdown page.
import type { Comparison, Run } from './compare.ts'
import { machineLine, type Machine } from './machine.ts'

export type Result = Comparison & { machine: Machine }

const HEADINGS = ['benchmark', 'ours', 'peer', 'unit', 'ratio', 'best peer', 'peak memory, ours / peer']

export function tableOf(results: readonly Result[]): string {
  const [first] = results
  if (first === undefined) return ''
  const rows = [HEADINGS, ...results.map(rowOf)]
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return [...lines, '', machineLine(first.machine), ''].join('\n')
}

export function markdownOf(results: readonly Result[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [
    line(HEADINGS),
    line(HEADINGS.map(() => '---')),
    ...results.map((result) => line(rowOf(result))),
  ].join('\n')
}

function rowOf({ name, ours, peer, unit, ratio, runs }: Result): string[] {
  const theirs = runs.filter(({ side }) => side === 'peer')
  const best = theirs.find(({ value }) => value === peer) ?? theirs[0] // a mean is nobody's value
  const mine = runs.filter(({ side }) => side === 'ours')
  return [
    name,
    figure(ours),
    figure(peer),
    unit,
    ratio === null ? '–' : ratio.toFixed(2),
    best === undefined ? '–' : [best.way, best.precision].filter((word) => word !== null).join(', '),
    `${memory(mine)} / ${memory(best === undefined ? [] : [best])}`,
  ]
}

function figure(value: number | null): string {
  return value === null ? '–' : String(Number(value.toPrecision(4)))
}

function memory(runs: readonly Run[]): string {
  if (runs.length === 0) return '–'
  return `${(Math.max(...runs.map((run) => run.peak_memory_bytes)) / 1e9).toFixed(2)} GB`
}
