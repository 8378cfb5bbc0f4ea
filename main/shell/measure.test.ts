// A block of the event loop is found, with about its length.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Measured } from './measure.ts'
import { startMeasure } from './measure.ts'

test('what blocks is measured, with its time, longest first', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'albert-measure-'))
  const file = join(folder, 'measure.json')
  const measure = startMeasure(file)
  await wait(20)
  block(80)
  await wait(20)
  measure.answered()
  const between = Date.now()
  block(200)
  await wait(20)
  measure.answered()
  measure.end()
  const { first_answer_ms, turns } = JSON.parse(readFileSync(file, 'utf8')) as Measured
  rmSync(folder, { recursive: true })
  expect(first_answer_ms).toBeGreaterThan(0)
  const lengths = turns.map(({ clock_ms }) => clock_ms)
  expect(lengths).toEqual([...lengths].sort((a, b) => b - a))
  // A busy machine adds to any turn by the clock, to none by what was worked.
  expect(turns.some(({ at, clock_ms }) => at > between && clock_ms > 190)).toBe(true)
  expect(turns.some(({ at, clock_ms }) => at <= between && clock_ms > 70)).toBe(true)
  if (process.platform === 'linux')
    expect(Math.max(...turns.map(({ worked_ms }) => worked_ms ?? 0))).toBeGreaterThan(190)
})

test('without a file nothing is measured', () => {
  startMeasure(null).end()
})

/** Computes until the thread has been on a core for so long. */
function block(milliseconds: number): void {
  const end = process.threadCpuUsage().user + milliseconds * 1000
  while (process.threadCpuUsage().user < end);
}
