// A tensor of one side in, the same values under the other side's name and layout out.
import type { NamedTensor } from './named-tensor.ts'

/** Rows and columns that are turned at once: both sides of them fit into the processor's nearest cache. */
const TILE = 32

/** Another name and, for kernels, rows and columns exchanged. */
export function converted(tensor: NamedTensor, name: string, transposed: boolean): NamedTensor {
  const [rows, columns] = tensor.shape
  const from = tensor.data
  if (!transposed || rows === undefined || columns === undefined || !(from instanceof Float32Array))
    return { ...tensor, name }
  const data = new Float32Array(from.length)
  for (let top = 0; top < rows; top += TILE) {
    for (let left = 0; left < columns; left += TILE) {
      const [below, right] = [Math.min(top + TILE, rows), Math.min(left + TILE, columns)]
      for (let column = left; column < right; column++) {
        for (let row = top; row < below; row++) data[column * rows + row] = from[row * columns + column]!
      }
    }
  }
  return { name, dtype: 'float32', shape: [columns, rows], data }
}
