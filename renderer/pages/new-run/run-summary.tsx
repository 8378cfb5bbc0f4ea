// The chosen dataset and values in, what the run comes to out: epochs, evaluations, what may have been overlooked, what does not fit.
import { CircleAlert, TriangleAlert } from 'lucide-react'
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Field } from '../../../engine/spec/fields.ts'
import type { Hyperparameters } from '../../../engine/spec/hyperparameters.ts'
import type { DatasetRecord } from '../../../main/contract/records.ts'
import type { FieldFault } from '../../forms/spec-resolver.ts'
import type { SpecWords } from '../../forms/spec-words.ts'
import { useFormat } from '../../i18n/format.ts'
import { ENDED } from '../../stores/jobs.ts'
import { useJobs, useStores } from '../../stores/use-stores.ts'
import { Card } from '../../ui/card.tsx'
import styles from './new-run.module.css'
import { paceOf, paceWarnings } from './pace.ts'
import { fewestPieces } from './row-lengths.ts'

export function RunSummary({
  dataset,
  values,
  fields,
  words,
  faults,
  plan,
  children,
}: {
  dataset: DatasetRecord | undefined
  values: Hyperparameters
  fields: readonly Field[]
  words: SpecWords
  faults: readonly FieldFault[]
  /** What the run would take and do. */
  plan: ReactNode
  /** The buttons. */
  children: ReactNode
}) {
  const { t } = useTranslation('new-run')
  const format = useFormat()
  const lengths = useFewestPieces(dataset)
  const rows = dataset?.splits.train?.rows ?? null
  const devRows = dataset?.splits.dev?.rows ?? null
  const pace = paceOf(values, rows)
  const majority = majorityOf(dataset)
  const cut = lengths.filter((pieces) => pieces > values.max_seq_length).length
  const warnings = paceWarnings(values, rows).map((warning) => t(`warnings.${warning}`))
  if (cut > 0) {
    const pieces = format.integer(values.max_seq_length)
    warnings.push(t('truncated', { count: cut, rows: format.integer(lengths.length), pieces }))
  }
  return (
    <Card title={t('summary')}>
      <div className={styles.summary}>
        <dl className={styles.facts}>
          {pace?.epochs != null && rows !== null && (
            <Fact
              value={t('epochs', { epochs: format.number(Number(pace.epochs.toPrecision(2))) })}
              detail={t('epochsDetail', {
                steps: format.integer(values.train_step),
                batch: format.integer(values.train_batch_size),
                rows: format.integer(rows),
              })}
            />
          )}
          {pace !== null && devRows !== null && (
            <Fact
              value={t('evaluations', { count: pace.evaluations })}
              detail={t('evaluationsDetail', { rows: format.integer(devRows) })}
            />
          )}
          {pace !== null && pace.warmupShare > 0 && pace.warmupShare <= 1 && (
            <Fact
              value={t('warmup', {
                share: format.percent(pace.warmupShare, pace.warmupShare < 0.01 ? 1 : 0),
              })}
              detail={t('warmupDetail')}
            />
          )}
          {majority !== null && (
            <Fact
              value={t('majority', { share: format.percent(majority.share) })}
              detail={t('majorityDetail', { label: majority.label })}
            />
          )}
        </dl>
        {warnings.length > 0 && (
          <ul className={styles.warnings}>
            {warnings.map((warning) => (
              <li key={warning}>
                <TriangleAlert size={14} aria-hidden />
                <span>{warning}</span>
              </li>
            ))}
          </ul>
        )}
        {faults.length > 0 && (
          <div className={styles.faults} role="status">
            <p>
              <CircleAlert size={14} aria-hidden />
              {t('faults', { count: faults.length })}
            </p>
            <ul>
              {faults.map(({ field, message }) => (
                <li key={field}>
                  <button type="button" onClick={() => focusField(field)}>
                    {titleOf(fields, words, field)}
                  </button>
                  <span>{message}</span>
                </li>
              ))}
            </ul>
          </div>
        )}
        {plan}
        <div className={styles.actions}>{children}</div>
        <Waiting />
      </div>
    </Card>
  )
}

function Fact({ value, detail }: { value: string; detail: string }) {
  return (
    <div>
      <dt>{value}</dt>
      <dd>{detail}</dd>
    </div>
  )
}

/** How many runs come first. */
function Waiting() {
  const { t } = useTranslation('new-run')
  const jobs = useJobs()
  if (jobs.status !== 'ready') return null
  const waiting = jobs.value.filter(
    ({ status }) => !ENDED.has(status) && status !== 'paused' && status !== 'interrupted',
  )
  return <p className={styles.waiting}>{t('waiting', { count: waiting.length })}</p>
}

/** The least lengths of the first training rows; empty until they are known. */
function useFewestPieces(dataset: DatasetRecord | undefined): readonly number[] {
  const { datasets } = useStores()
  const [known, setKnown] = useState<{ id: string; lengths: readonly number[] } | null>(null)
  const id = dataset?.id
  // A long text of a question is read in windows, or cut for the sake of the question: neither is told by its words.
  const isLabelled = dataset?.task.kind === 'classification' || dataset?.task.kind === 'regression'
  const columns = isLabelled ? dataset.task.splits.train?.columns : undefined
  useEffect(() => {
    if (id === undefined || columns === undefined) return
    let stopped = false
    datasets.rows(id, 'train').then(
      (sampled) => {
        if (!stopped) setKnown({ id, lengths: fewestPieces(sampled, columns.text_a, columns.text_b) })
      },
      () => undefined, // The note is left out: what is wrong with the dataset is said at its field.
    )
    return () => {
      stopped = true
    }
  }, [datasets, id, columns])
  return known !== null && known.id === id ? known.lengths : NONE
}
const NONE: readonly number[] = []

/** The most frequent label of the development rows; null for regression and unknown labels. */
function majorityOf(dataset: DatasetRecord | undefined): { label: string; share: number } | null {
  const counts = Object.entries(dataset?.splits.dev?.label_counts ?? {})
  const all = counts.reduce((sum, [, count]) => sum + count, 0)
  const most = counts.reduce<[string, number] | null>(
    (best, one) => (best === null || one[1] > best[1] ? one : best),
    null,
  )
  return most === null || all === 0 ? null : { label: most[0], share: most[1] / all }
}

function titleOf(fields: readonly Field[], words: SpecWords, name: string): string {
  const field = fields.find((one) => one.name === name)
  return field === undefined ? name : words.title(field)
}

function focusField(name: string): void {
  const input = document.querySelector<HTMLElement>(`[data-field="${name}"] :is(input, select, button)`)
  input?.focus()
  input?.scrollIntoView({ block: 'center' })
}
