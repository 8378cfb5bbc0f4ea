// Finished runs in, the table of them out: what each was made of, its score beside the majority class, every knob on demand.
import { Trophy } from 'lucide-react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldsOf } from '../../../engine/spec/fields.ts'
import { Hyperparameters, type HyperparameterName } from '../../../engine/spec/hyperparameters.ts'
import type { ResultRecord } from '../../../main/contract/records.ts'
import { useSpecWords } from '../../forms/spec-words.ts'
import { useFormat } from '../../i18n/format.ts'
import { useMetricName } from '../../i18n/use-metric-name.ts'
import { Link } from '../../layout/link.tsx'
import { navigate } from '../../layout/use-route.ts'
import { DataTable, type DataColumn } from '../../tables/data-table.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { notify } from '../../ui/toast.tsx'
import styles from './results.module.css'

/** The knobs by which people tell runs apart; the others are a click away. */
const KEY_KNOBS: ReadonlySet<string> = new Set<HyperparameterName>([
  'learning_rate',
  'train_batch_size',
  'train_step',
  'max_seq_length',
  'seed',
])

export function ResultsTable({ results }: { results: readonly ResultRecord[] }) {
  const { t } = useTranslation('results')
  const columns = useColumns()
  if (results.length === 0) {
    return (
      <Card>
        <EmptyState
          icon={<Trophy />}
          title={t('empty')}
          description={t('emptyHint')}
          action={<Button onClick={() => navigate({ page: 'new-run' })}>{t('newRun')}</Button>}
        />
      </Card>
    )
  }
  return (
    <Card flush>
      <DataTable
        label={t('table')}
        rows={results}
        columns={columns}
        keyOf={keyOf}
        sortBy={NEWEST_FIRST}
        fileName="albert-results.csv"
        onCopied={() => notify.success(t('csvCopied'))}
      />
    </Card>
  )
}

const NEWEST_FIRST = { id: 'finished', desc: true }
const keyOf = (record: ResultRecord): string => record.job_id

function useColumns(): DataColumn<ResultRecord>[] {
  const { t } = useTranslation('results')
  const format = useFormat()
  const metricName = useMetricName()
  const words = useSpecWords()
  return useMemo(() => {
    const knobs = fieldsOf(Hyperparameters).map((field): DataColumn<ResultRecord> => {
      const valueOf = ({ hyperparameters }: ResultRecord) => hyperparameters[field.name as HyperparameterName]
      return {
        id: field.name,
        title: words.title(field),
        value: (record) => {
          const value = valueOf(record)
          return typeof value === 'boolean' ? Number(value) : value
        },
        draw: (record) => words.value(field, valueOf(record)),
        numeric: field.kind === 'integer' || field.kind === 'number',
        hidden: !KEY_KNOBS.has(field.name),
      }
    })
    return [
      {
        id: 'name',
        title: t('columns.name'),
        value: (record) => record.job_name,
        draw: (record) => (
          <Link to={{ page: 'run', job_id: record.job_id }} className={styles.run}>
            {record.job_name}
          </Link>
        ),
        fixed: true,
      },
      {
        id: 'score',
        title: t('columns.score'),
        value: scoreOf,
        draw: (record) => <Score record={record} />,
        numeric: true,
      },
      {
        id: 'majority',
        title: t('columns.majority'),
        value: ({ result }) => result.majority,
        draw: ({ result }) =>
          result.majority === null ? null : (
            <span className={styles.faint}>{format.percent(result.majority, 2)}</span>
          ),
        numeric: true,
      },
      { id: 'task', title: t('columns.task'), value: (record) => record.task_title },
      { id: 'dataset', title: t('columns.dataset'), value: (record) => record.dataset_name, hidden: true },
      { id: 'model', title: t('columns.model'), value: (record) => record.model_name },
      ...knobs,
      {
        id: 'metric',
        title: t('columns.metric'),
        value: ({ result }) => metricName(result.best_by),
        hidden: true,
      },
      {
        id: 'step',
        title: t('columns.step'),
        value: ({ result }) => result.best_step,
        draw: ({ result }) => format.integer(result.best_step),
        numeric: true,
        hidden: true,
      },
      {
        id: 'parameters',
        title: t('columns.parameters'),
        value: ({ result }) => result.parameters,
        draw: ({ result }) => format.compact(result.parameters),
        numeric: true,
        hidden: true,
      },
      {
        id: 'version',
        title: t('columns.version'),
        value: (record) => record.dataset_version,
        hidden: true,
      },
      {
        id: 'time',
        title: t('columns.time'),
        value: ({ result }) => result.train_seconds,
        draw: ({ result }) => format.duration(result.train_seconds),
        numeric: true,
      },
      {
        id: 'finished',
        title: t('columns.finished'),
        value: (record) => new Date(record.finished_at).toISOString(),
        draw: (record) => format.moment(record.finished_at),
        numeric: true,
      },
    ]
    // `metricName` is a new function in every render and changes with the language only, as `t` does.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [t, format, words])
}

function scoreOf({ result }: ResultRecord): number | null {
  return result.metrics[result.best_by] ?? null
}

/** The score and, where it is not the usual accuracy, what it is. Grey when the majority class does as well. */
function Score({ record }: { record: ResultRecord }) {
  const format = useFormat()
  const metricName = useMetricName()
  const score = scoreOf(record)
  const { best_by, majority } = record.result
  if (score === null) return null
  const isAbove = best_by !== 'accuracy' || majority === null || score > majority
  return (
    <span className={isAbove ? styles.score : styles.faint}>
      {format.metric(best_by, score)}
      {best_by !== 'accuracy' && <small className={styles.metric}>{metricName(best_by)}</small>}
    </span>
  )
}
