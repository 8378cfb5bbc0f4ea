// What a kind of task does its own way in a run: read, batch, score, predict. All else of a run knows only this.
import type { Tensor1D } from '@tensorflow/tfjs-core'
import type { TrainingPlan } from '../data/batch-plan.ts'
import type { ParamSpec, Params } from '../model/params.ts'
import type { RunEvent } from '../spec/run.ts'
import type { SplitName } from '../spec/task-spec.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import type { TrainState } from './state.ts'
import type { StepResult } from './train-step.ts'

export type Workload = {
  /** Every variable of the model: the encoder, the pooler, the head. */
  params: ParamSpec[]
  /** The kind's own knobs that decide what a step computes, beside what it reads. */
  recipe: readonly unknown[]
  /**
   * Reads and tokenises a split, and tells of it by a `split` event.
   * @throws EngineFailure that names the first place which cannot be used; Cancelled
   */
  prepare(split: SplitName, tokenizer: Tokenizer, signal: AbortSignal): AsyncGenerator<RunEvent, Split>
  /** Frees what the steps hold of TensorFlow; the workload is of no use then. */
  close(): void
  /** What closes `eval_results.txt` once the best evaluation is known. @param best_block its text in the file; '' where it is gone */
  conclusion?(best_step: number, best_block: string): string
}

/** A split in memory, ready for whatever a run does with it. */
export type Split = {
  /** What a training step draws from. */
  examples: number
  /** Share of the most frequent answer: what a model that reads nothing scores; null where there is no such thing. */
  majority: number | null
  /** Hash of all that the model reads of it. */
  fingerprint(): string
  /** What the model reads of an example, and what it is to answer, in words. @param index counted from 0 */
  shown(index: number): ShownExample
  /** How the batches of its training lie in rows: every shape that a step can have. Made when first asked for. */
  plan(): TrainingPlan
  /**
   * Tells of the batches to come, so that a step for each of their shapes is made at once.
   * @returns whether the first of them will take the time to compile
   */
  expect(state: TrainState, batches: Iterable<ArrayLike<number>>): boolean
  /** One update with the chosen examples; the caller disposes the old state, the key and the result. */
  update(state: TrainState, indexes: ArrayLike<number>, key: Tensor1D): StepResult
  evaluate(params: Params, signal: AbortSignal): AsyncGenerator<RunEvent, Evaluated>
  /** Writes the prediction files. @param metrics what these weights measured on dev */
  predict(
    params: Params,
    metrics: Record<string, number>,
    signal: AbortSignal,
  ): AsyncGenerator<RunEvent, void>
}

/** An example as a person can check it; the rows are not padded. */
export type ShownExample = {
  name: string
  rows: { input_ids: Int32Array; segment_ids: Int32Array }[] // each [tokens]
  target: string
}

/** What the weights measured on a split. */
export type Evaluated = {
  /** Shares are fractions of 1, whatever unit the original's files have. */
  metrics: Record<string, number>
  examples: number
  /** Text for `eval_results.txt`, its closing line of `=` left out. */
  block(step: number, before: Before): string
  /** Writes the files that belong to these weights, when they are the best so far. */
  keep(): Promise<void>
}

/** What stands in `eval_results.txt` and the record before an evaluation. */
export type Before = {
  /** The best value so far; null before the first. */
  best: number | null
  /** The text of the last evaluation; '' before the first. */
  block: string
}
