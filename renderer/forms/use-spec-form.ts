// A spec, first values and rules in, the state of its form out: values, faults and what differs from the reference.
import { useEffect, useMemo } from 'react'
import { useForm, useWatch, type UseFormReturn } from 'react-hook-form'
import type { z } from 'zod'
import { fieldsOf, type Field } from '../../engine/spec/fields.ts'
import { specResolver, type FieldFault } from './spec-resolver.ts'
import { useSpecWords, type SpecWords } from './spec-words.ts'
import { draftOf, valuesOf, type SpecDraft, type SpecValue } from './spec-values.ts'

export type SpecFormState<Output> = {
  form: UseFormReturn<SpecDraft, unknown, Output>
  fields: readonly Field[]
  words: SpecWords
  draft: SpecDraft
  /** What the draft means now; NaN where a number is missing. */
  values: Output
  /** The values that changes are told against, for every field: the preset's, or the defaults. */
  reference: Readonly<Record<string, SpecValue>>
  /** Names of the fields that differ from the reference, in form order. */
  changed: readonly string[]
  /** The faults that stand in the form now, in form order. */
  faults: readonly FieldFault[]
  /** Takes what was typed and checks the whole form anew: a rule may hang on the other end of it. */
  write: (name: string, value: SpecValue | null) => void
  /** Puts a field back to the reference. */
  reset: (name: string) => void
  /** Puts all values into the form, as a preset does. */
  fill: (values: Readonly<Record<string, SpecValue>>) => void
}

/**
 * @param schema a flat object spec whose fields carry titles, help and defaults
 * @param initial what the form starts with; what it leaves out starts with the default
 * @param reference the preset; what it leaves out is told against the default
 * @param rules faults between the fields, in the window's language; the form is checked anew when this function changes
 */
export function useSpecForm<Schema extends z.ZodObject>(
  schema: Schema,
  initial: Readonly<Record<string, SpecValue>>,
  reference: Readonly<Record<string, SpecValue>>,
  rules: (values: z.output<Schema>) => FieldFault[],
): SpecFormState<z.output<Schema>> {
  const fields = useMemo(() => fieldsOf(schema), [schema])
  const words = useSpecWords()
  const resolver = useMemo(
    () => specResolver(schema, fields, { words: words.fault, rules }),
    [schema, fields, words, rules],
  )
  const form = useForm<SpecDraft, unknown, z.output<Schema>>({
    defaultValues: draftOf(fields, initial),
    resolver,
    mode: 'onChange',
  })
  const { trigger, setValue } = form
  const { errors } = form.formState

  // The rules hang on things outside the form too (the model, the language): what stands there is checked anew.
  useEffect(() => {
    void trigger()
  }, [trigger, resolver])

  const draft = useWatch({ control: form.control }) as SpecDraft
  const values = useMemo(() => valuesOf(fields, draft) as z.output<Schema>, [fields, draft])
  const told = useMemo(() => valuesOf(fields, draftOf(fields, reference)), [fields, reference])

  const write = (name: string, value: SpecValue | null): void => {
    setValue(name, value, { shouldDirty: true, shouldTouch: true })
    void trigger()
  }
  return {
    form,
    fields,
    words,
    draft,
    values,
    reference: told,
    changed: fields.flatMap(({ name }) => (Object.is(draft[name], told[name]) ? [] : [name])),
    faults: fields.flatMap(({ name }) => {
      const message = errors[name]?.message
      return message === undefined ? [] : [{ field: name, message }]
    }),
    write,
    reset: (name) => write(name, told[name] ?? null),
    fill: (filled) => {
      for (const [name, value] of Object.entries(draftOf(fields, filled))) setValue(name, value)
      void trigger()
    },
  }
}
