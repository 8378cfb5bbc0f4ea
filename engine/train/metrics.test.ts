// The metrics against the original's streaming ones and against scikit-learn and SciPy.
import { describe, expect, it } from 'vitest'
import type { MetricName } from '../spec/task-spec.ts'
import { golden } from '../testing/golden.ts'
import { averageRanks, computeMetrics } from './metrics.ts'

type Number = number | 'NaN'
type Case = {
  task: string
  name: string
  logits: number[][] | number[]
  labels: number[]
  is_real_example: (number | boolean)[]
  per_example_loss: number[]
  original: Record<string, Number | Number[]>
  library: Record<string, Number>
}

const cases = golden('metrics/cases.json') as Case[]

describe('cases of the original', () => {
  it.each(cases.map((one) => [`${one.task}: ${one.name}`, one] as const))('%s', (_, one) => {
    const real = one.labels.map((_, row) => row).filter((row) => Boolean(one.is_real_example[row]))
    const regression = one.task === 'sts-b'
    const predicted = {
      labels: real.map((row) => one.labels[row] ?? NaN),
      predictions: real.map((row) => predictionOf(one.logits[row], regression)),
      per_example_loss: real.map((row) => one.per_example_loss[row] ?? NaN),
    }
    const names: MetricName[] = regression
      ? ['pearson', 'spearman', 'mse', 'loss']
      : ['accuracy', 'f1', 'matthews', 'loss']
    const ours = computeMetrics(names, predicted)
    const tolerance = one.name === 'far from zero' ? 1e-5 : 1e-6
    const compare = (name: string, theirs: Number | Number[] | undefined, relative = tolerance): void => {
      if (theirs === undefined || Array.isArray(theirs)) return
      const value = ours[name] ?? expect.fail(name)
      if (theirs === 'NaN') {
        expect(value, name).toBeNaN()
        return
      }
      expect(Math.abs(value - theirs), `${name}: ${value}, not ${theirs}`).toBeLessThanOrEqual(
        relative * Math.max(1, Math.abs(theirs)),
      )
    }
    compare('accuracy', one.original['eval_accuracy'])
    compare('matthews', one.original['matthew_corr'])
    compare('loss', one.original['eval_loss'])
    compare('pearson', one.original['pearson'])
    compare('mse', one.original['MSE'])
    compare('accuracy', one.library['accuracy'], 1e-12)
    compare('matthews', one.library['mcc'])
    compare('pearson', one.library['pearson'])
    compare('spearman', one.library['spearman'], 1e-12)
    compare('mse', one.library['mse'])
    compare('f1', one.library['f1_binary_class_1'] ?? one.library['f1_macro'], 1e-12)
  })
})

it('ranks and correlates small vectors with many ties as SciPy does', () => {
  const vectors = golden('metrics/correlation.json') as {
    x: number[]
    y: number[]
    pearson: Number
    spearman: Number
    ranks_x: number[]
    ranks_y: number[]
  }[]
  expect(vectors.length).toBeGreaterThan(3)
  for (const { x, y, pearson, spearman, ranks_x, ranks_y } of vectors) {
    expect(averageRanks(x)).toEqual(ranks_x)
    expect(averageRanks(y)).toEqual(ranks_y)
    const ours = computeMetrics(['pearson', 'spearman'], { labels: x, predictions: y, per_example_loss: x })
    for (const [name, theirs] of [
      ['pearson', pearson],
      ['spearman', spearman],
    ] as const) {
      if (theirs === 'NaN') expect(ours[name]).toBeNaN()
      else expect(ours[name]).toBeCloseTo(theirs, 12)
    }
  }
})

it('refuses columns of different lengths', () => {
  expect(() => computeMetrics(['loss'], { labels: [1], predictions: [1, 2], per_example_loss: [1] })).toThrow(
    '2',
  )
})

function predictionOf(logits: number[] | number | undefined, regression: boolean): number {
  if (typeof logits === 'number') return logits
  if (logits === undefined) return NaN
  return regression ? (logits[0] ?? NaN) : logits.indexOf(Math.max(...logits))
}
