// Own runs stand at the published row of their task and size.
import { describe, expect, test } from 'vitest'
import type { PublishedResults, ResultRecord } from '../../../main/contract/records.ts'
import { compare, sizeOf, type PublishedColumn } from './comparison.ts'

const sst: PublishedColumn = {
  key: 'sst-2',
  title: 'SST-2',
  metric: 'accuracy',
  task_name: 'SST-2',
  examples: 872,
}
const squad: PublishedColumn = {
  key: 'squad',
  title: 'SQuAD',
  metric: 'f1',
  task_name: null,
  examples: 10570,
}
const published: PublishedResults = {
  source: 'README',
  columns: [sst, squad],
  rows: [
    { version: 'v1', size: 'base', parameters: 12_000_000, scores: { 'sst-2': [90.3], squad: [89.3, 82.3] } },
    { version: 'v2', size: 'base', parameters: 12_000_000, scores: { 'sst-2': [92.9], squad: [90.2, 83.2] } },
    { version: 'v2', size: 'xxlarge', parameters: 235_000_000, scores: { 'sst-2': [96.8] } },
  ],
}

const run = (job_id: string, task_name: string, model_name: string, accuracy: number): ResultRecord =>
  ({
    job_id,
    job_name: job_id,
    task_name,
    model_name,
    finished_at: 1,
    result: { metrics: { accuracy }, best_by: 'accuracy', parameters: 11_683_584 },
  }) as unknown as ResultRecord

describe('compare', () => {
  const results = [
    run('a', 'SST2', 'ALBERT base v2', 0.921),
    run('b', 'sst-2', 'ALBERT base v2', 0.93),
    run('c', 'SST-2', 'tiny', 0.8),
    run('d', 'RTE', 'ALBERT base v2', 0.7),
  ]

  test('own runs stand at their size, the best first; other tasks are left out', () => {
    const { rows, others } = compare(published, sst, results)
    expect(rows.map((row) => row.size)).toEqual(['base', 'large', 'xlarge', 'xxlarge'])
    expect(rows[0]?.own.map((own) => own.job_id)).toEqual(['b', 'a'])
    expect(rows[0]?.own[1]?.score).toBeCloseTo(92.1, 10)
    expect(others.map((own) => own.job_id)).toEqual(['c'])
  })

  test('the difference is v2 minus v1; without one of them there is none', () => {
    const { rows } = compare(published, sst, [])
    expect(rows[0]?.difference).toBeCloseTo(2.6, 10)
    expect(rows[3]?.difference).toBeNull()
    expect(compare(published, squad, []).rows[0]?.difference).toBeCloseTo(0.9, 10)
  })
})

test.each([
  ['albert_xlarge_v2', 'xlarge'],
  ['ALBERT xxlarge', 'xxlarge'],
  ['albert-large-v1', 'large'],
  ['Base (v2)', 'base'],
  ['baseline', null],
  ['sample', null],
] as const)('%s has the size %s', (name, size) => {
  expect(sizeOf(name)).toBe(size)
})
