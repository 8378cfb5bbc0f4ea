// A trace in, the same without the regions that are too small to be worth a function of their own out: their ops stand by themselves.
import { rewrite, sizeOf, type Traced } from '../traced.ts'

/** Numbers in the largest tensor of a region from which fusing its ops saves more than compiling the function takes. */
export const LEAST_NUMBERS = 32_768

export function smallRegions(traced: Traced, least = LEAST_NUMBERS): Traced {
  const largest = new Map<number, number>()
  for (const { region, inputs, outputs } of traced.ops) {
    if (region === null) continue
    const sizes = [...inputs, ...outputs].map(({ shape }) => sizeOf(shape))
    largest.set(region.number, Math.max(largest.get(region.number) ?? 0, ...sizes))
  }
  return rewrite(traced, (op, inputs, emit) =>
    op.region === null || (largest.get(op.region.number) ?? 0) >= least
      ? null
      : emit({ ...op, inputs, forms: op.outputs, region: null }).outputs,
  )
}
