// A golden dump (an index in .json, the numbers in .bin) in, its arrays by name out.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'

export type Dumped = { shape: number[]; data: Float32Array | Int32Array | Uint8Array }

const Index = z.object({
  file: z.string(),
  tensors: z.array(
    z.object({
      name: z.string(),
      dtype: z.enum(['float32', 'int32', 'uint8']),
      shape: z.array(z.int()),
      offset: z.int(),
      bytes: z.int(),
    }),
  ),
})

/** Folder of the golden numbers. */
export const GOLDENS = path.join(import.meta.dirname, 'goldens')

/** Parses a JSON file below the goldens with its schema. */
export function golden<T>(file: string, schema: z.ZodType<T>): T {
  return schema.parse(JSON.parse(readFileSync(path.join(GOLDENS, file), 'utf8')))
}

/** Reads the dump `<stem>.json` + `.bin` below the goldens. */
export function readDump(stem: string): Map<string, Dumped> {
  const { file, tensors } = golden(`${stem}.json`, Index)
  const bytes = readFileSync(path.join(GOLDENS, path.dirname(stem), file))
  return new Map(
    tensors.map(({ name, dtype, shape, offset, bytes: length }) => {
      const copy = new Uint8Array(bytes.subarray(offset, offset + length)).buffer
      const data = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array }[dtype]
      return [name, { shape, data: new data(copy) }]
    }),
  )
}

/** Largest |a − b| / (1 + |b|): near 0 the absolute error, for large values the relative one. NaN counts as infinite. */
export function largestError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity
  let largest = 0
  for (let index = 0; index < expected.length; index++) {
    const want = expected[index] ?? NaN
    const error = Math.abs((actual[index] ?? NaN) - want) / (1 + Math.abs(want))
    if (!(error <= largest)) largest = Number.isNaN(error) ? Infinity : error
  }
  return largest
}
