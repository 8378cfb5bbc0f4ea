// How the rows of the files are written: guessed by the host, corrected here, seen in the preview at once.
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import { TextFormat } from '../../../engine/spec/task-spec.ts'
import type { ImportFlow } from '../../stores/import-flow.ts'
import { Checkbox } from '../../ui/checkbox.tsx'
import { Select } from '../../ui/select.tsx'
import styles from './datasets.module.css'

const DELIMITERS = [
  ['\t', 'tab'],
  [',', 'comma'],
  [';', 'semicolon'],
  ['|', 'pipe'],
] as const
const QUOTES = [
  ['', 'none'],
  ['"', 'double'],
  ["'", 'single'],
] as const
const ENCODINGS = TextFormat.shape.encoding.unwrap().options

export function FormatControls({ flow }: { flow: ImportFlow }) {
  const { t } = useTranslation('datasets')
  const { format, header } = useStore(flow).choices
  const delimiters: readonly { value: string; label: string }[] = DELIMITERS.map(([value, name]) => ({
    value,
    label: t(`import.delimiters.${name}`),
  }))
  const isListed = delimiters.some(({ value }) => value === format.delimiter)
  return (
    <div className={styles.group}>
      <h3 className={styles.groupTitle}>{t('import.format')}</h3>
      <div className={styles.pairOfFields}>
        <Select
          label={t('import.delimiter')}
          size="small"
          value={format.delimiter}
          onValueChange={(delimiter) => void flow.reformat({ format: { delimiter } })}
          options={
            isListed ? delimiters : [...delimiters, { value: format.delimiter, label: format.delimiter }]
          }
        />
        <Select
          label={t('import.quote')}
          size="small"
          value={format.quote ?? ''}
          onValueChange={(quote) => void flow.reformat({ format: { quote: quote === '' ? null : quote } })}
          options={QUOTES.map(([value, name]) => ({
            value,
            label: t(`import.quotes.${name}`),
          }))}
        />
      </div>
      <Select
        label={t('import.encoding')}
        size="small"
        value={format.encoding}
        onValueChange={(encoding) => void flow.reformat({ format: { encoding } })}
        options={ENCODINGS.map((encoding) => ({ value: encoding, label: encoding.toUpperCase() }))}
      />
      <Checkbox
        label={t('import.header')}
        checked={header}
        onCheckedChange={(checked) => void flow.reformat({ header: checked })}
      />
    </div>
  )
}
