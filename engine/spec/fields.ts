// A declared object schema in, the list of its fields out: what a form draws, a flag parser reads and a table heads its columns with.
import { z } from 'zod'

/** One field of a spec, read out of its schema; nobody writes these by hand. */
export type Field = {
  name: string
  title: string
  description: string
  group: string
  kind: 'integer' | 'number' | 'boolean' | 'choice'
  default: number | boolean | string
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  choices?: readonly string[]
}

/**
 * Lists the fields of a flat object schema in declaration order.
 * @throws Error when a field has no title, group or default, or a type that no form can draw: a fault of the declaration
 */
export function fieldsOf(schema: z.ZodObject): Field[] {
  const properties = (z.toJSONSchema(schema, { io: 'input' }).properties ?? {}) as Record<
    string,
    Record<string, unknown>
  >
  return Object.entries(properties).map(([name, property]) => {
    const { title, description, group, default: byDefault } = property
    if (typeof title !== 'string' || typeof group !== 'string' || typeof description !== 'string') {
      throw new Error(`Field ${name} needs a title, a description and a group.`)
    }
    if (typeof byDefault !== 'number' && typeof byDefault !== 'boolean' && typeof byDefault !== 'string') {
      throw new Error(`Field ${name} needs a default.`)
    }
    return {
      name,
      title,
      description,
      group,
      kind: kindOf(name, property),
      default: byDefault,
      ...numbersOf(property),
      ...(Array.isArray(property['enum']) ? { choices: property['enum'] as string[] } : {}),
    }
  })
}

function kindOf(name: string, property: Record<string, unknown>): Field['kind'] {
  if (Array.isArray(property['enum'])) return 'choice'
  const type = property['type']
  if (type === 'integer' || type === 'number' || type === 'boolean') return type
  throw new Error(`Field ${name} has the type ${String(type)}, which no form can draw.`)
}

function numbersOf(
  property: Record<string, unknown>,
): Pick<Field, 'minimum' | 'maximum' | 'exclusiveMinimum'> {
  const bounds: Pick<Field, 'minimum' | 'maximum' | 'exclusiveMinimum'> = {}
  for (const key of ['minimum', 'maximum', 'exclusiveMinimum'] as const) {
    const value = property[key]
    if (typeof value === 'number') bounds[key] = value
  }
  return bounds
}
