// A download in, how far it is and what can be done with it now out: bar, speed, time left, its fault with what next.
import { Pause, Play, RotateCw, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { DownloadRecord } from '../../../main/contract/downloads.ts'
import { useFormat } from '../../i18n/format.ts'
import { bytesOf, UNDER_WAY } from '../../stores/downloads.ts'
import { useSettings, useStores } from '../../stores/use-stores.ts'
import { Button } from '../../ui/button.tsx'
import { Progress } from '../../ui/progress.tsx'
import { useReport } from '../host-error.tsx'
import styles from './downloads.module.css'
import { useFaultWords } from './use-fault-words.ts'

export function DownloadProgress({ download }: { download: DownloadRecord }) {
  const { t } = useTranslation('downloads')
  const faultWords = useFaultWords()
  const { status, fault } = download
  return (
    <div className={styles.download} data-status={status}>
      <Progress
        value={shareOf(download)}
        label={t('progress', { name: download.name })}
        tone={status === 'failed' ? 'danger' : UNDER_WAY.has(status) ? 'accent' : 'neutral'}
      />
      <div className={styles.line}>
        <p className={styles.words} role="status">
          <Words download={download} />
        </p>
        <Actions download={download} />
      </div>
      {fault !== null && (
        <p className={status === 'failed' ? styles.failure : styles.hindrance} data-testid="fault">
          {faultWords(fault)}
        </p>
      )}
    </div>
  )
}

/** 0 to 1; null where it cannot be told. */
function shareOf(download: DownloadRecord): number | null {
  const { installing, status } = download
  if (status === 'installing')
    return installing?.total == null ? null : installing.done / Math.max(1, installing.total)
  if (status === 'verifying') return null
  const { done, total } = bytesOf(download)
  if (total !== null) return done / Math.max(1, total)
  return UNDER_WAY.has(status) && done > 0 ? null : 0
}

function Words({ download }: { download: DownloadRecord }) {
  const { t } = useTranslation('downloads')
  const { bytes, duration, clock } = useFormat()
  const { offline } = useSettings().downloads
  const { status, bytes_per_second, eta_seconds, next_try_at } = download
  const { done, total } = bytesOf(download)
  const parts = [
    status === 'waiting' && next_try_at !== null
      ? t('waitingUntil', { time: clock(next_try_at) })
      : status === 'queued' && offline
        ? t('offline')
        : t(`status.${status}`),
  ]
  if (total !== null) parts.push(t('bytesOf', { done: bytes(done), total: bytes(total) }))
  else if (done > 0) parts.push(t('bytes', { done: bytes(done) }))
  if (status === 'downloading' && bytes_per_second !== null)
    parts.push(t('speed', { speed: bytes(bytes_per_second) }))
  if (status === 'downloading' && eta_seconds !== null)
    parts.push(t('left', { duration: duration(Math.ceil(eta_seconds)) }))
  return parts.join(' · ')
}

function Actions({ download: { id, name, status } }: { download: DownloadRecord }) {
  const { t } = useTranslation('downloads')
  const { downloads } = useStores()
  const report = useReport()
  const named = (action: 'pause' | 'resume' | 'retry' | 'now' | 'cancel' | 'dismiss'): string =>
    t('named', { action: t(`action.${action}`), name })
  const again = status === 'failed' ? 'retry' : status === 'waiting' ? 'now' : 'resume'
  const away = status === 'failed' || status === 'done' ? 'dismiss' : 'cancel'
  return (
    <div className={styles.actions}>
      {UNDER_WAY.has(status) && (
        <Button
          size="small"
          icon={<Pause aria-hidden />}
          aria-label={named('pause')}
          onClick={() => void downloads.pause(id).catch(report)}
        >
          {t('action.pause')}
        </Button>
      )}
      {(status === 'paused' || status === 'failed' || status === 'waiting') && (
        <Button
          size="small"
          variant={status === 'failed' ? 'primary' : 'secondary'}
          icon={again === 'resume' ? <Play aria-hidden /> : <RotateCw aria-hidden />}
          aria-label={named(again)}
          onClick={() => void downloads.resume(id).catch(report)}
        >
          {t(`action.${again}`)}
        </Button>
      )}
      <Button
        size="small"
        variant="quiet"
        icon={<X aria-hidden />}
        aria-label={named(away)}
        onClick={() => void downloads.remove(id).catch(report)}
      >
        {t(`action.${away}`)}
      </Button>
    </div>
  )
}
