// A trace in, the same without the ops that no result hangs on out.
import type { Op, Traced } from '../traced.ts'

export function dropUnused({ args, ops, results }: Traced): Traced {
  const used = new Set<Op>(results.map(({ op }) => op))
  for (const op of [...ops].reverse()) {
    if (used.has(op)) for (const input of op.inputs) used.add(input.op)
  }
  return { args, ops: ops.filter((op) => used.has(op) || op.name === 'Argument'), results }
}
