// The comparison and one of its columns in, the chart of that task out: v1 and v2 by size or by parameters, one's own runs as marks.
import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { axisStart, ScoreChart, type ScoreSeries } from '../../charts/score-chart.tsx'
import { useFormat } from '../../i18n/format.ts'
import { navigate } from '../../layout/use-route.ts'
import { mean, type Comparison, type OwnRow, type PublishedColumn } from './comparison.ts'
import styles from './results.module.css'

export type ChartKind = 'bars' | 'parameters'

export function ComparisonChart({
  comparison,
  column,
  kind,
}: {
  comparison: Comparison
  column: PublishedColumn
  kind: ChartKind
}) {
  const { t } = useTranslation('results')
  const format = useFormat()
  const { series, jobs } = useMemo(() => {
    const names = { v1: t('chart.v1'), v2: t('chart.v2'), yours: t('chart.yours') }
    return chartSeries(comparison, column, kind, names)
  }, [comparison, column, kind, t])
  const writeY = useCallback((y: number) => format.fixed(y, 1), [format])
  const sizes = comparison.groups.map((group) => group.size)
  const x = useMemo(
    () =>
      kind === 'bars'
        ? { categories: comparison.groups.map((group) => group.size) }
        : { label: t('chart.parametersAxis'), write: format.compact },
    [kind, comparison, t, format],
  )
  const openRun = useCallback(
    (_series: number, point: number) => {
      const job_id = jobs[point]
      if (job_id !== undefined) navigate({ page: 'run', job_id })
    },
    [jobs],
  )
  const values = series.flatMap(({ points }) => points.map((point) => point.y))
  const isPair = comparison.groups.some((group) => (group.v2[column.key]?.length ?? 0) > 1)
  const write = (score: readonly number[] | undefined): string =>
    score === undefined ? '–' : format.fixed(mean(score), 1)
  const summary = t('chart.summary', {
    column: column.title,
    sizes: comparison.groups
      .map((group, index) =>
        t('chart.sizeSummary', {
          size: sizes[index],
          v1: write(group.v1[column.key]),
          v2: write(group.v2[column.key]),
        }),
      )
      .join(format.gap),
  })
  return (
    <>
      <ScoreChart
        summary={summary}
        series={series}
        x={x}
        writeY={writeY}
        writeTick={format.integer}
        onMark={openRun}
      />
      <p className={styles.chartNote}>
        {t('chart.start', { start: format.integer(axisStart(values)) })} {isPair && t('chart.pairs')}
      </p>
    </>
  )
}

/** The series of the chart, and the run behind each mark. */
function chartSeries(
  { groups, others }: Comparison,
  { key }: PublishedColumn,
  kind: ChartKind,
  names: Record<'v1' | 'v2' | 'yours', string>,
): { series: ScoreSeries[]; jobs: string[] } {
  const published = (['v1', 'v2'] as const).map((version): ScoreSeries => ({
    name: names[version],
    color: `chart-${version}`,
    look: kind === 'bars' ? 'bars' : 'line',
    points: groups.flatMap((group, index) => {
      const score = group[version][key]
      return score === undefined ? [] : [{ x: kind === 'bars' ? index : group.parameters, y: mean(score) }]
    }),
  }))
  const own = [
    ...groups.flatMap((group, index) => group.own.map((row) => ({ row, index }))),
    ...(kind === 'bars' ? [] : others.map((row) => ({ row, index: -1 }))),
  ].flatMap(({ row, index }) => markOf(row, key, kind === 'bars' ? index : row.parameters))
  const marks: ScoreSeries = {
    name: names.yours,
    color: 'chart-2',
    look: 'marks',
    points: own.map(({ point }) => point),
  }
  return {
    series: own.length === 0 ? published : [...published, marks],
    jobs: own.map(({ job_id }) => job_id),
  }
}

function markOf(
  row: OwnRow,
  key: string,
  x: number,
): { point: { x: number; y: number; name: string }; job_id: string }[] {
  const own = row.scores[key]
  return own === undefined ? [] : [{ point: { x, y: own.score, name: row.model_name }, job_id: own.job_id }]
}
