// A line that renews itself on a terminal, few lines in a log.
import { expect, test } from 'vitest'
import type { JobProgress, JobRecord } from '../contract/records.ts'
import { duration, progressLine, progressScreen } from './progress-screen.ts'

const job = (progress: Partial<JobProgress>): JobRecord =>
  ({
    progress: {
      phase: 'training',
      detail: '',
      done: 0,
      total: null,
      step: 0,
      train_step: 600,
      eta_seconds: null,
      ...progress,
    },
  }) as JobRecord

test('a line says what is done, how far, how well and how long', () => {
  expect(progressLine(job({ step: 150, eta_seconds: 65 }), 0.43118)).toBe(
    'training [######------------------] 150/600  loss 0.4312  1:05 left',
  )
  expect(progressLine(job({ phase: 'preparing', done: 10, total: null }), null)).toBe('preparing')
  expect(progressLine(job({ phase: 'evaluating', done: 800, total: 800 }), 0.4)).toBe(
    `evaluating [${'#'.repeat(24)}] 800/800`,
  )
  expect(progressLine({ progress: null } as JobRecord, null)).toBeNull()
})

test.each([
  [5, '0:05'],
  [65, '1:05'],
  [7265, '2:01:05'],
  [-1, '0:00'],
])('%d seconds are %s', (seconds, shown) => {
  expect(duration(seconds)).toBe(shown)
})

test('a terminal has one line, cut to its width, and keeps what is said', () => {
  let text = ''
  const screen = progressScreen({ isTTY: true, columns: 40, write: (part) => (text += part) })
  screen.changed(job({ step: 1 }))
  screen.changed(job({ step: 2 }))
  expect(text).not.toContain('\n')
  expect(text.split('\r').every((line) => line.length < 40)).toBe(true)
  screen.say('\u001b[31mred')
  screen.end()
  expect(text).toContain('\ufffd[31mred\n')
})

test('a log has a line for each phase and every ten seconds', () => {
  const lines: string[] = []
  let now = 0
  const screen = progressScreen({ write: (part) => lines.push(part) }, () => now)
  for (let step = 1; step <= 100; step += 1) {
    now += 1000
    screen.changed(job({ step }))
  }
  screen.changed(job({ phase: 'saving' }))
  screen.changed(job({ phase: 'evaluating', done: 1, total: 2 }))
  expect(lines).toHaveLength(11)
  expect(lines.at(-1)).toContain('evaluating')
})
