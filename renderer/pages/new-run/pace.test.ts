// Steps turn into epochs by the rows and the batch size, and what looks wrong is said.
import { expect, test } from 'vitest'
import { paceOf, paceWarnings } from './pace.ts'

const rte = { train_step: 800, train_batch_size: 32, save_checkpoints_steps: 100, warmup_step: 200 }

test('the RTE recipe passes over its 2490 rows about ten times and evaluates eight checkpoints', () => {
  const pace = paceOf(rte, 2490)
  expect(pace?.epochs).toBeCloseTo(10.28, 2)
  expect(pace?.stepsPerEpoch).toBeCloseTo(77.8, 1)
  expect(pace?.evaluations).toBe(8)
  expect(pace?.warmupShare).toBe(0.25)
  expect(paceWarnings(rte, 2490)).toEqual([])
})

test('unknown rows leave the epochs open, missing numbers leave everything open', () => {
  expect(paceOf(rte, null)?.epochs).toBeNull()
  expect(paceOf({ ...rte, train_step: Number.NaN }, 2490)).toBeNull()
})

test('what looks wrong is said', () => {
  expect(paceWarnings({ ...rte, train_step: 10 }, 2490)).toEqual([
    'less-than-an-epoch',
    'never-saved-between',
  ])
  expect(paceWarnings(rte, 20)).toEqual(['batch-beyond-rows', 'many-epochs'])
})
