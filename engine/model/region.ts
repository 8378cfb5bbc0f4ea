// A name and a function over tensors in, the same function out; a compiled step makes one small fused function of what it does.

/** Told where a region begins and ends, while a step is being traced. */
export type RegionWatcher = { enter(name: string): void; leave(): void }

let watcher: RegionWatcher | null = null

/**
 * Marks the ops of `body` as one region. Run eagerly it is `body` and nothing else. In a traced step the ops noted inside become one
 * function of the graph's library that XLA compiles to a single loop nest where it can, and that is shared by all calls of the
 * same form (name, ops, shapes): twelve layers, one function.
 *
 * What belongs inside: pointwise ops, broadcasts, sums and means over the last axis, casts, reshapes: LayerNorm, GELU, softmax,
 * an optimizer's update. What does not: matrix products (they are faster outside, by a library made for them, `columnSums`
 * among them), lookups, segment sums, random numbers and transposes of whole activations. A product inside a region is an error
 * while tracing.
 *
 * It may stand anywhere, also in the forward and in the gradient function of a `handGradient`: mark each of the two, not the
 * `handGradient` itself. `body` may take and return anything, and may use tensors from around it: what it uses and what others
 * use of it are found from the graph. A region inside a region belongs to the outer one.
 *
 * @param name for people, and for the graph's names: letters, digits and `_`, such as `layer_norm_grad`
 */
export function region<Args extends readonly unknown[], Result>(
  name: string,
  body: (...args: Args) => Result,
): (...args: Args) => Result {
  return (...args) => {
    if (watcher === null) return body(...args)
    const watching = watcher
    watching.enter(name)
    try {
      return body(...args)
    } finally {
      watching.leave()
    }
  }
}

/** Tells `next` of every region while `run` runs. */
export function watchRegions<Result>(next: RegionWatcher, run: () => Result): Result {
  const before = watcher
  watcher = next
  try {
    return run()
  } finally {
    watcher = before
  }
}
