// The log of a run: what is written is read back, from the end, however long it is.
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LogLine } from '../../contract/records.ts'
import { temporaryFolder } from '../testing/host-fixture.ts'
import { formatLine, openLog, parseLines, readLog } from './run-log.ts'

const lineOf = (message: string, at = 0): LogLine => ({ at, level: 'info', message })

test('any message survives, line ends and lines that look like log lines included', () => {
  const message = fc
    .array(fc.oneof(fc.string(), fc.constant('2026-01-31T12:00:00.000Z error no'), fc.constant('  ')), {
      minLength: 1,
    })
    .map((parts) => parts.join('\n').replaceAll('\r', ''))
  fc.assert(
    fc.property(
      fc.array(fc.record({ at: fc.nat(), level: fc.constantFrom('info', 'warning', 'error'), message })),
      (lines) => {
        expect(parseLines(lines.map(formatLine).join(''))).toEqual(lines)
      },
    ),
  )
})

test('the newest lines are read from a long log, short and long ones', async () => {
  const file = path.join(temporaryFolder(), 'log.txt')
  const lines = Array.from({ length: 3000 }, (_, index) =>
    lineOf(`${index} ${'x'.repeat(index % 7 === 0 ? 3000 : 3)}`, index),
  )
  writeFileSync(file, lines.map(formatLine).join(''))
  expect(await readLog(file, 2)).toEqual(lines.slice(-2))
  expect(await readLog(file, 500)).toEqual(lines.slice(-500))
  expect(await readLog(file, 5000)).toEqual(lines)
  expect(await readLog(`${file}.none`, 5)).toEqual([])
})

test('a log does not grow without end', async () => {
  const file = path.join(temporaryFolder(), 'log.txt')
  const log = openLog(file, () => undefined)
  for (let line = 0; line < 60; line += 1) log.write(lineOf('y'.repeat(1_000_000)))
  await log.close()
  expect(statSync(file).size).toBeLessThan(51e6)
  expect(readFileSync(file, 'utf8').slice(-200)).toContain('The log ends here')
})

test('a log that cannot be written says so once and stops nothing', async () => {
  const faults: Error[] = []
  const log = openLog(path.join(temporaryFolder(), 'missing', 'log.txt'), (error) => faults.push(error))
  log.write(lineOf('a'))
  await new Promise((resolve) => setTimeout(resolve, 50))
  log.write(lineOf('b'))
  await log.close()
  expect(faults).toHaveLength(1)
})
