// What can be fetched in; the button that fetches it, or the download that there is of it, out.
import { Download } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { DownloadItem } from '../../../main/contract/downloads.ts'
import { useDownload, useSettings, useStores } from '../../stores/use-stores.ts'
import { Button } from '../../ui/button.tsx'
import { useReport } from '../host-error.tsx'
import { DownloadProgress } from './download-progress.tsx'

/** @param label what the button says; without it, “Download” */
export function StartButton({ item, name, label }: { item: DownloadItem; name: string; label?: string }) {
  const { t } = useTranslation('downloads')
  const { downloads } = useStores()
  const { offline } = useSettings().downloads
  const download = useDownload(item)
  const report = useReport()
  if (download !== undefined && download.status !== 'done') return <DownloadProgress download={download} />
  const words = label ?? t('action.start')
  return (
    <Button
      size="small"
      icon={<Download aria-hidden />}
      aria-label={t('named', { action: words, name })}
      disabled={offline}
      title={offline ? t('fault.offline') : undefined}
      onClick={() => void downloads.start(item).catch(report)}
    >
      {words}
    </Button>
  )
}
