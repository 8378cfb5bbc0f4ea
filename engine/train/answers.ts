// Weights and features in, the model's answer to each example out, in the order of the features.
import { dispose, tidy } from '@tensorflow/tfjs-core'
import { batchOf } from '../data/batches.ts'
import type { Features } from '../data/features.ts'
import type { Params } from '../model/params.ts'
import type { RunEvent, RunRequest } from '../spec/run.ts'
import { toTensors } from './batch-tensors.ts'
import { breathe } from './cancelled.ts'
import { evalStepOf } from './eval-step.ts'
import { progressOf } from './progress.ts'

export type Answers = {
  /** Labels of the task, or 1 for regression: the width of `probabilities`. */
  outputs: number
  probabilities: Float32Array // [examples, outputs], row-major
  predictions: Float32Array // [examples], label ids or numbers
  per_example_loss: Float32Array // [examples]
}

/** Runs the model over all features, those of like length together: little padding is computed, and no answer changes by it. */
export async function* answer(
  { task, model, hyperparameters }: Pick<RunRequest, 'task' | 'model' | 'hyperparameters'>,
  params: Params,
  features: readonly Features[],
  stretch: { phase: 'evaluating' | 'predicting'; detail: string; batch_size: number },
  signal: AbortSignal,
): AsyncGenerator<RunEvent, Answers> {
  const outputs = task.labels?.length ?? 1
  const answers: Answers = {
    outputs,
    probabilities: new Float32Array(features.length * outputs),
    predictions: new Float32Array(features.length),
    per_example_loss: new Float32Array(features.length),
  }
  const evalStep = evalStepOf({ task, config: model.albert_config })
  const by_length = features.map((_, index) => index).sort((a, b) => lengthOf(a) - lengthOf(b) || a - b)
  const progress = progressOf(stretch.phase, stretch.detail, features.length)
  yield progress.start()
  for (let start = 0; start < by_length.length; start += stretch.batch_size) {
    const indexes = by_length.slice(start, start + stretch.batch_size)
    const batch = toTensors(batchOf(features, indexes, task.kind, hyperparameters))
    const { probabilities, predictions, per_example_loss } = tidy(() => {
      const step = evalStep(params, batch)
      return {
        probabilities: step.probabilities.dataSync(),
        predictions: step.predictions.dataSync(),
        per_example_loss: step.per_example_loss.dataSync(),
      }
    })
    dispose(batch)
    indexes.forEach((index, row) => {
      answers.probabilities.set(probabilities.subarray(row * outputs, (row + 1) * outputs), index * outputs)
      answers.predictions[index] = predictions[row] ?? NaN
      answers.per_example_loss[index] = per_example_loss[row] ?? NaN
    })
    yield* progress.at(start + indexes.length)
    await breathe(signal)
  }
  return answers

  function lengthOf(index: number): number {
    return features[index]?.tokens ?? 0
  }
}
