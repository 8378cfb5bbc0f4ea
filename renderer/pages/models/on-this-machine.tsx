// The models that are on this machine, as a table, and the two ways to more of them that need no download.
import { Import, SquarePen } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ModelRecord } from '../../../main/contract/records.ts'
import { useFormat } from '../../i18n/format.ts'
import { Link } from '../../layout/link.tsx'
import { navigate } from '../../layout/use-route.ts'
import type { ModelImport } from '../../stores/model-import.ts'
import { useModels, useStores } from '../../stores/use-stores.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { FileDrop } from '../../ui/file-drop.tsx'
import { cell, Table } from '../../ui/table.tsx'
import { notify } from '../../ui/toast.tsx'
import { RemoteView } from '../remote-view.tsx'
import { ModelImportDialog } from './model-import-dialog.tsx'
import styles from './models.module.css'
import { ModelPlace } from './model-place.tsx'
import { NewModelDialog } from './new-model-dialog.tsx'

export function OnThisMachine() {
  const { t } = useTranslation('models')
  const stores = useStores()
  const models = useModels()
  const [flow, setFlow] = useState<ModelImport | null>(null)
  const [making, setMaking] = useState(false)

  const open = (files: readonly unknown[]) => {
    const next = stores.startModelImport()
    setFlow(next)
    if (files.length > 0) void next.start(files, { name: '', gelu: 'refuse' })
  }

  return (
    <>
      <Card
        title={t('here.title')}
        description={t('here.description')}
        flush
        actions={
          <>
            <Button icon={<SquarePen aria-hidden />} onClick={() => setMaking(true)}>
              {t('new.open')}
            </Button>
            <Button icon={<Import aria-hidden />} onClick={() => open([])}>
              {t('import.open')}
            </Button>
          </>
        }
      >
        <RemoteView of={models}>{(all) => <ModelTable models={all} />}</RemoteView>
        <ModelPlace />
        <div className={styles.drop}>
          <FileDrop label={t('import.drop')} folderLabel={t('import.folder')} compact onFiles={open} />
        </div>
      </Card>
      {flow !== null && (
        <ModelImportDialog
          flow={flow}
          onClose={() => setFlow(null)}
          onImported={({ id, name }) => {
            setFlow(null)
            notify.success(t('import.done', { name }))
            navigate({ page: 'model', model_id: id })
          }}
        />
      )}
      {making && (
        <NewModelDialog
          onClose={() => setMaking(false)}
          onMade={({ id }) => {
            setMaking(false)
            navigate({ page: 'model', model_id: id })
          }}
        />
      )}
    </>
  )
}

function ModelTable({ models }: { models: readonly ModelRecord[] }) {
  const { t } = useTranslation('models')
  const { compact, integer, bytes } = useFormat()
  return (
    <Table
      label={t('here.label')}
      head={
        <tr>
          <th scope="col">{t('here.name')}</th>
          <th scope="col" className={cell.numeric}>
            {t('here.parameters')}
          </th>
          <th scope="col" className={cell.numeric}>
            {t('here.layers')}
          </th>
          <th scope="col" className={cell.numeric}>
            {t('here.hidden')}
          </th>
          <th scope="col" className={cell.numeric}>
            {t('here.size')}
          </th>
          <th scope="col">{t('here.weights')}</th>
        </tr>
      }
    >
      {models.map((model) => (
        <tr key={model.id}>
          <td>
            <Link to={{ page: 'model', model_id: model.id }}>{model.name}</Link>
          </td>
          <td className={cell.numeric}>{compact(model.parameters)}</td>
          <td className={cell.numeric}>{integer(model.albert_config.num_hidden_layers)}</td>
          <td className={cell.numeric}>{integer(model.albert_config.hidden_size)}</td>
          <td className={cell.numeric}>{model.bytes === 0 ? '–' : bytes(model.bytes)}</td>
          <td>
            <WeightsBadge model={model} />
          </td>
        </tr>
      ))}
    </Table>
  )
}

/** Whether a run starts from trained weights, from fresh ones, or cannot start. */
export function WeightsBadge({ model: { available, pretrained } }: { model: ModelRecord }) {
  const { t } = useTranslation('models')
  if (!available) return <Badge tone="danger">{t('here.gone')}</Badge>
  return (
    <Badge tone={pretrained ? 'success' : 'neutral'}>{t(pretrained ? 'here.trained' : 'here.fresh')}</Badge>
  )
}
