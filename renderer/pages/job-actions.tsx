// A job in, what can be done with it now out: its buttons and its menu, with a question before what loses work.
import { Copy, Ellipsis, Pause, Play, Square, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { JobRecord, JobStatus } from '../../main/contract/records.ts'
import { navigate } from '../layout/use-route.ts'
import { RESUMABLE, WORKING } from '../stores/jobs.ts'
import { useStores } from '../stores/use-stores.ts'
import { AlertDialog } from '../ui/alert-dialog.tsx'
import { Button } from '../ui/button.tsx'
import { DropdownMenu, type MenuItem } from '../ui/dropdown-menu.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { useReport } from './host-error.tsx'

const PAUSABLE: ReadonlySet<JobStatus> = new Set(['queued', 'preparing', 'running', 'finishing'])
const CANCELLABLE: ReadonlySet<JobStatus> = new Set([...PAUSABLE, 'pausing', 'paused', 'interrupted'])

/** @param onRemoved called after the job is gone, for a page that shows nothing else */
export function JobActions({
  job,
  size = 'small',
  canResume = true,
  onRemoved,
}: {
  job: JobRecord
  size?: 'small' | 'regular'
  /** False where the page offers Resume in another place. */
  canResume?: boolean
  onRemoved?: () => void
}) {
  const { t } = useTranslation('queue')
  const { jobs } = useStores()
  const report = useReport()
  const [asking, setAsking] = useState<'cancel' | 'remove' | null>(null)
  const named = (action: 'pause' | 'resume'): string =>
    t('actions.named', { action: t(`actions.${action}`), name: job.name })

  const items: MenuItem[] = []
  // What only answers a file has no form that could be filled.
  if (job.do_train)
    items.push({
      label: t('actions.duplicate'),
      icon: <Copy aria-hidden />,
      onSelect: () => navigate({ page: 'new-run', from_job_id: job.id }),
    })
  if (CANCELLABLE.has(job.status)) {
    items.push({
      label: t('actions.cancel'),
      icon: <Square aria-hidden />,
      // A run that has done nothing yet loses nothing.
      onSelect: () => (job.progress === null ? void jobs.cancel(job.id).catch(report) : setAsking('cancel')),
    })
  }
  if (!WORKING.has(job.status)) {
    if (items.length > 0) items.push('separator')
    items.push({
      label: t('actions.remove'),
      icon: <Trash2 aria-hidden />,
      danger: true,
      onSelect: () => setAsking('remove'),
    })
  }
  return (
    <>
      {PAUSABLE.has(job.status) && (
        <Button
          size={size}
          icon={<Pause aria-hidden />}
          aria-label={named('pause')}
          onClick={() => void jobs.pause(job.id).catch(report)}
        >
          {t('actions.pause')}
        </Button>
      )}
      {canResume && RESUMABLE.has(job.status) && (
        <Button
          size={size}
          icon={<Play aria-hidden />}
          aria-label={named('resume')}
          onClick={() => void jobs.resume(job.id).catch(report)}
        >
          {t('actions.resume')}
        </Button>
      )}
      <DropdownMenu
        trigger={
          <IconButton
            size={size}
            label={t('actions.more', { name: job.name })}
            icon={<Ellipsis aria-hidden />}
          />
        }
        items={items}
      />
      <AlertDialog
        open={asking === 'cancel'}
        onOpenChange={(open) => !open && setAsking(null)}
        title={t('confirmCancel.title', { name: job.name })}
        description={t('confirmCancel.description')}
        confirmLabel={t('confirmCancel.confirm')}
        onConfirm={() => void jobs.cancel(job.id).catch(report)}
      />
      <AlertDialog
        open={asking === 'remove'}
        onOpenChange={(open) => !open && setAsking(null)}
        title={t('confirmRemove.title', { name: job.name })}
        description={t('confirmRemove.description')}
        confirmLabel={t('confirmRemove.confirm')}
        onConfirm={() => void jobs.remove(job.id).then(onRemoved, report)}
      />
    </>
  )
}
