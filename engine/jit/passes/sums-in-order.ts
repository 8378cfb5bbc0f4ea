// A trace in, the same with every sum of several tensors as additions of two, in an order of their own, out.
import { only, rewrite, type Op, type Traced, type Value } from '../traced.ts'

const ADDITIONS: ReadonlySet<string> = new Set(['Add', 'AddV2', 'AddN'])

/** Terms of a sum that are added up already, and how many times it was added to another as large. */
type Part = { value: Value; doublings: number }

/**
 * A pass over the additions outside of regions; those that only another addition uses are parts of that sum. TensorFlow would make
 * one `AddN` of them, which begins with the first input whose memory it may write its result into, and which one that is hangs on
 * which of its neighbours have finished: the same numbers in another order, and the last bit of a step with it.
 *
 * Terms are added in pairs, and pairs in pairs, each as soon as both are there: few of many terms are held at once, and a number
 * is rounded about log₂ n times and not n times.
 */
export function sumsInOrder(traced: Traced): Traced {
  const isPart = partsOf(traced)
  const partsBy = new Map<Op, readonly Part[]>()
  return rewrite(traced, (op, inputs, emit) => {
    if (!isSum(op)) return null
    const { T } = op.attrs
    const attrs = T === undefined ? {} : { T }
    const isWhole = !isPart(op)
    const terms = op.inputs.flatMap(
      ({ op: source }, at) => partsBy.get(source) ?? inputs.slice(at, at + 1).map(asPart),
    )
    let additions_left = terms.length - 1
    const added = (first: Part, second: Part): Part => {
      additions_left -= 1
      const noted = isWhole && additions_left === 0 ? op.noted : null
      const value = only(
        emit({ name: 'AddV2', attrs, inputs: [first.value, second.value], forms: op.outputs, noted }),
      )
      return { value, doublings: second.doublings + 1 }
    }
    const parts = inPairs(terms, added)
    if (isWhole) return [parts.reduceRight((sum, part) => added(part, sum)).value]
    partsBy.set(op, parts)
    return op.outputs // which nothing reads: the whole sum takes the parts
  })
}

/** As a binary counter counts: two parts of the same size become one of twice that. */
function inPairs(terms: readonly Part[], added: (first: Part, second: Part) => Part): Part[] {
  const parts: Part[] = []
  for (const term of terms) {
    let part = term
    for (let last = parts.at(-1); last?.doublings === part.doublings; last = parts.at(-1)) {
      parts.pop()
      part = added(last, part)
    }
    parts.push(part)
  }
  return parts
}

function asPart(value: Value): Part {
  return { value, doublings: 0 }
}

/** Tells the sums that another sum uses, once, and nothing else. */
function partsOf({ ops, results }: Traced): (sum: Op) => boolean {
  const users = new Map<Op, Op[]>()
  for (const user of ops) for (const { op } of user.inputs) users.set(op, [...(users.get(op) ?? []), user])
  const kept = new Set(results.map(({ op }) => op))
  return (sum) => {
    const [user, ...others] = users.get(sum) ?? []
    return user !== undefined && others.length === 0 && isSum(user) && !kept.has(sum)
  }
}

/** Of terms that all have its own form. */
function isSum({ name, region, inputs, outputs: [sum] }: Op): boolean {
  const shape = sum?.shape.join()
  return ADDITIONS.has(name) && region === null && inputs.every((term) => term.shape.join() === shape)
}
