// A trace and what of it lives in the graph from call to call. The types alone.
import type { TensorForm } from '../backends/graph-verbs.ts'
import type { Traced } from './traced.ts'

/** A place of the graph that keeps its value from call to call. */
export type Variable = TensorForm & { name: string }

/** A trace, and which of its arguments and results are variables: the others are fed and fetched. */
export type Program = {
  traced: Traced
  /** One for each argument. */
  reads: readonly (Variable | null)[]
  /** One for each result: the variable that it becomes the new value of. */
  writes: readonly (Variable | null)[]
}
