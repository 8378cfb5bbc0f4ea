// Own runs stand at the published row of their task and size, the best of each model; differences carry whether they are noise.
import { describe, expect, test } from 'vitest'
import type { PublishedResults, ResultRecord } from '../../../main/contract/records.ts'
import { compare, sizeOf } from './comparison.ts'

const published: PublishedResults = {
  source: 'README',
  columns: [
    { key: 'sst_2', title: 'SST-2', metric: 'accuracy', task_name: 'SST-2', examples: 872 },
    { key: 'squad', title: 'SQuAD', metric: 'F1 / EM', task_name: null, examples: 10570 },
    { key: 'average', title: 'Average', metric: 'mean', task_name: null, examples: null },
  ],
  rows: [
    {
      version: 'v1',
      size: 'base',
      parameters: 12_000_000,
      scores: { sst_2: [90.3], squad: [89.3, 82.3], average: [80.1] },
    },
    {
      version: 'v2',
      size: 'base',
      parameters: 12_000_000,
      scores: { sst_2: [92.9], squad: [90.2, 83.2], average: [82.3] },
    },
    { version: 'v2', size: 'xxlarge', parameters: 235_000_000, scores: { sst_2: [96.8] } },
  ],
}

const run = (
  job_id: string,
  task_name: string,
  model_name: string,
  accuracy: number,
  parameters = 7,
): ResultRecord =>
  ({
    job_id,
    task_name,
    model_name,
    result: { metrics: { accuracy }, best_by: 'accuracy', parameters },
  }) as unknown as ResultRecord

describe('compare', () => {
  const { groups, others } = compare(published, [
    run('a', 'SST2', 'ALBERT base v2', 0.921),
    run('b', 'sst-2', 'ALBERT base v2', 0.93),
    run('c', 'SST-2', 'tiny', 0.8),
    run('d', 'RTE', 'ALBERT base v2', 0.7),
    run('e', 'SST-2', 'mine', 0.5, 235_000_000),
  ])

  test('the sizes stand in the order of the README, own models at their size with their best run', () => {
    expect(groups.map((group) => group.size)).toEqual(['base', 'large', 'xlarge', 'xxlarge'])
    expect(groups[0]?.own).toHaveLength(1)
    expect(groups[0]?.own[0]?.scores['sst_2']?.job_id).toBe('b')
    expect(groups[0]?.own[0]?.scores['sst_2']?.score).toBeCloseTo(93, 10)
    expect(groups[0]?.own[0]?.scores['sst_2']?.difference?.value).toBeCloseTo(0.1, 10)
  })

  test('a model of another name is found by its parameters, one of another size stands apart', () => {
    expect(groups[3]?.own[0]?.model_name).toBe('mine')
    expect(others.map((row) => row.model_name)).toEqual(['tiny'])
    expect(others[0]?.scores['sst_2']?.difference).toBeNull()
  })

  test('v2 − v1 is of the mean of a pair, and knows whether it is noise', () => {
    const differences = groups[0]?.differences
    expect(differences?.['sst_2']?.value).toBeCloseTo(2.6, 10)
    expect(differences?.['sst_2']?.significant).toBe(false)
    expect(differences?.['squad']?.value).toBeCloseTo(0.9, 10)
    // Of the mean of SST-2 and SQuAD: the noise of both goes into it.
    expect(differences?.['average']?.value).toBeCloseTo(2.2, 10)
    expect(differences?.['average']?.significant).toBe(true)
    expect(groups[3]?.differences).toEqual({})
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
