// Weights and examples in, the model's answer to each of them out, in their order: a label, a number or a choice.
import { dispose, tidy } from '@tensorflow/tfjs-core'
import type { EvaluationBatch } from '../data/evaluation-plan.ts'
import type { Layout } from '../data/pack-rows.ts'
import { largest, type Demand } from '../jit/demand.ts'
import type { Tree } from '../jit/tree.ts'
import type { ModelInputs } from '../model/albert.ts'
import type { LabelAnswers, LabelBatch } from '../model/heads.ts'
import type { Params } from '../model/params.ts'
import type { RunEvent } from '../spec/run.ts'
import { oneOfEachShape, overBatches, shapeOf, type Stretch } from './over-batches.ts'
import type { AnswerStep, Steps } from './steps.ts'

export type Answers = {
  /** How many labels or choices there are, or 1 for regression: the width of `probabilities`. */
  outputs: number
  probabilities: Float32Array // [examples, outputs], row-major
  predictions: Float32Array // [examples], label ids or numbers
  per_example_loss: Float32Array // [examples]
}

export type Asked = {
  steps: Pick<Steps<LabelBatch, LabelAnswers>, 'answer' | 'compile'>
  outputs: number
  /** How many there are. */
  examples: number
  /** Tensors of the chosen examples, for as many answers as asked for. The caller disposes them. */
  batch: MakeAnswered<LabelBatch>
}

/** Runs the model over all examples. @throws Cancelled */
export async function* answer(
  { steps, outputs, examples, batch }: Asked,
  params: Params,
  stretch: Stretch,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, Answers> {
  const answers: Answers = {
    outputs,
    probabilities: new Float32Array(examples * outputs),
    predictions: new Float32Array(examples),
    per_example_loss: new Float32Array(examples),
  }
  expectAnswers(steps.answer, params, stretch.batches, batch)
  yield* overBatches(stretch, steps.compile, signal, ({ indexes, layout, answers: asked }) => {
    const tensors = batch(indexes, layout, asked)
    const { probabilities, predictions, per_example_loss } = tidy(() => {
      const found = steps.answer({ params }, tensors)
      return {
        probabilities: found.probabilities.dataSync(),
        predictions: found.predictions.dataSync(),
        per_example_loss: found.per_example_loss.dataSync(),
      }
    })
    dispose(tensors)
    indexes.forEach((index, row) => {
      answers.probabilities.set(probabilities.subarray(row * outputs, (row + 1) * outputs), index * outputs)
      answers.predictions[index] = predictions[row] ?? NaN
      answers.per_example_loss[index] = per_example_loss[row] ?? NaN
    })
    return indexes.filter((index) => Number.isNaN(answers.probabilities[index * outputs])).length
  })
  return answers
}

/** Tells a step of one batch of each shape. */
export function expectAnswers<Batch extends ModelInputs, Answers extends Tree>(
  step: AnswerStep<Batch, Answers>,
  params: Params,
  batches: readonly EvaluationBatch[],
  make: MakeAnswered<Batch>,
): void {
  for (const { indexes, layout, answers } of oneOfEachShape(batches)) {
    const tensors = make(indexes, layout, answers)
    step.expect({ params }, tensors)
    dispose(tensors)
  }
}

type MakeAnswered<Batch> = (indexes: ArrayLike<number>, layout: Layout, answers: number) => Batch

/** What answering the batches takes: memory for the largest shape, arithmetic for all of them. @param params of their numbers nothing is read */
export function answerDemand<Batch extends ModelInputs, Answers extends Tree>(
  step: AnswerStep<Batch, Answers>,
  params: Params,
  batches: readonly EvaluationBatch[],
  make: MakeAnswered<Batch>,
): Demand {
  const demands = new Map(
    oneOfEachShape(batches).map((batch) => {
      const tensors = make(batch.indexes, batch.layout, batch.answers)
      const demand = step.demand({ params }, tensors)
      dispose(tensors)
      return [shapeOf(batch), demand]
    }),
  )
  const flops = batches.reduce((sum, batch) => sum + (demands.get(shapeOf(batch))?.flops ?? 0), 0)
  return { ...largest([...demands.values()]), flops }
}
