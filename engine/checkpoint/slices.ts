// A variable's index entry in, where its values lie out: one part, or the slices of a partitioned variable, in order.
import type { BundleEntry, SliceExtent } from './bundle-format.ts'
import { Malformed } from './malformed.ts'
import { sliceKey } from './slice-key.ts'

/**
 * One range of a data file and the memory of the tensor that it fills, in the file's order: `rows` runs of `bytes` bytes,
 * the first at `at`, each `stride` bytes after the one before.
 */
export type PlacedSlice = { entry: BundleEntry; at: number; rows: number; stride: number; bytes: number }

/**
 * TensorFlow cuts a partitioned variable along one axis; the slices must cover that axis without gap or overlap.
 * @param sliceEntries the entries of all slices in the index, by key
 * @throws Malformed
 */
export function placeSlices(
  name: string,
  entry: BundleEntry,
  sliceEntries: ReadonlyMap<string, BundleEntry>,
): PlacedSlice[] {
  if (entry.slices.length === 0) return [{ entry, at: 0, rows: 1, stride: entry.size, bytes: entry.size }]
  if (entry.width === null) throw new Malformed(`${name} is cut into slices of ${entry.dtype}.`)
  const axis = cutAxis(name, entry)
  const parts = entry.slices.map((slice) => {
    const part = sliceEntries.get(sliceKey(name, slice))
    if (part === undefined) throw new Malformed(`a slice of ${name} is missing.`)
    const { start, length } = extentOf(slice[axis], entry.shape[axis]!)
    const shape = entry.shape.map((size, i) => (i === axis ? length : size))
    if (part.dtype !== entry.dtype || part.slices.length > 0 || part.shape.join() !== shape.join()) {
      throw new Malformed(
        `a slice of ${name} is not of the shape [${shape.join(', ')}] and the dtype ${entry.dtype}.`,
      )
    }
    return { part, start, length }
  })
  parts.sort((a, b) => a.start - b.start)
  let end = 0
  for (const { start, length } of parts) {
    if (start !== end)
      throw new Malformed(`the slices of ${name} leave a gap or overlap at ${Math.min(start, end)}.`)
    end = start + length
  }
  if (end !== entry.shape[axis])
    throw new Malformed(`the slices of ${name} end at ${end} of ${entry.shape[axis]}.`)
  const rows = entry.shape.slice(0, axis).reduce((product, size) => product * size, 1)
  const inner = entry.shape.slice(axis + 1).reduce((product, size) => product * size, entry.width)
  const stride = end * inner
  return parts.map(({ part, start, length }) => ({
    entry: part,
    at: start * inner,
    rows,
    stride,
    bytes: length * inner,
  }))
}

/** The one axis along which not every slice is whole. */
function cutAxis(name: string, entry: BundleEntry): number {
  const cut = new Set<number>()
  for (const slice of entry.slices) {
    if (slice.length !== entry.shape.length)
      throw new Malformed(`a slice of ${name} has ${slice.length} dimensions.`)
    slice.forEach((extent, i) => {
      const { start, length } = extentOf(extent, entry.shape[i]!)
      if (start !== 0 || length !== entry.shape[i]) cut.add(i)
    })
  }
  if (cut.size > 1) throw new Malformed(`${name} is cut along ${cut.size} axes; only one is read here.`)
  const [axis] = cut
  if (axis === undefined && entry.shape.length === 0)
    throw new Malformed(`${name} is a scalar cut into slices.`)
  return axis ?? 0
}

function extentOf(extent: SliceExtent | undefined, size: number): { start: number; length: number } {
  return { start: extent?.start ?? 0, length: extent?.length ?? size }
}
