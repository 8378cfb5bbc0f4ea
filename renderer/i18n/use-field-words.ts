// A declared field in, its title and description in the window's language out.
import { useTranslation } from 'react-i18next'
import type { Field } from '../../engine/spec/fields.ts'
import { resources, type Language } from './resources.ts'

export type FieldWords = { title: string; description: string }

/** Looks up a field's words; a field that the language does not know yet keeps the declaration's. */
export function useFieldWords(): (field: Pick<Field, 'name' | 'title' | 'description'>) => FieldWords {
  const { i18n } = useTranslation('fields')
  const fields: Record<string, unknown> = resources[i18n.language as Language].fields
  return (field) => {
    const words = fields[field.name]
    return isFieldWords(words) ? words : { title: field.title, description: field.description }
  }
}

function isFieldWords(words: unknown): words is FieldWords {
  return typeof words === 'object' && words !== null && 'title' in words && 'description' in words
}
