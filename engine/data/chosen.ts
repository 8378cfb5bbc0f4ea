// Examples and their numbers in, the examples with these numbers out.

/** @param indexes counted from 0 @throws RangeError where there is no such example */
export function chosen<T>(examples: readonly T[], indexes: ArrayLike<number>): T[] {
  return Array.from(indexes, (index) => {
    const one = examples[index]
    if (one === undefined) throw new RangeError(`There is no example ${index}; there are ${examples.length}.`)
    return one
  })
}
