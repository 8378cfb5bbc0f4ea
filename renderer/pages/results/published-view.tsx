// Published scores and one's own runs in, the table of v1 against v2 and the chart of one task out.
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PublishedResults, ResultRecord } from '../../../main/contract/records.ts'
import { useColumnTitle } from '../../i18n/use-column-title.ts'
import { Card } from '../../ui/card.tsx'
import { Select } from '../../ui/select.tsx'
import { compare } from './comparison.ts'
import { ComparisonChart, type ChartKind } from './comparison-chart.tsx'
import { ComparisonTable } from './comparison-table.tsx'
import styles from './results.module.css'

export function PublishedView({
  published: told,
  results,
}: {
  published: PublishedResults
  results: readonly ResultRecord[]
}) {
  const { t } = useTranslation('results')
  const titleOf = useColumnTitle()
  const published = useMemo(() => {
    const columns = told.columns.map((column) => ({ ...column, title: titleOf(column) }))
    return { ...told, columns }
  }, [told, titleOf])
  const comparison = useMemo(() => compare(published, results), [published, results])
  const [key, setKey] = useState(published.columns[0]?.key ?? '')
  const [kind, setKind] = useState<ChartKind>('bars')
  const column = published.columns.find((one) => one.key === key) ?? published.columns[0]
  return (
    <div className={styles.published}>
      <Card
        flush
        title={t('comparison.table')}
        description={t('comparison.source', { source: published.source })}
      >
        <ComparisonTable published={published} comparison={comparison} chosen={column?.key ?? ''} />
      </Card>
      {column !== undefined && (
        <Card
          title={t('chart.title')}
          actions={
            <>
              <div className={styles.select}>
                <Select
                  hideLabel
                  size="small"
                  label={t('chart.column')}
                  value={column.key}
                  options={published.columns.map((one) => ({ value: one.key, label: one.title }))}
                  onValueChange={setKey}
                />
              </div>
              <div className={styles.select}>
                <Select
                  hideLabel
                  size="small"
                  label={t('chart.kind')}
                  value={kind}
                  options={[
                    { value: 'bars', label: t('chart.bars') },
                    { value: 'parameters', label: t('chart.parameters') },
                  ]}
                  onValueChange={setKind}
                />
              </div>
            </>
          }
        >
          <ComparisonChart comparison={comparison} column={column} kind={kind} />
        </Card>
      )}
    </div>
  )
}
