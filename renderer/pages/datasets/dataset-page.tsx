// One dataset: its splits with their labels, and its first rows as they stand in the files.
import { ArrowLeft, SquarePen } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { SplitName, type TaskSpec } from '../../../engine/spec/task-spec.ts'
import type { MethodOutput } from '../../../main/contract/host.ts'
import type { DatasetRecord } from '../../../main/contract/records.ts'
import { useFormat } from '../../i18n/format.ts'
import { Link } from '../../layout/link.tsx'
import { navigate } from '../../layout/use-route.ts'
import { hostErrorOf, LOADING, type Remote } from '../../stores/remote.ts'
import { useDatasets, useStores } from '../../stores/use-stores.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorBanner } from '../../ui/error-banner.tsx'
import { Page, PageHeader } from '../../ui/page-header.tsx'
import { cell, Table } from '../../ui/table.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { RemoteView } from '../remote-view.tsx'
import { DatasetMenu } from './dataset-menu.tsx'
import { DatasetBadges } from './dataset-table.tsx'
import styles from './datasets.module.css'
import { LabelBalance } from './label-balance.tsx'

export function DatasetPage({ dataset_id }: { dataset_id: string }) {
  const { t } = useTranslation('datasets')
  const datasets = useDatasets()
  return (
    <Page>
      <RemoteView of={datasets}>
        {(all) => {
          const dataset = all.find((one) => one.id === dataset_id)
          return dataset === undefined ? (
            <EmptyState
              icon={<ArrowLeft />}
              title={t('page.missing')}
              action={<Link to={{ page: 'datasets' }}>{t('page.back')}</Link>}
            />
          ) : (
            <Dataset dataset={dataset} />
          )
        }}
      </RemoteView>
    </Page>
  )
}

function Dataset({ dataset }: { dataset: DatasetRecord }) {
  const { t } = useTranslation('datasets')
  const { t: common } = useTranslation('common')
  const present = SplitName.options.filter((split) => dataset.splits[split] !== undefined)
  const [split, setSplit] = useState<SplitName>(present[0] ?? 'train')
  const facts = [
    common(`kind.${dataset.task.kind}`),
    ...factsOf(dataset.task).map((fact) => t(`page.${fact}`, { count: dataset.task.labels?.length ?? 0 })),
    dataset.version.slice(0, 12),
  ]
  return (
    <>
      <PageHeader
        back={<Link to={{ page: 'datasets' }}>← {t('page.back')}</Link>}
        title={dataset.name}
        description={facts.join(' · ')}
        status={<DatasetBadges dataset={dataset} />}
        actions={
          <>
            <DatasetMenu dataset={dataset} onDeleted={() => navigate({ page: 'datasets' })} />
            <Button
              variant="primary"
              icon={<SquarePen aria-hidden />}
              disabled={!dataset.available}
              onClick={() => navigate({ page: 'new-run', dataset_id: dataset.id })}
            >
              {t('startRun')}
            </Button>
          </>
        }
      />
      {!dataset.available && (
        <ErrorBanner tone="warning" title={t('gone')}>
          {t('goneDetail')}
        </ErrorBanner>
      )}
      <div className={styles.splits}>
        {SplitName.options.map((name) => (
          <SplitCard key={name} dataset={dataset} split={name} />
        ))}
      </div>
      <Card>
        <Tabs
          label={t('page.splits')}
          value={split}
          onValueChange={(next) => setSplit(SplitName.parse(next))}
          tabs={present.map((name) => ({
            value: name,
            label: common(`split.${name}`),
            content: <SplitRows key={`${dataset.version}-${name}`} dataset={dataset} split={name} />,
          }))}
        />
      </Card>
    </>
  )
}

/** What a row consists of. */
function factsOf({
  kind,
  unanswerable,
  splits,
}: TaskSpec): ('pair' | 'single' | 'questions' | 'options' | 'unanswerable')[] {
  if (kind === 'extractive-qa') return unanswerable === true ? ['questions', 'unanswerable'] : ['questions']
  if (kind === 'multiple-choice') return ['questions', 'options']
  return [splits.train?.columns.text_b != null ? 'pair' : 'single']
}

function SplitCard({ dataset, split }: { dataset: DatasetRecord; split: SplitName }) {
  const { t } = useTranslation('datasets')
  const { t: common } = useTranslation('common')
  const { integer, bytes } = useFormat()
  const summary = dataset.splits[split]
  return (
    <Card title={common(`split.${split}`)}>
      {summary === undefined ? (
        <p className={styles.hint}>{t('page.none')}</p>
      ) : (
        <>
          <p className={styles.splitRows} title={t('page.hash', { hash: summary.sha256 })}>
            {integer(summary.rows)} <small>{bytes(summary.bytes)}</small>
          </p>
          {dataset.task.labels !== null && (
            <LabelBalance counts={summary.label_counts} labels={dataset.task.labels} />
          )}
        </>
      )}
    </Card>
  )
}

function SplitRows({ dataset, split }: { dataset: DatasetRecord; split: SplitName }) {
  const { t } = useTranslation('datasets')
  const { t: common } = useTranslation('common')
  const { integer } = useFormat()
  const rows = useRows(dataset.id, split)
  const total = dataset.splits[split]?.rows ?? 0
  return (
    <RemoteView of={rows} lines={6}>
      {({ columns, rows: shown }) =>
        shown.length === 0 ? (
          <p className={styles.hint}>{t('page.noRows')}</p>
        ) : (
          <>
            <Table
              label={t('page.rowsLabel', { split: common(`split.${split}`) })}
              maxHeight="26rem"
              dense
              head={
                <tr>
                  <th scope="col" className={cell.numeric}>
                    {t('page.line')}
                  </th>
                  {columns.map((column, index) => (
                    <th key={index} scope="col">
                      {column}
                    </th>
                  ))}
                </tr>
              }
            >
              {shown.map(({ line, cells }) => (
                <tr key={line}>
                  <td className={`${cell.numeric} ${cell.faint}`}>{line}</td>
                  {columns.map((_, index) => (
                    <td key={index} className={cell.clip} title={cells[index]}>
                      {cells[index]}
                    </td>
                  ))}
                </tr>
              ))}
            </Table>
            <p className={styles.hint}>{t('page.first', { count: shown.length, total: integer(total) })}</p>
          </>
        )
      }
    </RemoteView>
  )
}

function useRows(dataset_id: string, split: SplitName): Remote<MethodOutput<'datasets.rows'>> {
  const { datasets } = useStores()
  const [rows, setRows] = useState<Remote<MethodOutput<'datasets.rows'>>>(LOADING)
  useEffect(() => {
    let current = true
    datasets.rows(dataset_id, split).then(
      (value) => current && setRows({ status: 'ready', value }),
      (thrown: unknown) => current && setRows({ status: 'failed', error: hostErrorOf(thrown) }),
    )
    return () => {
      current = false
    }
  }, [datasets, dataset_id, split])
  return rows
}
