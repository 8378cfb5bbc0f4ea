// The compiled or eager update of a kind and a way to make its batches in, what a split offers for training out.
import { dispose, tensor1d, tidy } from '@tensorflow/tfjs-core'
import type { TrainingPlan } from '../data/batch-plan.ts'
import type { Layout } from '../data/pack-rows.ts'
import type { ModelInputs } from '../model/albert.ts'
import type { UpdateStep } from './steps.ts'
import type { Split } from './workload.ts'

/** @param batch makes the tensors of the chosen examples; they are disposed after the step */
export function updatesOn<Batch extends ModelInputs>(
  step: UpdateStep<Batch>,
  plan: () => TrainingPlan,
  batch: (indexes: ArrayLike<number>, layout: Layout) => Batch,
): Pick<Split, 'plan' | 'update' | 'expect'> {
  return {
    plan,
    update: (state, indexes, key) => {
      const tensors = batch(indexes, plan().layoutOf(indexes))
      const result = tidy(() => step(state, tensors, key))
      dispose(tensors)
      return result
    },
    expect: (state, batches) => {
      const { shapes, layoutOf } = plan()
      const seen = new Set<string>()
      let isNew = false
      for (const indexes of batches) {
        const layout = layoutOf(indexes)
        const shape = `${layout.rows} × ${layout.row_length}`
        if (seen.has(shape)) continue
        seen.add(shape)
        const tensors = { batch: batch(indexes, layout), key: tensor1d([0, 0], 'int32') }
        isNew = step.expect(state, tensors.batch, tensors.key) || isNew
        dispose(tensors)
        if (seen.size >= shapes.length) break
      }
      return isNew
    },
  }
}
