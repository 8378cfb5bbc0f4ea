// A spec and the rules between its fields in, the check of its form out: values when all is well, else a sentence at each field.
import { zodResolver } from '@hookform/resolvers/zod'
import type { FieldErrors, Resolver } from 'react-hook-form'
import type { z } from 'zod'
import type { Field } from '../../engine/spec/fields.ts'
import { valuesOf, type SpecDraft, type SpecValue } from './spec-values.ts'

/** A sentence that stands at a field. */
export type FieldFault = { field: string; message: string }

/** Why a field does not take its value, for the words of the window's language. */
export type FaultReason = 'not-a-number' | 'not-whole' | 'out-of-bounds' | 'not-a-choice'

export type SpecCheck<Output> = {
  /** Words for a value that its field does not take. */
  words: (field: Field, reason: FaultReason, value: SpecValue) => string
  /** The rules that no single field can state. Fields without a number are NaN here. */
  rules: (values: Output) => FieldFault[]
}

type Issue = { code?: string | undefined; path?: PropertyKey[] | undefined; input?: unknown }

/**
 * Checks each field by its schema, then the rules between them. A field with a fault of its own shows that one, not a rule's;
 * a fault in one field does not hide the rules of the others.
 */
export function specResolver<Schema extends z.ZodObject>(
  schema: Schema,
  fields: readonly Field[],
  { words, rules }: SpecCheck<z.output<Schema>>,
): Resolver<SpecDraft, unknown, z.output<Schema>> {
  const byName = new Map(fields.map((field) => [field.name, field]))
  return async (draft, context, options) => {
    const values = valuesOf(fields, draft)
    const error = (issue: Issue): string => {
      const name = String(issue.path?.[0])
      const field = byName.get(name)
      return field === undefined ? name : words(field, reasonOf(issue), values[name] ?? Number.NaN)
    }
    const resolveFields = zodResolver<Record<string, unknown>, unknown, Record<string, unknown>>(schema, {
      error,
    })
    const own = await resolveFields(values, context, { ...options, fields: {}, names: [] })
    const errors: FieldErrors<SpecDraft> = { ...(own.errors as FieldErrors<SpecDraft>) }
    for (const { field, message } of rules(values as z.output<Schema>)) {
      errors[field] ??= { type: 'rule', message }
    }
    if (Object.keys(errors).length > 0) return { values: {}, errors }
    return { values: own.values as z.output<Schema>, errors: {} }
  }
}

function reasonOf({ code, input }: Issue): FaultReason {
  if (code === 'invalid_value') return 'not-a-choice'
  if (code === 'invalid_type') return Number.isNaN(input) ? 'not-a-number' : 'not-whole'
  return 'out-of-bounds'
}
