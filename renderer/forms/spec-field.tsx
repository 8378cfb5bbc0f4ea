// One field of a spec and its value in, the input that fits it out: number, switch or choice, with help, fault and what it differs from.
import { RotateCcw } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Field } from '../../engine/spec/fields.ts'
import { NumberField } from '../ui/number-field.tsx'
import { Select } from '../ui/select.tsx'
import { Switch } from '../ui/switch.tsx'
import { Tooltip } from '../ui/tooltip.tsx'
import styles from './spec-form.module.css'
import type { SpecValue } from './spec-values.ts'
import type { SpecWords } from './spec-words.ts'

export type SpecFieldProps = {
  field: Field
  words: SpecWords
  value: SpecValue | null
  /** What the preset says, when this field says something else. */
  changedFrom: SpecValue | null
  fault: string | undefined
  onValueChange: (value: SpecValue | null) => void
  onReset: () => void
}

export function SpecField({ field, words, changedFrom, onReset, ...input }: SpecFieldProps) {
  const { t } = useTranslation('forms')
  const reference = changedFrom === null ? '' : words.value(field, changedFrom)
  return (
    <div
      className={styles.field}
      data-field={field.name}
      data-changed={changedFrom === null ? undefined : true}
    >
      <SpecInput field={field} words={words} {...input} />
      {changedFrom !== null && (
        <Tooltip content={t('changed', { reference })}>
          <button
            type="button"
            className={styles.reset}
            aria-label={t('resetField', { title: words.title(field), reference })}
            onClick={onReset}
          >
            <RotateCcw size={12} aria-hidden />
            {reference}
          </button>
        </Tooltip>
      )}
    </div>
  )
}

function SpecInput({
  field,
  words,
  value,
  fault,
  onValueChange,
}: Pick<SpecFieldProps, 'field' | 'words' | 'value' | 'fault' | 'onValueChange'>) {
  const label = words.title(field)
  const hint = words.description(field)
  switch (field.kind) {
    case 'boolean':
      return (
        <Switch label={label} hint={fault ?? hint} checked={value === true} onCheckedChange={onValueChange} />
      )
    case 'choice':
      return (
        <Select
          label={label}
          hint={hint}
          error={fault}
          value={String(value)}
          options={(field.choices ?? []).map((choice) => ({
            value: choice,
            label: words.value(field, choice),
          }))}
          onValueChange={onValueChange}
        />
      )
    case 'integer':
    case 'number':
      return (
        <NumberField
          label={label}
          hint={
            <>
              {hint} <span className={styles.bounds}>{words.range(field)}</span>
            </>
          }
          error={fault}
          value={typeof value === 'number' ? value : null}
          minimum={field.minimum}
          maximum={field.maximum}
          step={field.kind === 'integer' ? 1 : stepOf(value)}
          onValueChange={onValueChange}
        />
      )
  }
}

/** The arrow keys turn the leading digit: 3e-5 goes to 4e-5. */
function stepOf(value: SpecValue | null): number {
  if (typeof value !== 'number' || value === 0) return 1e-5
  return 10 ** Math.floor(Math.log10(Math.abs(value)))
}
