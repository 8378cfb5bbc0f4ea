// The precision of a run in, what is done to its traced steps for it out, and what rounding may then change.
import type { NarrowType } from '../backends/graph-verbs.ts'
import type { Precision } from '../backends/precision.ts'
import type { Check } from '../jit/check.ts'
import type { Pass } from '../jit/jit.ts'
import { castsIntoRegions, narrowProducts } from '../jit/passes/narrow-products.ts'

/** What matrix products are computed in; null: as the step says. */
const PRODUCTS_IN: Record<Precision, NarrowType | null> = { fp32: null, bf16: 'bfloat16', fp16: 'half' }

/** Half has three binary digits more than bfloat16, and a product of numbers that are too large for it is infinite. */
const CHECKS: Record<Precision, Check> = {
  fp32: { tolerance: 1e-4 },
  bf16: { tolerance: 0.1 },
  fp16: { tolerance: 0.0125, overflows: true, scaled_by: 'loss_scale/scale' },
}

/** Passes that put the products of a step into the type of `precision`; none for fp32. */
export function narrowingPasses(precision: Precision): Pass[] {
  const narrow = PRODUCTS_IN[precision]
  return narrow === null ? [] : [narrowProducts(narrow), castsIntoRegions]
}

/** How near a compiled step has to be to the eager one. */
export function checkFor(precision: Precision): Check {
  return CHECKS[precision]
}
