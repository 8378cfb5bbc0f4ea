// A tensor of one side in, the same values under the other side's name and layout out.
import type { NamedTensor } from './named-tensor.ts'

/** Another name and, for kernels, rows and columns exchanged. */
export function converted(tensor: NamedTensor, name: string, transposed: boolean): NamedTensor {
  const [rows, columns] = tensor.shape
  if (!transposed || rows === undefined || columns === undefined || tensor.dtype !== 'float32')
    return { ...tensor, name }
  const from = tensor.data
  const data = new Float32Array(from.length)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      data[column * rows + row] = Number(from[row * columns + column])
  }
  return { name, dtype: 'float32', shape: [columns, rows], data }
}
