// The job that works right now: how far it is, how long it will take, and its loss as it falls.
import { useTranslation } from 'react-i18next'
import type { JobRecord } from '../../../main/contract/records.ts'
import { useFormat } from '../../i18n/format.ts'
import { Link } from '../../layout/link.tsx'
import type { RunSeries } from '../../stores/run-series.ts'
import { useLiveRun, useSeriesVersion } from '../../stores/use-stores.ts'
import { Card } from '../../ui/card.tsx'
import { JobProgressBar, JobStatusBadge } from '../job-status.tsx'
import styles from './home-page.module.css'
import { sparklinePath } from './sparkline-path.ts'

export function RunningNow({ job }: { job: JobRecord | undefined }) {
  const { t } = useTranslation('home')
  if (job === undefined) {
    return (
      <Card title={t('now.title')}>
        <p className={styles.quiet}>
          <strong>{t('now.nothing')}</strong>
          {t('now.nothingDetail')}
        </p>
      </Card>
    )
  }
  return (
    <Card title={t('now.title')} actions={<JobStatusBadge status={job.status} />}>
      <div className={styles.running}>
        <Link to={{ page: 'run', job_id: job.id }} className={styles.runName}>
          {job.name}
        </Link>
        <JobProgressBar job={job} />
        <ProgressFacts job={job} />
        <LiveLoss job_id={job.id} />
      </div>
    </Card>
  )
}

function ProgressFacts({ job: { progress } }: { job: JobRecord }) {
  const { t } = useTranslation('common')
  const { duration } = useFormat()
  if (progress === null) return null
  const { step, train_step, phase, eta_seconds } = progress
  return (
    <p className={styles.facts}>
      <span>{step > 0 ? t('stepOf', { step, total: train_step }) : t(`phase.${phase}`)}</span>
      {eta_seconds !== null && <span>{t('eta', { duration: duration(roughly(eta_seconds)) })}</span>}
    </p>
  )
}

/** An estimate of minutes is not known to the second. */
function roughly(seconds: number): number {
  return seconds > 120 ? Math.round(seconds / 60) * 60 : seconds
}

function LiveLoss({ job_id }: { job_id: string }) {
  const live = useLiveRun(job_id)
  return live === null ? null : <LossLine series={live.series} />
}

function LossLine({ series }: { series: RunSeries }) {
  const { t } = useTranslation('home')
  const { fixed } = useFormat()
  useSeriesVersion(series)
  const loss = series.column('loss')
  const last = loss[loss.length - 1]
  if (last === undefined) return null
  return (
    <div>
      <p className={styles.loss}>
        <span className={styles.lossNumber}>{fixed(last, 3)}</span>
        <span className={styles.facts}>{t('now.loss')}</span>
      </p>
      <svg
        className={styles.sparkline}
        viewBox="0 0 300 72"
        preserveAspectRatio="none"
        role="img"
        aria-label={`${t('now.curve')}: ${fixed(last, 3)}`}
      >
        <path
          d={sparklinePath(loss, 300, 72)}
          fill="none"
          stroke="var(--chart-1)"
          strokeWidth="1.6"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
    </div>
  )
}
