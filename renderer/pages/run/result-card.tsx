// A finished run's result in, its score beside the majority class out, with how sure it is and what it took.
import { useTranslation } from 'react-i18next'
import type { RunResult } from '../../../engine/spec/run.ts'
import type { JobRecord } from '../../../main/contract/records.ts'
import { useFormat } from '../../i18n/format.ts'
import { useMetricName } from '../../i18n/use-metric-name.ts'
import { Link } from '../../layout/link.tsx'
import type { LiveRun } from '../../stores/live-run.ts'
import type { RunSeries } from '../../stores/run-series.ts'
import { useSeriesVersion } from '../../stores/use-stores.ts'
import { Card } from '../../ui/card.tsx'
import { classes } from '../../ui/classes.ts'
import { intervalOf, isSignificant } from '../significance.ts'
import { Figure } from './progress-card.tsx'
import styles from './run.module.css'

export function ResultCard({
  job,
  result,
  live,
}: {
  job: JobRecord
  result: RunResult
  live: LiveRun | null
}) {
  const { t } = useTranslation('run')
  const format = useFormat()
  const metricName = useMetricName()
  const { best_by, majority, metrics } = result
  const score = metrics[best_by]
  const others = Object.entries(metrics).filter(([metric]) => metric !== best_by)
  return (
    <Card title={t('result.title')} actions={<Link to={{ page: 'results' }}>{t('result.toResults')}</Link>}>
      <div className={styles.result}>
        <div className={styles.score}>
          <p className={styles.scoreName}>{metricName(best_by)}</p>
          <p className={styles.scoreValue} data-testid="score">
            {score === undefined ? '–' : format.metric(best_by, score)}
          </p>
        </div>
        {majority !== null && (
          <div className={styles.score}>
            <p className={styles.scoreName}>{t('result.majority')}</p>
            <p className={classes(styles.scoreValue, styles.beside)}>{format.percent(majority, 2)}</p>
            <p className={styles.scoreNote}>{t('result.majorityDetail')}</p>
          </div>
        )}
        <div className={styles.verdict}>
          {score !== undefined && live !== null && (
            <Verdict result={result} score={score} series={live.series} />
          )}
        </div>
      </div>
      <dl className={styles.figures}>
        {others.map(([metric, value]) => (
          <Figure key={metric} name={metricName(metric)}>
            {format.metric(metric, value)}
          </Figure>
        ))}
        <Figure name={t('result.bestStep')}>
          {t('result.bestStepValue', { step: format.integer(result.best_step) })}
        </Figure>
        <Figure name={t('result.trainTime')}>{format.duration(result.train_seconds)}</Figure>
        <Figure name={t('result.parameters')}>{format.integer(result.parameters)}</Figure>
        <Figure name={t('result.memory')}>{format.bytes(result.peak_memory_bytes)}</Figure>
        {job.ended_at !== null && <Figure name={t('result.finished')}>{format.moment(job.ended_at)}</Figure>}
      </dl>
    </Card>
  )
}

/** How far the score is from the majority class, and whether the examples are enough to say so; for accuracy only. */
function Verdict({ result, score, series }: { result: RunResult; score: number; series: RunSeries }) {
  const { t } = useTranslation('run')
  const format = useFormat()
  useSeriesVersion(series)
  const examples =
    series.evaluations.find((one) => one.split === 'dev' && one.step === result.best_step)?.examples ?? null
  if (result.best_by !== 'accuracy' || result.majority === null) return null
  const { majority } = result
  const difference = format.fixed(Math.abs(score - majority) * 100, 1)
  const isChance = isSignificant(score, majority, examples) === false
  const intervalWords = (n: number): string => {
    const { low, high } = intervalOf(score, n)
    const bounds = { low: format.fixed(low * 100, 1), high: format.percent(high) }
    return t('result.interval', { ...bounds, examples: format.integer(n) })
  }
  return (
    <>
      <p className={classes(isChance && styles.faint)}>
        {isChance
          ? t('result.within', { examples: format.integer(examples ?? 0) })
          : t(score >= majority ? 'result.above' : 'result.below', { difference })}
      </p>
      {examples !== null && <p className={styles.faint}>{intervalWords(examples)}</p>}
    </>
  )
}
