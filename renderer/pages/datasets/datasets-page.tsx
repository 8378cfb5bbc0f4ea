// All datasets with their sizes and labels, and the place to drop new ones.
import { Database } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDatasets, useStores } from '../../stores/use-stores.ts'
import type { ImportFlow } from '../../stores/import-flow.ts'
import { navigate } from '../../layout/use-route.ts'
import { Card } from '../../ui/card.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { FileDrop } from '../../ui/file-drop.tsx'
import { Page, PageHeader } from '../../ui/page-header.tsx'
import { notify } from '../../ui/toast.tsx'
import { RemoteView } from '../remote-view.tsx'
import { BenchmarkPanel } from './benchmark-panel.tsx'
import { DatasetTable } from './dataset-table.tsx'
import styles from './datasets.module.css'
import { FILE_EXTENSIONS } from './file-extensions.ts'
import { ImportDialog } from './import-dialog.tsx'

export function DatasetsPage() {
  const { t } = useTranslation('datasets')
  const stores = useStores()
  const datasets = useDatasets()
  const [flow, setFlow] = useState<ImportFlow | null>(null)

  const open = (fill: (next: ImportFlow) => Promise<void>) => {
    const next = stores.startImport()
    setFlow(next)
    void fill(next)
  }
  const start = (files: readonly unknown[]) => open((next) => next.addFiles(files))

  return (
    <Page>
      <PageHeader title={t('title')} description={t('description')} />
      <RemoteView of={datasets}>
        {(all) =>
          all.length === 0 ? (
            <Card>
              <EmptyState icon={<Database />} title={t('empty.title')} description={t('empty.description')} />
              <FileDrop
                label={t('drop.label')}
                hint={t('drop.hint')}
                extensions={FILE_EXTENSIONS}
                folderLabel={t('drop.folder')}
                onFiles={start}
              />
              <ExampleTable />
            </Card>
          ) : (
            <>
              <FileDrop
                label={t('drop.label')}
                hint={t('drop.hint')}
                extensions={FILE_EXTENSIONS}
                folderLabel={t('drop.folder')}
                compact
                onFiles={start}
              />
              <Card flush>
                <DatasetTable datasets={all} />
              </Card>
            </>
          )
        }
      </RemoteView>
      <BenchmarkPanel onImport={(folder) => open((next) => next.addKnown([folder]))} />
      {flow !== null && (
        <ImportDialog
          flow={flow}
          onClose={() => {
            if (!flow.getState().importing) void flow.cancel() // nobody waits for it any more
            setFlow(null)
          }}
          onImported={(dataset) => {
            setFlow(null)
            notify.success(t('import.done', { name: dataset.name }))
            navigate({ page: 'dataset', dataset_id: dataset.id })
          }}
        />
      )}
    </Page>
  )
}

/** What a file may look like: shown while nobody has seen one. */
function ExampleTable() {
  const { t } = useTranslation('datasets')
  return (
    <figure className={styles.example}>
      <figcaption>{t('empty.example')}</figcaption>
      <table>
        <thead>
          <tr>
            <th>sentence</th>
            <th>label</th>
          </tr>
        </thead>
        <tbody>
          {EXAMPLE.map(([sentence, label]) => (
            <tr key={label}>
              <td>{sentence}</td>
              <td>{label}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  )
}

const EXAMPLE = [
  ['The treaty was laid before the Senate.', 'early'],
  ['We will rebuild our schools.', 'modern'],
] as const
