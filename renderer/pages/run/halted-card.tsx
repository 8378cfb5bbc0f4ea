// A job that stopped before its end in, why and what to do next out; Resume is one click away.
import { useTranslation } from 'react-i18next'
import type { EngineError } from '../../../engine/spec/errors.ts'
import type { JobRecord } from '../../../main/contract/records.ts'
import { useFormat } from '../../i18n/format.ts'
import { navigate } from '../../layout/use-route.ts'
import { useStores } from '../../stores/use-stores.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorBanner } from '../../ui/error-banner.tsx'
import { useFitWords } from '../fit-words.ts'
import { useReport, useToldWords } from '../host-error.tsx'
import styles from './run.module.css'

/** Faults that come again unless something in the recipe changes. */
const NEEDS_CHANGE: ReadonlySet<EngineError['code']> = new Set([
  'bad-config',
  'bad-checkpoint',
  'out-of-memory',
  'does-not-fit',
  'loss-not-finite',
])

export function HaltedCard({ job }: { job: JobRecord }) {
  const { t } = useTranslation('run')
  const { jobs } = useStores()
  const report = useReport()
  const told = useToldWords()
  const format = useFormat()
  const step = format.integer(job.progress?.step ?? 0)
  const needsChange = job.error !== null && NEEDS_CHANGE.has(job.error.code)
  const resume = (
    <Button
      size="small"
      variant={needsChange ? 'secondary' : 'primary'}
      onClick={() => void jobs.resume(job.id).catch(report)}
    >
      {t('failure.resumeAt')}
    </Button>
  )
  if (job.status === 'interrupted' || job.status === 'paused' || job.status === 'cancelled') {
    return (
      <ErrorBanner tone="warning" title={t(`halted.${job.status}`, { step })} action={resume}>
        {t(`halted.${job.status}Hint`)}
        {job.error !== null && <p>{told(job.error)}</p>}
      </ErrorBanner>
    )
  }
  if (job.status !== 'failed' || job.error === null) return null
  const { error } = job
  return (
    <ErrorBanner
      title={t('failure.title', { what: t(`failure.what.${error.code}`) })}
      action={
        <div className={styles.ways}>
          {resume}
          {needsChange && (
            <Button
              size="small"
              variant="primary"
              onClick={() => navigate({ page: 'new-run', from_job_id: job.id })}
            >
              {t('failure.duplicate')}
            </Button>
          )}
        </div>
      }
    >
      {error.code === 'does-not-fit' ? <Fits error={error} /> : <p>{told(error)}</p>}
      <Place error={error} />
      <p className={styles.next}>{t(`failure.next.${error.code}`)}</p>
      <p className={styles.faint}>
        {t('failure.atStep', { step, total: format.integer(job.hyperparameters.train_step) })}
      </p>
      {error.code === 'internal' && error.stack !== undefined && (
        <details>
          <summary>{t('failure.details')}</summary>
          <pre className={styles.stack}>{error.stack}</pre>
        </details>
      )}
    </ErrorBanner>
  )
}

/** What it needs, what it may take, and the settings of which each alone is enough. */
function Fits({ error }: { error: Extract<EngineError, { code: 'does-not-fit' }> }) {
  const { t } = useTranslation('new-run')
  const words = useFitWords()
  return (
    <>
      <p>{words.sentence(error.needed_bytes, error.allowed_bytes)}</p>
      <p>{t(error.fitting.length === 0 ? 'plan.nothingFits' : 'plan.fits')}</p>
      <ul>
        {error.fitting.map((fitting) => (
          <li key={fitting.field}>{words.setting(fitting)}</li>
        ))}
      </ul>
    </>
  )
}

/** File, line and column, where the fault has them. */
function Place({ error }: { error: EngineError }) {
  const { t } = useTranslation('run')
  if (!('line' in error) || error.line === null) return null
  const { file, line, column } = error
  return (
    <p className={styles.mono}>
      {column === null
        ? t('failure.place', { file, line })
        : t('failure.placeColumn', { file, line, column })}
    </p>
  )
}
