// A field in, its words in the window's language out: title, help, group, choices, bounds and why a value does not fit.
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Field } from '../../engine/spec/fields.ts'
import { useFormat } from '../i18n/format.ts'
import { resources, type Language } from '../i18n/resources.ts'
import { useFieldWords } from '../i18n/use-field-words.ts'
import { numberText } from '../ui/number-text.ts'
import type { FaultReason } from './spec-resolver.ts'
import type { SpecValue } from './spec-values.ts'

export type SpecWords = {
  title(field: Field): string
  description(field: Field): string
  group(group: string): string
  /** What a field takes: "whole number, 8 to 512". */
  bounds(field: Field): string
  /** The same in few characters, with the default: "8–512, default 512". */
  range(field: Field): string
  /** A value as its field shows it. */
  value(field: Field, value: SpecValue): string
  /** Why a field does not take a value, and what it would take. */
  fault(field: Field, reason: FaultReason, value: SpecValue): string
}

/** The words for fields; the same object until the language changes. */
export function useSpecWords(): SpecWords {
  const { t, i18n } = useTranslation('forms')
  const fieldWords = useFieldWords()
  const { integer } = useFormat()
  const language = i18n.language as Language
  return useMemo((): SpecWords => {
    const { groups, choices } = resources[language].fields
    const bound = (field: Field): Written => (field.kind === 'integer' ? integer : numberText)
    const bounds = (field: Field): string => boundsOf(field, bound(field), t)
    const value = (field: Field, shown: SpecValue): string => {
      if (typeof shown === 'boolean') return t(shown ? 'on' : 'off')
      if (typeof shown === 'number') return numberText(shown)
      const named: Record<string, string> =
        (choices as Record<string, Record<string, string>>)[field.name] ?? {}
      return named[shown] ?? shown
    }
    return {
      title: (field) => fieldWords(field).title,
      description: (field) => fieldWords(field).description,
      group: (group) => (groups as Record<string, string>)[group] ?? group,
      bounds,
      range: (field) => {
        const written = bound(field)
        const usual = typeof field.default === 'number' ? written(field.default) : value(field, field.default)
        return t('range', { range: rangeOf(field, written), default: usual })
      },
      value,
      fault: (field, reason, wrong) =>
        t(`faults.${reason}`, {
          value: value(field, wrong),
          bounds: bounds(field),
          example: value(field, field.default),
        }),
    }
    // `fieldWords` is a new function in every render and changes with the language only.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [t, language, integer])
}

type Written = (bound: number) => string

function rangeOf({ minimum, exclusiveMinimum, maximum }: Field, written: Written): string {
  if (minimum !== undefined && maximum !== undefined) return `${written(minimum)}–${written(maximum)}`
  const lower = minimum !== undefined ? `≥ ${written(minimum)}` : ''
  const above = exclusiveMinimum !== undefined ? `> ${written(exclusiveMinimum)}` : ''
  const upper = maximum !== undefined ? `≤ ${written(maximum)}` : ''
  return [lower, above, upper].filter(Boolean).join(', ')
}

function boundsOf(
  { kind, minimum, exclusiveMinimum, maximum }: Field,
  written: Written,
  t: ReturnType<typeof useTranslation<'forms'>>['t'],
): string {
  if (kind !== 'integer' && kind !== 'number') return ''
  const lower = minimum ?? exclusiveMinimum
  const words = {
    kind: t(kind === 'integer' ? 'kind.integer' : 'kind.number'),
    from: written(lower ?? 0),
    to: written(maximum ?? 0),
  }
  if (lower === undefined && maximum === undefined) return words.kind
  if (lower === undefined) return t('bounds.atMost', words)
  if (maximum === undefined) return t('bounds.atLeast', words)
  return t(minimum === undefined ? 'bounds.above' : 'bounds.between', words)
}
