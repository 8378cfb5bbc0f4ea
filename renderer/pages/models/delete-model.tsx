// A model in, a button that removes it after a question out; what was freed is said.
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ModelRecord } from '../../../main/contract/records.ts'
import { useFormat } from '../../i18n/format.ts'
import { navigate } from '../../layout/use-route.ts'
import { useStores } from '../../stores/use-stores.ts'
import { AlertDialog } from '../../ui/alert-dialog.tsx'
import { Button } from '../../ui/button.tsx'
import { notify } from '../../ui/toast.tsx'
import { useReport } from '../host-error.tsx'

export function DeleteModel({ model: { id, name, bytes: size } }: { model: ModelRecord }) {
  const { t } = useTranslation('models')
  const { bytes } = useFormat()
  const { models } = useStores()
  const report = useReport()
  const [asking, setAsking] = useState(false)

  const remove = async () => {
    try {
      const freed = await models.remove(id)
      notify.success(t('delete.done', { name, size: bytes(freed) }))
      navigate({ page: 'models' })
    } catch (thrown) {
      report(thrown)
    }
  }

  return (
    <>
      <Button icon={<Trash2 aria-hidden />} onClick={() => setAsking(true)}>
        {t('delete.action')}
      </Button>
      <AlertDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('delete.title', { name })}
        description={t('delete.description', { size: bytes(size) })}
        confirmLabel={t('delete.action')}
        onConfirm={() => void remove()}
      />
    </>
  )
}
