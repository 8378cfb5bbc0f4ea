// Where the models lie, as a line with its way to another disk; a move shows how far it is, and one that was interrupted what can be done.
import { HardDrive } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ModelFolder } from '../../../main/contract/models.ts'
import { useFormat } from '../../i18n/format.ts'
import { useModelPlace, useStores } from '../../stores/use-stores.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorBanner } from '../../ui/error-banner.tsx'
import { Progress } from '../../ui/progress.tsx'
import { notify } from '../../ui/toast.tsx'
import { useReport } from '../host-error.tsx'
import styles from './models.module.css'
import { MoveModelsDialog } from './move-models-dialog.tsx'

export function ModelPlace() {
  const { models } = useStores()
  const { place, moving } = useModelPlace()
  const [asking, setAsking] = useState(false)
  const work = useMoves()
  useEffect(() => {
    void models.lookAtPlace() // disks fill up while nobody looks
  }, [models])
  if (place.status !== 'ready') return null
  const { move } = place.value
  const goesOn = moving !== null || move?.goes_on === true
  return (
    <div className={styles.place}>
      <Lies place={place.value} onMove={goesOn || move !== null ? null : () => setAsking(true)} />
      {goesOn && <Moving share={moving} into={move?.into ?? null} onCancel={work.drop} />}
      {!goesOn && move !== null && <Interrupted into={move.into} work={work} />}
      {asking && <MoveModelsDialog folder={place.value.folder} onClose={() => setAsking(false)} />}
    </div>
  )
}

/** @param onMove null while it cannot be begun */
function Lies({ place, onMove }: { place: ModelFolder; onMove: (() => void) | null }) {
  const { t } = useTranslation('models')
  const { bytes } = useFormat()
  const { folder, models: count, bytes: size, free_bytes: free } = place
  const words =
    count === 0
      ? t('place.none')
      : free === null
        ? t('place.summaryUnknown', { count, size: bytes(size) })
        : t('place.summary', { count, size: bytes(size), free: bytes(free) })
  return (
    <div className={styles.placeLine}>
      <HardDrive size={16} aria-hidden />
      <div className={styles.placeWords}>
        <code aria-label={t('place.title')}>{folder}</code>
        <p className={styles.note}>{words}</p>
      </div>
      {onMove !== null && (
        <Button size="small" onClick={onMove}>
          {t('place.open')}
        </Button>
      )}
    </div>
  )
}

function Moving({
  share,
  into,
  onCancel,
}: {
  /** Null where another program does it. */
  share: number | null
  into: string | null
  onCancel: () => void
}) {
  const { t } = useTranslation('models')
  const { t: common } = useTranslation('common')
  const { percent } = useFormat()
  const words = share === null ? t('place.movedBy', { into: into ?? '' }) : t('place.moving')
  return (
    <div className={styles.placeMove}>
      <Progress value={share} label={words} />
      <div className={styles.placeLine}>
        <p className={styles.placeWords} role="status">
          {words}
          {share !== null && ` · ${t('place.of', { share: percent(share, 0) })}`}
        </p>
        {share !== null && (
          <Button size="small" onClick={onCancel}>
            {common('cancel')}
          </Button>
        )}
      </div>
    </div>
  )
}

function Interrupted({ into, work }: { into: string; work: ReturnType<typeof useMoves> }) {
  const { t } = useTranslation('models')
  return (
    <ErrorBanner
      tone="warning"
      title={t('place.interrupted')}
      action={
        <>
          <Button size="small" onClick={() => void work.move(into)}>
            {t('place.goOn')}
          </Button>
          <Button size="small" variant="quiet" onClick={work.drop}>
            {t('place.drop')}
          </Button>
        </>
      }
    >
      {t('place.interruptedDetail', { into })}
    </ErrorBanner>
  )
}

/** What is done about moves, each end said. */
function useMoves() {
  const { t } = useTranslation('models')
  const { models } = useStores()
  const report = useReport()
  return {
    move: async (path: string): Promise<void> => {
      try {
        const { folder } = await models.move({ path })
        notify.success(t('place.done', { folder }))
      } catch (thrown) {
        report(thrown)
      }
    },
    drop: () => void models.cancelMove().then(() => notify.success(t('place.dropped')), report),
  }
}
