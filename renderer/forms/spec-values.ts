// What a form holds while it is typed in, and the values that it means.
import type { Field } from '../../engine/spec/fields.ts'

export type SpecValue = number | boolean | string
/** What the form holds, by field name; null where a number is expected and none stands. */
export type SpecDraft = Record<string, SpecValue | null>

/** @param values what the fields start with; a field that is missing here starts with its default */
export function draftOf(fields: readonly Field[], values: Readonly<Record<string, SpecValue>>): SpecDraft {
  return Object.fromEntries(fields.map((field) => [field.name, values[field.name] ?? field.default]))
}

/** The draft with NaN in place of missing numbers: no rule between numbers holds for it, so none is broken by it. */
export function valuesOf(fields: readonly Field[], draft: SpecDraft): Record<string, SpecValue> {
  return Object.fromEntries(fields.map(({ name }) => [name, draft[name] ?? Number.NaN]))
}
