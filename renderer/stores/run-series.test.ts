// A curve takes points in any portions, knows no step twice, and forgets what a resumed run does again.
import { describe, expect, it, vi } from 'vitest'
import { createRunSeries } from './run-series.ts'

const point = (step: number) => ({
  step,
  loss: 1 / step,
  learning_rate: 1e-5 * step,
  grad_norm: 1,
  examples_per_second: 100,
  at: step * 1000,
})
const points = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => point(from + index))
const news = (from: number, to: number, reset_after: number | null = null) => ({
  points: points(from, to),
  evaluations: [],
  reset_after,
})
const steps = (series: ReturnType<typeof createRunSeries>) => [...series.column('step')]

describe('a run series', () => {
  it('appends far beyond its first capacity', () => {
    const series = createRunSeries()
    for (let step = 1; step <= 5000; step += 10) series.append(news(step, step + 9))
    expect(series.length).toBe(5000)
    expect(steps(series)).toEqual(Array.from({ length: 5000 }, (_, index) => index + 1))
    expect(series.column('loss')[4999]).toBeCloseTo(1 / 5000)
  })

  it('leaves out steps that it has', () => {
    const series = createRunSeries()
    series.replace({ points: points(1, 10), evaluations: [] })
    series.append(news(8, 12))
    expect(steps(series)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  })

  it('voids the points after the checkpoint of a resumed run', () => {
    const series = createRunSeries()
    const evaluation = (step: number) => ({
      split: 'dev' as const,
      step,
      metrics: { accuracy: 0.5 },
      examples: 10,
      is_best: true,
    })
    series.append({ points: points(1, 30), evaluations: [evaluation(10), evaluation(20)], reset_after: null })
    series.append({ points: points(11, 12), evaluations: [], reset_after: 10 })
    expect(steps(series)).toEqual([...points(1, 12).map(({ step }) => step)])
    expect(series.evaluations.map(({ step }) => step)).toEqual([10])
  })

  it('tells its listeners once for a whole portion, and not after they left', () => {
    const series = createRunSeries()
    const listener = vi.fn()
    const stop = series.subscribe(listener)
    series.append(news(1, 500))
    expect(listener).toHaveBeenCalledTimes(1)
    stop()
    series.append(news(501, 502))
    expect(listener).toHaveBeenCalledTimes(1)
    expect(series.version).toBe(2)
  })

  it('takes a hundred thousand points in portions without copying them each time', () => {
    const series = createRunSeries()
    const portion = news(1, 100).points
    const started = performance.now()
    for (let at = 0; at < 1000; at += 1) {
      series.append({
        points: portion.map((one) => ({ ...one, step: one.step + at * 100 })),
        evaluations: [],
        reset_after: null,
      })
    }
    expect(series.length).toBe(100_000)
    // About 0.1 s where this was written; copying at every portion takes minutes.
    expect(performance.now() - started).toBeLessThan(5000)
  })
})
