// What a person calls a model in, the model out.
import type { HostClient } from '../contract/host.ts'
import type { ModelRecord } from '../contract/records.ts'
import { usageFailure } from './failure.ts'

/** By its id, the beginning of it, or its name. @throws CommandFailure when there is none, or several */
export async function modelNamed(client: HostClient, given: string): Promise<ModelRecord> {
  const all = await client.call('models.list', {})
  const exact = all.filter(({ id, name }) => id === given || name === given)
  const found = exact.length > 0 ? exact : all.filter(({ id }) => id.startsWith(given))
  const [model, ...others] = found
  if (model === undefined)
    throw usageFailure(`There is no model ${given}; choose one of ${all.map(shortId).join(', ')}.`)
  if (others.length > 0)
    throw usageFailure(
      `${given} is what ${found.length} models are called; name one by its id: ${found.map(({ id }) => id).join(', ')}.`,
    )
  return model
}

/** As much of an id as is shown; those of the models that ship with the program are words and shown whole. */
export function shortId({ id, origin }: ModelRecord): string {
  return origin === 'built-in' ? id : id.slice(0, BEGINNING)
}

const BEGINNING = 8
