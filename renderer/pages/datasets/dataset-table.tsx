// The datasets as a table: name, task, rows, label balance, version.
import { useTranslation } from 'react-i18next'
import type { DatasetRecord } from '../../../main/contract/records.ts'
import { useFormat } from '../../i18n/format.ts'
import { Link } from '../../layout/link.tsx'
import { Badge } from '../../ui/badge.tsx'
import { cell, Table } from '../../ui/table.tsx'
import { Tooltip } from '../../ui/tooltip.tsx'
import { VisuallyHidden } from '../../ui/visually-hidden.tsx'
import { DatasetMenu } from './dataset-menu.tsx'
import styles from './datasets.module.css'
import { LabelBalance } from './label-balance.tsx'

export function DatasetTable({ datasets }: { datasets: readonly DatasetRecord[] }) {
  const { t } = useTranslation('datasets')
  return (
    <Table
      label={t('list.label')}
      head={
        <tr>
          <th scope="col">{t('list.name')}</th>
          <th scope="col">{t('list.task')}</th>
          <th scope="col" className={cell.numeric} title={t('list.rows')}>
            {t('list.rowsShort')}
          </th>
          <th scope="col">{t('list.balance')}</th>
          <th scope="col">{t('list.version')}</th>
          <th scope="col">{t('list.added')}</th>
          <th scope="col">
            <VisuallyHidden>{t('list.actions')}</VisuallyHidden>
          </th>
        </tr>
      }
    >
      {datasets.map((dataset) => (
        <DatasetRow key={dataset.id} dataset={dataset} />
      ))}
    </Table>
  )
}

function DatasetRow({ dataset }: { dataset: DatasetRecord }) {
  const { t } = useTranslation('datasets')
  const { t: common } = useTranslation('common')
  const { integer, moment, ago } = useFormat()
  const { splits, task } = dataset
  const rows = (['train', 'dev', 'test'] as const)
    .map((split) => integer(splits[split]?.rows ?? 0))
    .join(' / ')
  return (
    <tr>
      <td>
        <span className={styles.nameCell}>
          <Link to={{ page: 'dataset', dataset_id: dataset.id }}>{dataset.name}</Link>
          <DatasetBadges dataset={dataset} />
        </span>
      </td>
      <td className={styles.kind}>{common(`kind.${task.kind}`)}</td>
      <td className={cell.numeric} title={t('list.rows')}>
        {rows}
      </td>
      <td>
        {task.labels === null ? (
          <span className={cell.faint}>{t(task.kind === 'regression' ? 'values' : 'spans')}</span>
        ) : (
          <LabelBalance counts={splits.train?.label_counts ?? {}} labels={task.labels} legend={false} />
        )}
      </td>
      <td className={cell.mono} title={dataset.version}>
        {dataset.version.slice(0, 8)}
      </td>
      <td className={cell.faint} title={moment(dataset.created_at)}>
        {ago(dataset.created_at)}
      </td>
      <td className={cell.actions}>
        <DatasetMenu dataset={dataset} />
      </td>
    </tr>
  )
}

/** What is special about a dataset: that it is the sample, that its files are gone. */
export function DatasetBadges({ dataset }: { dataset: DatasetRecord }) {
  const { t } = useTranslation('datasets')
  return (
    <>
      {dataset.origin === 'sample' && <Badge tone="accent">{t('sample')}</Badge>}
      {!dataset.available && (
        <Tooltip content={t('goneDetail')}>
          <span tabIndex={0}>
            <Badge tone="warning">{t('gone')}</Badge>
          </span>
        </Tooltip>
      )}
    </>
  )
}
