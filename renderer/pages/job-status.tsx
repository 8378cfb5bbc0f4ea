// A job's state as a badge, and how far it is as a bar: the same on every page.
import { useTranslation } from 'react-i18next'
import type { JobRecord, JobStatus } from '../../main/contract/records.ts'
import { WORKING } from '../stores/jobs.ts'
import { StatusBadge, type Tone } from '../ui/badge.tsx'
import { Progress } from '../ui/progress.tsx'

const TONES: Record<JobStatus, Tone> = {
  queued: 'neutral',
  preparing: 'accent',
  running: 'accent',
  pausing: 'warning',
  paused: 'warning',
  stopping: 'warning',
  finishing: 'accent',
  interrupted: 'warning',
  done: 'success',
  failed: 'danger',
  cancelled: 'neutral',
}

export function JobStatusBadge({ status }: { status: JobStatus }) {
  const { t } = useTranslation('common')
  return (
    <StatusBadge tone={TONES[status]} live={WORKING.has(status)}>
      {t(`status.${status}`)}
    </StatusBadge>
  )
}

/** Steps done of all; while a phase before or after the training goes on, how far that phase is. */
export function JobProgressBar({ job, size }: { job: JobRecord; size?: 'small' | 'regular' }) {
  const { t } = useTranslation('common')
  return (
    <Progress value={shareDone(job)} label={t('progressOf', { name: job.name })} {...(size && { size })} />
  )
}

/** 0 to 1; null when it cannot be told. */
export function shareDone({ progress, hyperparameters }: JobRecord): number | null {
  if (progress === null) return null
  if (progress.step > 0) return progress.step / hyperparameters.train_step
  return progress.total === null || progress.total === 0 ? null : progress.done / progress.total
}
