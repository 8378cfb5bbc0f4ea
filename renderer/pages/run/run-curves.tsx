// A run's points as they arrive in, its curves out: loss, the metric of each checkpoint, learning rate, gradient norm; in fp16 the loss scale.
import { memo, useCallback, useMemo, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import type { Evaluation } from '../../../engine/spec/run.ts'
import { LineChart } from '../../charts/line-chart.tsx'
import type { PlotSeries } from '../../charts/plot-options.ts'
import { useFormat } from '../../i18n/format.ts'
import { useMetricName } from '../../i18n/use-metric-name.ts'
import type { LiveRun } from '../../stores/live-run.ts'
import type { RunSeries } from '../../stores/run-series.ts'
import { Card } from '../../ui/card.tsx'
import { Select } from '../../ui/select.tsx'
import { Switch } from '../../ui/switch.tsx'
import { HostErrorBanner } from '../host-error.tsx'
import { bestFirst, metricSource, metricsOf, stepSource } from './curve-sources.ts'
import styles from './run.module.css'

/** It hears of points by itself, so that the page around it may change many times a second. */
export const RunCurves = memo(function RunCurves({
  live,
  best_by,
  firstEvaluation,
}: {
  live: LiveRun
  /** The metric by which the best checkpoint is chosen. */
  best_by: string
  /** Step of the first evaluation. */
  firstEvaluation: number
}) {
  const { t } = useTranslation('run')
  const [smoothing, setSmoothing] = useState(0.6)
  const [log, setLog] = useState(false)
  const history = useStore(live.state, (state) => state.history)
  const isScaled = useSyncExternalStore(
    (listener) => live.series.subscribe(listener),
    () => Number.isFinite(live.series.column('loss_scale')[0]),
  )
  return (
    <Card
      title={t('curves.title')}
      description={t('curves.zoomHint')}
      actions={
        <div className={styles.tools}>
          <Smoothing value={smoothing} onValueChange={setSmoothing} />
          <Switch label={t('curves.log')} checked={log} onCheckedChange={setLog} />
        </div>
      }
    >
      {history.status === 'failed' && <HostErrorBanner error={history.error} />}
      <div className={styles.curves}>
        <StepCurve live={live} column="loss" smoothing={smoothing} log={log} />
        <MetricCurve live={live} best_by={best_by} firstEvaluation={firstEvaluation} />
        <StepCurve live={live} column="learning_rate" smoothing={0} log={log} />
        <StepCurve live={live} column="grad_norm" smoothing={smoothing} log={log} />
        {isScaled && <StepCurve live={live} column="loss_scale" smoothing={0} log={log} />}
      </div>
    </Card>
  )
})

function Smoothing({ value, onValueChange }: { value: number; onValueChange: (value: number) => void }) {
  const { t } = useTranslation('run')
  const format = useFormat()
  return (
    <label className={styles.smoothing}>
      {t('curves.smoothing')}
      <input
        type="range"
        min={0}
        max={0.99}
        step={0.01}
        value={value}
        onChange={(event) => onValueChange(Number(event.target.value))}
      />
      <output>{format.fixed(value, 2)}</output>
    </label>
  )
}

function StepCurve({
  live,
  column,
  smoothing,
  log,
}: {
  live: LiveRun
  column: keyof typeof COLORS
  smoothing: number
  log: boolean
}) {
  const { t } = useTranslation('run')
  const format = useFormat()
  const title = t(`curves.${column}`)
  const smoothed = t('curves.smoothed')
  const color = COLORS[column]
  const isSmoothed = smoothing > 0
  const series = useMemo(
    (): PlotSeries[] =>
      isSmoothed
        ? [
            { label: title, color, look: 'raw' },
            { label: smoothed, color, look: 'line' },
          ]
        : [{ label: title, color, look: 'line' }],
    [title, smoothed, color, isSmoothed],
  )
  const source = useMemo(() => stepSource(live.series, column, smoothing), [live, column, smoothing])
  return (
    <LineChart
      title={title}
      emptyHint={t('curves.none')}
      xLabel={t('curves.step')}
      series={series}
      source={source}
      log={log}
      syncKey={SYNC}
      writeX={format.integer}
      writeY={format.number}
    />
  )
}

const COLORS = { loss: 'first', learning_rate: 'second', grad_norm: 'fourth', loss_scale: 'first' } as const
const SYNC = 'run'

/** The metrics by which checkpoints were measured, one at a time. */
function MetricCurve({
  live,
  best_by,
  firstEvaluation,
}: {
  live: LiveRun
  best_by: string
  firstEvaluation: number
}) {
  const evaluations = useEvaluations(live.series)
  const metrics = bestFirst(metricsOf(evaluations), best_by)
  const [chosen, setChosen] = useState<string>(best_by)
  const metric = metrics.includes(chosen) ? chosen : (metrics[0] ?? best_by)
  return (
    <MetricPlot
      live={live}
      metric={metric}
      metrics={metrics}
      firstEvaluation={firstEvaluation}
      onChoose={setChosen}
    />
  )
}

/** The evaluations so far; the same list until there is another one. */
function useEvaluations(series: RunSeries): readonly Evaluation[] {
  return useSyncExternalStore(
    (listener) => series.subscribe(listener),
    () => series.evaluations,
  )
}

/** One metric of every checkpoint, the best one marked. */
function MetricPlot({
  live,
  metric,
  metrics,
  firstEvaluation,
  onChoose,
}: {
  live: LiveRun
  metric: string
  metrics: readonly string[]
  firstEvaluation: number
  onChoose: (metric: string) => void
}) {
  const { t } = useTranslation('run')
  const format = useFormat()
  const metricName = useMetricName()
  const label = t('curves.dev', { metric: metricName(metric) })
  const best = t('curves.best')
  const series = useMemo(
    (): PlotSeries[] => [
      { label, color: 'third', look: 'dots' },
      { label: best, color: 'good', look: 'mark' },
    ],
    [label, best],
  )
  const source = useMemo(() => metricSource(live.series, metric), [live, metric])
  const writeY = useCallback((value: number) => format.metric(metric, value), [format, metric])
  const writeTick = useCallback((value: number) => format.metricTick(metric, value), [format, metric])
  return (
    <LineChart
      title={label}
      emptyHint={t('curves.noEvaluations', { step: format.integer(firstEvaluation) })}
      xLabel={t('curves.step')}
      series={series}
      source={source}
      syncKey={SYNC}
      writeX={format.integer}
      writeY={writeY}
      writeTick={writeTick}
      controls={
        metrics.length > 1 && (
          <div className={styles.metric}>
            <Select
              hideLabel
              size="small"
              label={t('curves.metric')}
              value={metric}
              options={metrics.map((one) => ({ value: one, label: metricName(one) }))}
              onValueChange={onChoose}
            />
          </div>
        )
      }
    />
  )
}
