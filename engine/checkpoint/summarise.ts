// A checkpoint in, one line of facts for each of its variables out: what `albert variables` prints.
import { readTensors, type Bundle } from './bundle-reader.ts'
import type { NamedTensor } from './named-tensor.ts'

export type VariableSummary = {
  name: string
  dtype: string
  shape: readonly number[]
  sum: number
  /** Euclidean norm of all values. */
  l2_norm: number
}

/** In the order of the index; one variable in memory at a time. Sums are in double precision. @throws EngineFailure */
export async function* summarise(bundle: Bundle): AsyncGenerator<VariableSummary> {
  for (const { name } of bundle.variables.values()) {
    const tensor = (await readTensors(bundle, [name])).get(name)
    if (tensor !== undefined) yield summary(tensor)
  }
}

function summary({ name, dtype, shape, data }: NamedTensor): VariableSummary {
  let sum = 0
  let squares = 0
  for (const value of data) {
    const number = Number(value)
    sum += number
    squares += number * number
  }
  return { name, dtype, shape, sum, l2_norm: Math.sqrt(squares) }
}

/** Index of the first NaN or infinity, or null. */
export function firstNotFinite({ dtype, data }: Pick<NamedTensor, 'dtype' | 'data'>): number | null {
  if (dtype !== 'float32') return null
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return i
  return null
}
