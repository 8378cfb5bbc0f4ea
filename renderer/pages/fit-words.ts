// A run that does not fit the memory in, the sentence that says so and the settings that would fit, in the window's language, out.
import { useTranslation } from 'react-i18next'
import { fieldsOf } from '../../engine/spec/fields.ts'
import { Hyperparameters } from '../../engine/spec/hyperparameters.ts'
import type { Fitting } from '../../engine/spec/run-plan.ts'
import { Runtime } from '../../engine/spec/runtime.ts'
import { useFormat } from '../i18n/format.ts'
import { useFieldWords } from '../i18n/use-field-words.ts'

const FIELDS = [...fieldsOf(Hyperparameters), ...fieldsOf(Runtime)]

export function useFitWords() {
  const { t } = useTranslation('common')
  const format = useFormat()
  const fieldWords = useFieldWords()
  return {
    sentence: (needed_bytes: number, allowed_bytes: number): string =>
      t('fit.sentence', { needed: format.bytes(needed_bytes), allowed: format.bytes(allowed_bytes) }),
    /** “Training batch size 8”. */
    setting: ({ field, value }: Fitting): string => {
      const known = FIELDS.find(({ name }) => name === field)
      return `${known === undefined ? field : fieldWords(known).title} ${format.integer(value)}`
    },
  }
}
