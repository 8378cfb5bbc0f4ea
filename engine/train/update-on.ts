// A step and a way to make its batches in, the update of a workload out: what the step leaves behind is tidied around it.
import { dispose, tidy } from '@tensorflow/tfjs-core'
import type { ModelInputs } from '../model/albert.ts'
import type { TrainStep } from './train-step.ts'
import type { Split } from './workload.ts'

/** @param batch makes the tensors of the chosen examples; they are disposed after the step */
export function updateOn<Batch extends ModelInputs>(
  trainStep: TrainStep<Batch>,
  batch: (indexes: ArrayLike<number>) => Batch,
): Split['update'] {
  return (state, indexes, key) => {
    const tensors = batch(indexes)
    const result = tidy(() => trainStep(state, tensors, key))
    dispose(tensors)
    return result
  }
}
