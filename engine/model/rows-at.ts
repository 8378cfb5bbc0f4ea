// A table and places in, the rows at these places out; the gradient adds the rows up by place.
import {
  gather,
  reshape,
  tidy,
  unsortedSegmentSum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core'
import { handGradient } from './hand-gradient.ts'

/** @param table [n, width] @param places int32 of any shape, each below n @returns [...places, width] */
export function rowsAt(table: Tensor, places: Tensor): Tensor {
  const [rows, width] = table.shape as [number, number]
  const run = handGradient((...args: unknown[]) => {
    const [table, save] = args as [Tensor2D, (tensors: Tensor[]) => void]
    save([places])
    const gradFunc = (dy: Tensor, saved: Tensor[]) =>
      tidy(() => {
        const [places] = saved as [Tensor]
        const values: Tensor2D = reshape(dy, [places.size, width])
        const indices: Tensor1D = reshape(places, [places.size])
        return unsortedSegmentSum(values, indices, rows)
      })
    return { value: gather(table, places as Tensor1D), gradFunc }
  })
  return run(table)
}
