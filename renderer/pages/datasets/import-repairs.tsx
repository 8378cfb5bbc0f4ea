// The kinds of faults that a check found in; what is done with all rows of a kind at once, and what unknown labels mean, out.
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import type { DatasetCheck } from '../../../main/contract/host.ts'
import type { ImportFlow } from '../../stores/import-flow.ts'
import { Select } from '../../ui/select.tsx'
import { Switch } from '../../ui/switch.tsx'
import { useFaultWords } from '../fault-words.ts'
import styles from './datasets.module.css'

/** Spellings that are asked about; more are rather another column. */
const ASKED = 12

export function ImportRepairs({ flow, found }: { flow: ImportFlow; found: DatasetCheck }) {
  const { t } = useTranslation('datasets')
  const words = useFaultWords()
  const { choices } = useStore(flow)
  const errors = new Set(found.faults.flatMap(({ code, severity }) => (severity === 'warning' ? [] : [code])))
  const isOwn = choices.kind === 'classification' && choices.task_name === null
  const unknown = isOwn ? unknownIn(found).slice(0, ASKED) : []
  return (
    <div className={styles.group}>
      <h3 className={styles.groupTitle}>{t('import.repair.title')}</h3>
      {unknown.map((value) => (
        <Select
          key={value}
          label={t('import.repair.mean', { value })}
          size="small"
          value={choices.label_aliases[value] ?? ''}
          onValueChange={(label) => {
            if (label !== '') void flow.mean(value, label)
          }}
          options={[
            { value: '', label: t('import.repair.meanNothing') },
            ...choices.labels.map((label) => ({ value: label, label })),
          ]}
        />
      ))}
      {[...errors].map((code) => (
        <Switch
          key={code}
          label={t('import.repair.skip', {
            fault: words.title(code) ?? code,
            count: found.code_counts[code] ?? 0,
          })}
          checked={choices.skip_faults.includes(code)}
          onCheckedChange={(skip) => void flow.skipFault(code, skip)}
        />
      ))}
    </div>
  )
}

/** The different spellings of labels that nobody knows. */
function unknownIn({ faults }: DatasetCheck): string[] {
  return [
    ...new Set(
      faults.flatMap(({ code, value }) => (code === 'unknown-label' && value !== null ? [value] : [])),
    ),
  ]
}
