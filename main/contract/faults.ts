// What zod found wrong with an input, in; one plain sentence for each field, with the value and the bound, out.
import type { z } from 'zod'
import type { FieldFault } from './errors.ts'

/** Names the field, what was given and what is allowed, as in “max_seq_length is 600; it must be at most 512.” */
export function faultsOf(error: z.ZodError, input: unknown): FieldFault[] {
  return error.issues.map((issue) => {
    const field = issue.path.map(String).join('.')
    const name = String(issue.path.at(-1) ?? 'the input')
    return { field, message: `${name} ${said(valueAt(input, issue.path))}; ${demand(issue)}.` }
  })
}

function demand(issue: z.core.$ZodIssue): string {
  const unit = 'origin' in issue ? (units[issue.origin] ?? '') : ''
  switch (issue.code) {
    case 'too_small':
      return `it must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unit}`
    case 'too_big':
      return `it must be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unit}`
    case 'invalid_type':
      return `it must be ${kinds[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `it must be one of ${issue.values.map(String).join(', ')}`
    default:
      return issue.message
  }
}

const units: Record<string, string> = { string: ' characters long', array: ' entries long' }

const kinds: Record<string, string> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
}

function said(value: unknown): string {
  if (value === undefined) return 'is missing'
  if (typeof value === 'string') return `is ${JSON.stringify(value.slice(0, 100))}`
  if (typeof value === 'object' && value !== null) return 'is not as expected'
  return `is ${JSON.stringify(value)}`
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<PropertyKey, unknown>)[key]
  }
  return value
}
