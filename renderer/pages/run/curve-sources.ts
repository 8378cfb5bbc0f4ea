// A run's series in, what its charts draw out: raw and smoothed values by step, and a metric by checkpoint with its best.
import type { Evaluation } from '../../../engine/spec/run.ts'
import { smooth } from '../../charts/curve.ts'
import type { CurveSource } from '../../charts/line-chart.tsx'
import type { RunSeries, SeriesColumn } from '../../stores/run-series.ts'

/** A column by step. With smoothing there are two curves: the raw points, which are never hidden, and the smoothed line. */
export function stepSource(series: RunSeries, column: SeriesColumn, smoothing: number): CurveSource {
  return {
    subscribe: (listener) => series.subscribe(listener),
    read() {
      const x = series.column('step')
      const y = series.column(column)
      return smoothing === 0
        ? [{ x, y }]
        : [
            { x, y },
            { x, y: smooth(y, smoothing) },
          ]
    },
  }
}

/** A metric of the development split by step, and the best checkpoint alone as a curve of one point. */
export function metricSource(series: RunSeries, metric: string): CurveSource {
  return {
    subscribe: (listener) => series.subscribe(listener),
    read() {
      const evaluations = devWith(series.evaluations, metric)
      const best = evaluations.filter((one) => one.is_best).slice(-1)
      return [evaluations, best].map((points) => ({
        x: points.map((one) => one.step),
        y: points.map((one) => one.metrics[metric] ?? Number.NaN),
      }))
    },
  }
}

function devWith(evaluations: readonly Evaluation[], metric: string): Evaluation[] {
  return evaluations
    .filter((one) => one.split === 'dev' && metric in one.metrics)
    .sort((one, other) => one.step - other.step)
}

/** Names of the metrics that any checkpoint was measured by. */
export function metricsOf(evaluations: readonly Evaluation[]): string[] {
  const dev = evaluations.filter((one) => one.split === 'dev')
  return [...new Set(dev.flatMap((one) => Object.keys(one.metrics)))]
}

/** The metric that decides stands first. */
export function bestFirst(metrics: readonly string[], best_by: string): string[] {
  return [...metrics].sort((one, other) => Number(other === best_by) - Number(one === best_by))
}
