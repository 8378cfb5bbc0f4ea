// The plan of a run in, what it will take and do in words out: memory, time, precision, rows, pieces; and what fits where it does not.
import { Loader, MemoryStick, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Fitting, RunPlan } from '../../../engine/spec/run-plan.ts'
import type { JobPlan } from '../../../main/contract/host.ts'
import { useFormat } from '../../i18n/format.ts'
import { Button } from '../../ui/button.tsx'
import { useFitWords } from '../fit-words.ts'
import { useHostWords } from '../host-error.tsx'
import styles from './new-run.module.css'
import type { PlanState } from './use-plan.ts'

export function PlanView({
  state: { plan: told, error, isStale, waits },
  batch,
  onFit,
}: {
  state: PlanState
  /** `train_batch_size`. */
  batch: number
  /** A setting that fits was chosen. */
  onFit: (fitting: Fitting) => void
}) {
  const { t } = useTranslation('new-run')
  const words = useHostWords()
  return (
    <section className={styles.plan} aria-label={t('plan.title')} aria-busy={isStale}>
      <h3>
        <MemoryStick size={14} aria-hidden />
        {t('plan.title')}
        {isStale && <Loader size={14} className={styles.turning} aria-label={t('plan.asking')} />}
      </h3>
      {waits && <p className={styles.faint}>{t('plan.waits')}</p>}
      {!waits && told === null && (
        <p className={styles.faint}>
          {error === null ? t('plan.asking') : t('plan.unknown', { why: words(error) })}
        </p>
      )}
      {!waits && told !== null && <Told told={told} batch={batch} onFit={onFit} />}
    </section>
  )
}

function Told({ told, batch, onFit }: { told: JobPlan; batch: number; onFit: (fitting: Fitting) => void }) {
  const { t } = useTranslation('new-run')
  const format = useFormat()
  const { plan, seconds, speed_from, sampled } = told
  const { memory_bytes, allowed_bytes } = plan
  const share = Math.min(1, memory_bytes / allowed_bytes)
  return (
    <>
      <p className={styles.memory}>
        {t('plan.memory', { memory: format.bytes(memory_bytes), allowed: format.bytes(allowed_bytes) })}
      </p>
      <div
        className={styles.meter}
        role="meter"
        aria-label={t('plan.meter')}
        aria-valuenow={Math.round(share * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
        data-full={!plan.fits}
      >
        <span style={{ width: `${share * 100}%` }} />
      </div>
      {!plan.fits && <Refused plan={plan} onFit={onFit} />}
      <ul className={styles.does}>
        {seconds !== null && speed_from !== null && (
          <li>
            {t('plan.time', { time: format.duration(seconds.training + seconds.evaluating) })}
            {format.gap}
            <span className={styles.faint}>{t(`plan.speedFrom.${speed_from}`)}</span>
          </li>
        )}
        <li>
          {t(`plan.precision.${plan.precision}`)}
          {format.gap}
          <span className={styles.faint}>{t(`plan.why.${plan.precision_reason}`)}</span>
        </li>
        <li>{t(plan.compiled ? 'plan.compiled' : 'plan.notCompiled')}</li>
        <li>{t(`plan.rows.${plan.row_use}`, { shapes: shapesOf(plan) })}</li>
        {plan.micro_batches > 1 && plan.micro_batch_size !== null && (
          <li>
            {t('plan.pieces', {
              batch: format.integer(batch),
              count: plan.micro_batches,
              size: format.integer(plan.micro_batch_size),
            })}
          </li>
        )}
      </ul>
      <p className={styles.faint}>
        {sampled === 0 ? t('plan.longest') : t('plan.sampled', { count: sampled })}
      </p>
    </>
  )
}

function Refused({ plan, onFit }: { plan: RunPlan; onFit: (fitting: Fitting) => void }) {
  const { t } = useTranslation('new-run')
  const words = useFitWords()
  return (
    <div className={styles.refused} role="status">
      <p>
        <TriangleAlert size={14} aria-hidden />
        {words.sentence(plan.memory_bytes, plan.allowed_bytes)}
      </p>
      <p>{t(plan.fitting.length === 0 ? 'plan.nothingFits' : 'plan.fits')}</p>
      <div className={styles.buttons}>
        {plan.fitting.map((fitting) => (
          <Button key={fitting.field} size="small" onClick={() => onFit(fitting)}>
            {words.setting(fitting)}
          </Button>
        ))}
      </div>
    </div>
  )
}

function shapesOf({ shapes }: RunPlan): string {
  return shapes.map(({ rows, row_length }) => `${rows} × ${row_length}`).join(', ')
}
