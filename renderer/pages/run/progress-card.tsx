// A job that works or waits in, how far it is out: bar, phase, steps, time left, speed.
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { JobRecord } from '../../../main/contract/records.ts'
import { useFormat } from '../../i18n/format.ts'
import type { LiveRun } from '../../stores/live-run.ts'
import type { RunSeries } from '../../stores/run-series.ts'
import { useSeriesVersion } from '../../stores/use-stores.ts'
import { Card } from '../../ui/card.tsx'
import { JobProgressBar } from '../job-status.tsx'
import styles from './run.module.css'

export function ProgressCard({ job, live }: { job: JobRecord; live: LiveRun | null }) {
  const { t } = useTranslation(['run', 'common'])
  const format = useFormat()
  const { progress } = job
  const unknown = t('progress.unknown')
  const phase = progress === null ? t(`common:status.${job.status}`) : t(`common:phase.${progress.phase}`)
  const ofPhase =
    progress === null || progress.total === null || progress.phase === 'training'
      ? null
      : t('progress.phaseOf', { done: format.integer(progress.done), total: format.integer(progress.total) })
  return (
    <Card>
      <section className={styles.progress} aria-label={t('progress.title')}>
        <p className={styles.phase} role="status">
          <strong>{phase}</strong>
          {ofPhase !== null && <span>{ofPhase}</span>}
          {progress !== null && progress.detail !== '' && <span>{progress.detail}</span>}
        </p>
        <JobProgressBar job={job} />
        <dl className={styles.figures}>
          {job.do_train && (
            <>
              <Figure name={t('progress.step')}>
                {t('progress.of', {
                  step: format.integer(progress?.step ?? 0),
                  total: format.integer(job.hyperparameters.train_step),
                })}
              </Figure>
              <Figure name={t('progress.eta')}>
                {progress?.eta_seconds == null ? unknown : format.duration(progress.eta_seconds)}
              </Figure>
              {live !== null && <Speed series={live.series} />}
            </>
          )}
          <Figure name={t('progress.worked')}>{format.duration(job.worked_seconds)}</Figure>
          {job.started_at !== null && (
            <Figure name={t('progress.started')}>{format.moment(job.started_at)}</Figure>
          )}
        </dl>
      </section>
    </Card>
  )
}

/** The mean of the last steps: one step alone jumps too much to be read. */
function Speed({ series }: { series: RunSeries }) {
  const { t } = useTranslation('run')
  const format = useFormat()
  useSeriesVersion(series)
  const last = series.column('examples_per_second').slice(-20)
  const mean = last.reduce((sum, speed) => sum + speed, 0) / last.length
  return (
    <Figure name={t('progress.speed')}>
      {last.length === 0 ? t('progress.unknown') : t('progress.speedValue', { speed: format.number(mean) })}
    </Figure>
  )
}

export function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles.figure}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
