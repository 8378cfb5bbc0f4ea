// What can be done with a dataset: start a run on it, delete it after a question.
import { Ellipsis, SquarePen, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DatasetRecord } from '../../../main/contract/records.ts'
import { navigate } from '../../layout/use-route.ts'
import { useStores } from '../../stores/use-stores.ts'
import { AlertDialog } from '../../ui/alert-dialog.tsx'
import { DropdownMenu } from '../../ui/dropdown-menu.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { notify } from '../../ui/toast.tsx'
import { useReport } from '../host-error.tsx'

/** @param onDeleted after it is gone */
export function DatasetMenu({ dataset, onDeleted }: { dataset: DatasetRecord; onDeleted?: () => void }) {
  const { t } = useTranslation('datasets')
  const { datasets } = useStores()
  const report = useReport()
  const [asking, setAsking] = useState(false)

  const remove = async () => {
    try {
      await datasets.remove(dataset.id)
      notify.success(t('delete.done', { name: dataset.name }))
      onDeleted?.()
    } catch (thrown) {
      report(thrown)
    }
  }

  return (
    <>
      <DropdownMenu
        trigger={
          <IconButton
            label={t('actionsOf', { name: dataset.name })}
            icon={<Ellipsis aria-hidden />}
            size="small"
          />
        }
        items={[
          {
            label: t('startRun'),
            icon: <SquarePen aria-hidden />,
            disabled: !dataset.available,
            onSelect: () => navigate({ page: 'new-run', dataset_id: dataset.id }),
          },
          'separator',
          {
            label: t('delete.action'),
            icon: <Trash2 aria-hidden />,
            danger: true,
            onSelect: () => setAsking(true),
          },
        ]}
      />
      <AlertDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('delete.title', { name: dataset.name })}
        description={t('delete.description')}
        confirmLabel={t('delete.confirm')}
        onConfirm={() => void remove()}
      />
    </>
  )
}
