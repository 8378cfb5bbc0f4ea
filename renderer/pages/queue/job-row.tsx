// A job in, its line in the queue out: name, what it is made of, where it stands, and what can be done with it.
import { memo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { JobRecord } from '../../../main/contract/records.ts'
import { numberText } from '../../ui/number-text.ts'
import { useFormat } from '../../i18n/format.ts'
import { useMetricName } from '../../i18n/use-metric-name.ts'
import { Link } from '../../layout/link.tsx'
import { WORKING } from '../../stores/jobs.ts'
import { useToldWords } from '../host-error.tsx'
import { JobActions } from '../job-actions.tsx'
import { JobProgressBar, JobStatusBadge } from '../job-status.tsx'
import styles from './queue.module.css'

export const JobRow = memo(function JobRow({ job, children }: { job: JobRecord; children?: ReactNode }) {
  const isWorking = WORKING.has(job.status)
  const told = useToldWords()
  return (
    <>
      <div className={styles.words}>
        <div className={styles.nameLine}>
          <Link to={{ page: 'run', job_id: job.id }} className={styles.name}>
            {job.name}
          </Link>
          <JobStatusBadge status={job.status} />
        </div>
        <p className={styles.madeOf}>
          <Recipe job={job} />
          <Standing job={job} />
        </p>
        {isWorking && (
          <div className={styles.progress}>
            <JobProgressBar job={job} />
            <Progress job={job} />
          </div>
        )}
        {job.error !== null && <p className={styles.error}>{told(job.error)}</p>}
      </div>
      <div className={styles.actions}>
        {children}
        <JobActions job={job} />
      </div>
    </>
  )
})

/** What tells the run from its neighbours; data and model only where the name does not say them. */
function Recipe({ job }: { job: JobRecord }) {
  const { t } = useTranslation('queue')
  const { learning_rate, train_batch_size, seed } = job.hyperparameters
  const parts = [job.dataset_name, job.model_name].filter((part) => !job.name.includes(part))
  return (
    <>
      {parts.map((part) => (
        <span key={part}>{part}</span>
      ))}
      <span>{t('rate', { rate: numberText(learning_rate) })}</span>
      <span>{t('batch', { batch: numberText(train_batch_size) })}</span>
      <span>{t('seed', { seed: numberText(seed) })}</span>
    </>
  )
}

/** Phase, steps and time left of a job that works. */
function Progress({ job }: { job: JobRecord }) {
  const { t } = useTranslation(['queue', 'common'])
  const format = useFormat()
  const { progress } = job
  if (progress === null) return null
  const total = format.integer(progress.train_step)
  return (
    <p className={styles.standing}>
      <span>{t(`common:phase.${progress.phase}`)}</span>
      {progress.step > 0 && <span>{t('steps', { step: format.integer(progress.step), total })}</span>}
      {progress.eta_seconds !== null && (
        <span>{t('eta', { duration: format.duration(progress.eta_seconds) })}</span>
      )}
    </p>
  )
}

/** One more thing worth knowing of a job that does not work now. */
function Standing({ job }: { job: JobRecord }) {
  const { t } = useTranslation('queue')
  const format = useFormat()
  const metricName = useMetricName()
  const step = job.progress?.step ?? 0
  const steps = { step: format.integer(step), total: format.integer(job.hyperparameters.train_step) }
  switch (job.status) {
    case 'queued':
      return <span>{step > 0 ? t('steps', steps) : t('stepsPlanned', steps)}</span>
    case 'paused':
    case 'interrupted':
      return <span>{step > 0 ? t(`haltedAt.${job.status}`, steps) : t(`haltedAt.${job.status}Early`)}</span>
    case 'failed':
    case 'cancelled':
      return step > 0 ? <span>{t('steps', steps)}</span> : null
    case 'done': {
      const score = job.result?.metrics[job.result.best_by]
      if (job.result === null || score === undefined) return null
      const { best_by } = job.result
      return (
        <>
          <span>{t('score', { metric: metricName(best_by), score: format.metric(best_by, score) })}</span>
          <span>{t('took', { duration: format.duration(job.worked_seconds) })}</span>
        </>
      )
    }
    default:
      return null
  }
}
