// A model in, a button that gives it another name out.
import { Pencil } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ModelRecord } from '../../../main/contract/records.ts'
import { useStores } from '../../stores/use-stores.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { notify } from '../../ui/toast.tsx'
import { useReport } from '../host-error.tsx'

export function RenameModel({ model }: { model: ModelRecord }) {
  const { t } = useTranslation('models')
  const [asking, setAsking] = useState(false)
  return (
    <>
      <Button icon={<Pencil aria-hidden />} onClick={() => setAsking(true)}>
        {t('rename.action')}
      </Button>
      {asking && <RenameDialog model={model} onClose={() => setAsking(false)} />}
    </>
  )
}

function RenameDialog({ model: { id, name: before }, onClose }: { model: ModelRecord; onClose: () => void }) {
  const { t } = useTranslation('models')
  const { models } = useStores()
  const report = useReport()
  const [name, setName] = useState(before)
  const [busy, setBusy] = useState(false)
  const wanted = name.trim()
  const rename = async () => {
    if (wanted === '' || busy) return
    setBusy(true)
    try {
      await models.rename(id, wanted)
      notify.success(t('rename.done', { name: wanted }))
      onClose()
    } catch (thrown) {
      report(thrown)
      setBusy(false)
    }
  }
  return (
    <Dialog
      open
      size="small"
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={t('rename.title', { name: before })}
      footer={
        <Button variant="primary" disabled={wanted === ''} busy={busy} onClick={() => void rename()}>
          {t('rename.action')}
        </Button>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void rename()
        }}
      >
        <TextField
          label={t('rename.label')}
          hint={t('rename.hint')}
          value={name}
          onValueChange={setName}
          maxLength={100}
        />
      </form>
    </Dialog>
  )
}
