// What a run page draws follows the run through a resume: points after the checkpoint are gone, and the best is marked once.
import { expect, test } from 'vitest'
import type { StepMetrics } from '../../../engine/spec/run.ts'
import { align, thin } from '../../charts/curve.ts'
import { createRunSeries } from '../../stores/run-series.ts'
import { bestFirst, metricSource, metricsOf, stepSource } from './curve-sources.ts'

const points = (from: number, to: number, loss: number): StepMetrics[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ({
    step: from + index,
    loss,
    learning_rate: 1e-5,
    grad_norm: 1,
    examples_per_second: 10,
    at: from + index,
  }))
const evaluation = (step: number, accuracy: number, is_best: boolean) => ({
  split: 'dev' as const,
  step,
  metrics: { loss: 1 - accuracy, accuracy },
  examples: 100,
  is_best,
})

test('after a resume the curve goes on from the checkpoint, on one axis with the evaluations', () => {
  const series = createRunSeries()
  series.append({
    points: points(1, 250, 1),
    evaluations: [evaluation(100, 0.7, true), evaluation(200, 0.8, true), evaluation(250, 0.9, true)],
    reset_after: null,
  })
  series.append({ points: points(201, 210, 0.5), evaluations: [], reset_after: 200 })

  const [raw, smoothed] = stepSource(series, 'loss', 0.9).read()
  expect(raw?.x.length).toBe(210)
  expect([raw?.y[199], raw?.y[200]]).toEqual([1, 0.5])
  expect(smoothed?.y[209]).toBeGreaterThan(0.5)

  const [all, best] = metricSource(series, 'accuracy').read()
  expect(all?.x).toEqual([100, 200])
  expect(best).toEqual({ x: [200], y: [0.8] })

  const drawn = [raw, all].map((curve) => thin(curve ?? { x: [], y: [] }, 500))
  const { x, y } = align(drawn)
  expect(x).toHaveLength(210)
  expect(y[1]?.[199]).toBe(0.8)
  expect(y[1]?.[198]).toBeUndefined()
})

test('without smoothing there is the raw curve alone', () => {
  const series = createRunSeries()
  series.append({ points: points(1, 3, 1), evaluations: [], reset_after: null })
  expect(stepSource(series, 'loss', 0).read()).toHaveLength(1)
})

test('the metric that decides stands first', () => {
  expect(bestFirst(metricsOf([evaluation(1, 0.5, true)]), 'accuracy')).toEqual(['accuracy', 'loss'])
})
