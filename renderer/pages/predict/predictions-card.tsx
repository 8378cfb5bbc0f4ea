// A finished run in, what it predicted out: a table of texts and answers that leaves as CSV, and where the files lie.
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Predictions } from '../../../main/contract/predictions.ts'
import type { JobRecord } from '../../../main/contract/records.ts'
import { useFormat } from '../../i18n/format.ts'
import { hostErrorOf, LOADING, type Remote } from '../../stores/remote.ts'
import { useStores } from '../../stores/use-stores.ts'
import { DataTable, type DataColumn } from '../../tables/data-table.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { notify } from '../../ui/toast.tsx'
import { RemoteView } from '../remote-view.tsx'
import styles from './predict.module.css'

/** Rows that are asked for at once. */
const ROWS = 500
/** The files that hold predictions. */
const FILES: readonly string[] = ['submit_results.tsv', 'predictions.json']

/** Nothing where the run predicted nothing. */
export function PredictionsCard({ job }: { job: JobRecord }) {
  const predicted = job.status === 'done' && job.result?.files.some((file) => FILES.includes(file)) === true
  return predicted ? <Predicted job={job} /> : null
}

type Row = Predictions['rows'][number] & { line: number }

function Predicted({ job }: { job: JobRecord }) {
  const { t } = useTranslation('predict')
  const { integer } = useFormat()
  const [found, more] = usePredictions(job.id)
  return (
    <Card title={t('predictions.title')} flush>
      <RemoteView of={found} lines={6}>
        {(all) => (
          <>
            <p className={styles.place}>
              {t('predictions.files', { files: all.files.join(', ') })} <code>{all.folder}</code>
            </p>
            <PredictionTable job={job} predictions={all} />
            {all.rows.length < all.total && (
              <div className={styles.more}>
                {t('predictions.shown', { shown: integer(all.rows.length), total: integer(all.total) })}
                <Button size="small" onClick={more}>
                  {t('predictions.more')}
                </Button>
              </div>
            )}
          </>
        )}
      </RemoteView>
    </Card>
  )
}

function PredictionTable({
  job,
  predictions: { texts, rows },
}: {
  job: JobRecord
  predictions: Predictions
}) {
  const { t } = useTranslation('predict')
  const { t: common } = useTranslation('common')
  const { percent } = useFormat()
  const { labels } = job.task
  const numbered = useMemo(() => rows.map((row, index) => ({ ...row, line: index + 1 })), [rows])
  const columns = useMemo(
    (): DataColumn<Row>[] => [
      ...texts.map((text, at): DataColumn<Row> => ({
        id: text,
        title: t(`predictions.texts.${text}`),
        value: (row) => row.texts[at] ?? '',
      })),
      {
        id: 'prediction',
        title: t('predictions.answer'),
        value: ({ prediction }) => prediction,
        draw: ({ prediction }) => (prediction === '' ? t('predictions.none') : prediction),
      },
      ...(labels === null
        ? []
        : [
            {
              id: 'probability',
              title: t('predictions.probability'),
              value: ({ probability }: Row) => probability,
              draw: ({ probability }: Row) => (probability === null ? '–' : percent(probability)),
              numeric: true,
            },
          ]),
      { id: 'id', title: t('predictions.id'), value: ({ id }) => id },
      { id: 'line', title: t('predictions.row'), value: ({ line }) => line, numeric: true, hidden: true },
    ],
    [t, texts, labels, percent],
  )
  return (
    <DataTable
      label={t('predictions.title')}
      rows={numbered}
      columns={columns}
      keyOf={({ line }) => String(line)}
      sortBy={{ id: 'line', desc: false }}
      fileName="predictions.csv"
      maxHeight="28rem"
      onCopied={() => notify.success(common('copied'))}
    />
  )
}

/** @returns what is here of them, and what asks for the next rows */
function usePredictions(job_id: string): [Remote<Predictions>, () => void] {
  const { jobs } = useStores()
  const [found, setFound] = useState<Remote<Predictions>>(LOADING)
  const [wanted, setWanted] = useState(ROWS)
  useEffect(() => {
    let current = true
    const from = wanted - ROWS
    jobs.predictions(job_id, from, ROWS).then(
      (value) => {
        if (!current) return
        setFound((before) => {
          const rows =
            before.status === 'ready' && from > 0 ? [...before.value.rows, ...value.rows] : value.rows
          return { status: 'ready', value: { ...value, rows } }
        })
      },
      (thrown: unknown) => current && setFound({ status: 'failed', error: hostErrorOf(thrown) }),
    )
    return () => {
      current = false
    }
  }, [jobs, job_id, wanted])
  return [found, () => setWanted((before) => before + ROWS)]
}
