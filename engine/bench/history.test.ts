// What was measured, as it stands in the tree, and the page that is made of it.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { readHistory, withTable, type Entry } from './history.ts'

const FOLDER = import.meta.dirname

test('the newest entry of each benchmark stands in the table, under its machine and command', () => {
  const page = withTable('before\n<!-- measured: begin -->\nold\n<!-- measured: end -->\nafter\n', [
    entry('a', 1, 'avx2'),
    entry('a', 2, 'avx2'),
    entry('b', 3, 'amx_bf16'),
  ])
  expect(page).toMatch(/^before\n[^]*\nafter\n$/)
  expect(page).not.toContain('old')
  expect(page).toContain('| a | 2 | 1 | s | 2.00 | eager, fp32 | – / 0.50 GB |')
  expect(page).not.toContain('| a | 1 |')
  expect(page.match(/npm run bench -- --peer/g)?.length).toBe(2) // two machines, each with its command
})

test('PERFORMANCE.md shows what history.jsonl holds', async () => {
  const page = readFileSync(path.join(FOLDER, '../PERFORMANCE.md'), 'utf8')
  const history = await readHistory(path.join(FOLDER, 'history.jsonl'))
  expect(history.length).toBeGreaterThan(0)
  expect(withTable(page, history)).toBe(page)
})

test.each(['learning-sentence', 'learning-pair'])(
  '%s: from fresh weights ours learns as PyTorch does, mean of three seeds within one point, as it was measured',
  async (name) => {
    const history = await readHistory(path.join(FOLDER, 'history.jsonl'))
    const newest = history.filter(({ result }) => result.name === name).at(-1)?.result
    const seeds = (side: string): number => newest?.runs.filter((run) => run.side === side).length ?? 0
    expect(seeds('ours')).toBeGreaterThanOrEqual(3)
    expect(seeds('peer')).toBe(seeds('ours'))
    expect(newest?.peer ?? 0).toBeGreaterThan(75) // a coin has 50
    expect(Math.abs((newest?.ours ?? 0) - (newest?.peer ?? 0))).toBeLessThan(1)
  },
)

test.each(['learning-sentence-bf16', 'learning-pair-bf16'])(
  '%s: in bfloat16 a run ends within the spread of the seeds of float32, as it was measured',
  async (name) => {
    const history = await readHistory(path.join(FOLDER, 'history.jsonl'))
    const runs = history.filter(({ result }) => result.name === name).at(-1)?.result.runs ?? []
    const of = (precision: string): number[] =>
      runs.filter((run) => run.precision === precision).map(({ value }) => value)
    const [fp32, bf16] = [of('fp32'), of('bf16')]
    expect(fp32.length).toBeGreaterThanOrEqual(3)
    expect(bf16.length).toBe(fp32.length)
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
    expect(mean(bf16)).toBeGreaterThanOrEqual(Math.min(...fp32))
    expect(mean(bf16)).toBeLessThanOrEqual(Math.max(...fp32))
  },
)

function entry(name: string, ours: number, flag: string): Entry {
  const machine = {
    processor: 'P',
    cores: 2,
    memory_gb: 24,
    flags: [flag],
    load: 0,
    tensorflow: '2',
    node: '24',
    commit: 'abc',
  }
  const figures = { value: 1, median: 1, pieces: 1, peak_memory_bytes: 5e8, cpu_seconds: null, note: null }
  const runs = [{ side: 'peer', way: 'eager', precision: 'fp32', ...figures } as const]
  const result = { name, ours, peer: 1, ratio: ours, unit: 's', runs, machine }
  return { at: '2026-01-01T00:00:00.000Z', command: 'npm run bench -- --peer', result }
}
