// The second stage of an import: what the check found in every row, which labels there are, and what is set aside for development.
import { ArrowDown, ArrowUp, CircleCheck } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import { SplitName, type TaskKind } from '../../../engine/spec/task-spec.ts'
import type { DatasetCheck } from '../../../main/contract/host.ts'
import { useFormat } from '../../i18n/format.ts'
import { hasErrors, isDevShare, isMapped } from '../../stores/import-draft.ts'
import type { ImportFlow } from '../../stores/import-flow.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorBanner } from '../../ui/error-banner.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { NumberField } from '../../ui/number-field.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Switch } from '../../ui/switch.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { RemoteView } from '../remote-view.tsx'
import styles from './datasets.module.css'
import { FaultTable } from './fault-table.tsx'
import { ImportRepairs } from './import-repairs.tsx'
import { LabelBalance } from './label-balance.tsx'

export function ImportCheck({ flow }: { flow: ImportFlow }) {
  const { t } = useTranslation('datasets')
  const { check, importing, progress } = useStore(flow)
  const { percent } = useFormat()
  const isWorking = check === null || check.status === 'loading' || importing
  if (isWorking) {
    const share = progress === null ? '' : percent(progress, 0)
    return (
      <div className={styles.working}>
        <p role="status">{t(importing ? 'import.importing' : 'import.checkingShare', { share })}</p>
        <Progress label={t('import.check')} value={progress} />
        <Button onClick={() => void flow.cancel()}>{t('import.cancel')}</Button>
      </div>
    )
  }
  return (
    <RemoteView of={check}>
      {(found) => (
        <div className={styles.import}>
          <CheckSide flow={flow} found={found} />
          <CheckMain flow={flow} found={found} />
        </div>
      )}
    </RemoteView>
  )
}

function CheckSide({ flow, found }: { flow: ImportFlow; found: DatasetCheck }) {
  const { t } = useTranslation('datasets')
  const { choices } = useStore(flow)
  return (
    <div className={styles.side}>
      {(hasErrors(found) || choices.skip_faulty_rows) && (
        <Switch
          label={t('import.skip')}
          hint={t('import.skipHint')}
          checked={choices.skip_faulty_rows}
          onCheckedChange={(skip) => void flow.skipFaultyRows(skip)}
        />
      )}
      {isMapped(choices) && (isTrimmable(found) || choices.format.trim === true) && (
        <Switch
          label={t('import.trim')}
          hint={t('import.trimHint')}
          checked={choices.format.trim === true}
          onCheckedChange={(trim) => void flow.trimCells(trim)}
        />
      )}
      {hasErrors(found) && !choices.skip_faulty_rows && <ImportRepairs flow={flow} found={found} />}
      {choices.files.dev === null && <DevShare flow={flow} trainRows={found.rows.train ?? 0} />}
      {choices.kind === 'classification' && <LabelOrder flow={flow} />}
    </div>
  )
}

/** Whether taking off what nobody sees may mend something. */
function isTrimmable({ code_counts }: DatasetCheck): boolean {
  return [
    'invisible-characters',
    'unknown-label',
    'label-not-a-number',
    'answer-not-found',
    'unknown-answer',
  ].some((code) => (code_counts[code] ?? 0) > 0)
}

function DevShare({ flow, trainRows }: { flow: ImportFlow; trainRows: number }) {
  const { t } = useTranslation('datasets')
  const { integer, gap } = useFormat()
  const { dev_share } = useStore(flow).choices
  const percent = dev_share === null ? null : Math.round(dev_share * 1000) / 10
  return (
    <NumberField
      label={t('import.devShare')}
      hint={[
        t('import.devAbout', { rows: integer(Math.round((dev_share ?? 0) * trainRows)) }),
        t('import.devShareHint'),
      ].join(gap)}
      error={isDevShare(dev_share) ? undefined : t('import.devShareError')}
      unit="%"
      minimum={1}
      maximum={50}
      value={percent}
      onValueChange={(next) => void flow.chooseDevShare(next === null ? null : next / 100)}
    />
  )
}

function LabelOrder({ flow }: { flow: ImportFlow }) {
  const { t } = useTranslation('datasets')
  const { labels } = useStore(flow).choices
  const move = (index: number, by: 1 | -1) => {
    const next = [...labels]
    const moved = next.splice(index, 1)
    next.splice(index + by, 0, ...moved)
    flow.choose({ labels: next })
  }
  return (
    <div className={styles.group}>
      <h3 className={styles.groupTitle}>{t('import.labelOrder')}</h3>
      <ol className={styles.labels}>
        {labels.map((label, index) => (
          <li key={label}>
            <span className={styles.labelIndex} aria-hidden>
              {index}
            </span>
            <LabelName key={label} label={label} index={index} flow={flow} />
            <IconButton
              label={t('import.up', { label })}
              icon={<ArrowUp aria-hidden />}
              size="small"
              disabled={index === 0}
              onClick={() => move(index, -1)}
            />
            <IconButton
              label={t('import.down', { label })}
              icon={<ArrowDown aria-hidden />}
              size="small"
              disabled={index === labels.length - 1}
              onClick={() => move(index, 1)}
            />
          </li>
        ))}
      </ol>
      <p className={styles.hint}>{t('import.labelOrderHint')}</p>
    </div>
  )
}

/** A label's name, which can be changed: the rows then count under the new one. */
function LabelName({ label, index, flow }: { label: string; index: number; flow: ImportFlow }) {
  const { t } = useTranslation('datasets')
  const [name, setName] = useState(label)
  const rename = () => {
    if (name !== label) void flow.renameLabel(index, name)
  }
  return (
    <span
      className={styles.labelName}
      onBlur={rename}
      onKeyDown={(event) => {
        if (event.key === 'Enter') rename()
      }}
    >
      <TextField label={t('import.renameLabel', { index })} hideLabel value={name} onValueChange={setName} />
    </span>
  )
}

function CheckMain({ flow, found }: { flow: ImportFlow; found: DatasetCheck }) {
  const { t } = useTranslation('datasets')
  const { t: common } = useTranslation('common')
  const { integer } = useFormat()
  const { labels, kind } = useStore(flow).choices
  return (
    <div className={styles.scroll}>
      {found.fault_count === 0 ? (
        <div className={styles.clean} role="status">
          <CircleCheck size={20} aria-hidden />
          <div>
            <p>{t('import.clean')}</p>
            <p>{t('import.cleanDetail')}</p>
          </div>
        </div>
      ) : hasErrors(found) ? (
        <ErrorBanner tone="warning" title={t('import.faults', { count: found.fault_count })}>
          {t('import.faultsDetail')}
        </ErrorBanner>
      ) : (
        <ErrorBanner tone="warning" title={t('import.warnings', { count: found.fault_count })}>
          {t('import.warningsDetail')}
        </ErrorBanner>
      )}
      <section>
        <h3 className={styles.groupTitle}>{t('import.balance')}</h3>
        {SplitName.options.flatMap((split) => {
          const rows = found.rows[split]
          return rows === undefined
            ? []
            : [
                <div key={split} className={styles.splitBalance}>
                  <span>{common(`split.${split}`)}</span>
                  <span className={styles.splitCount}>{integer(rows)}</span>
                  <Balance found={found} split={split} kind={kind} chosen={labels} />
                </div>,
              ]
        })}
      </section>
      {found.fault_count > 0 && <FaultTable faults={found.faults} count={found.fault_count} />}
    </div>
  )
}

/** Rows of each label, of each stretch of the numbers, or with and without an answer. */
function Balance({
  found,
  split,
  kind,
  chosen,
}: {
  found: DatasetCheck
  split: SplitName
  kind: TaskKind
  /** Labels in the order that a person gave them. */
  chosen: readonly string[]
}) {
  const { t } = useTranslation('datasets')
  const counts = found.label_counts[split] ?? {}
  switch (kind) {
    case 'classification':
      return <LabelBalance counts={counts} labels={chosen} />
    case 'multiple-choice':
      return <LabelBalance counts={counts} labels={found.labels} />
    case 'regression':
      return (
        <LabelBalance
          counts={counts}
          labels={Object.keys(counts).sort((a, b) => parseFloat(a) - parseFloat(b))}
        />
      )
    case 'extractive-qa': {
      const named = (['answer', 'no-answer'] as const).map(
        (one) => [t(`import.answers.${one}`), counts[one] ?? 0] as const,
      )
      return <LabelBalance counts={Object.fromEntries(named)} labels={named.map(([name]) => name)} />
    }
  }
}
