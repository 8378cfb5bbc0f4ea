// What a kind of task does its own way in a run: read, batch, score, predict. All else of a run knows only this.
import type { Tensor1D } from '@tensorflow/tfjs-core'
import type { RowUse, TrainingPlan } from '../data/batch-plan.ts'
import type { Demand } from '../jit/demand.ts'
import type { Compiler } from '../jit/jit.ts'
import type { ParamSpec, Params } from '../model/params.ts'
import type { RunEvent } from '../spec/run.ts'
import type { SplitName } from '../spec/task-spec.ts'
import type { Tokenizing } from './features/workers.ts'
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
  prepare(split: SplitName, tokenizing: Tokenizing, signal: AbortSignal): AsyncGenerator<RunEvent, Split>
  /** A split of examples with items of these lengths that say nothing: to plan a run with. */
  imagine(lengths: Int32Array): Split
  /** Compiles the steps that its splits were told to expect; see `Compiler`. */
  compile: Compiler['compile']
  /** Frees what the steps hold of TensorFlow; the workload is of no use then. */
  close(): void
  /** What closes `eval_results.txt` once the best evaluation is known. @param best_block its text in the file; '' where it is gone */
  conclusion?(best_step: number, best_block: string): string
}

/** A split in memory, ready for whatever a run does with it. */
export type Split = {
  /** What a training step draws from. */
  examples: number
  /** Tokens of each item, example after example; and how many items an example has. */
  lengths: Int32Array
  items: number
  row_use: RowUse
  /** Share of the most frequent answer: what a model that reads nothing scores; null where there is no such thing. */
  majority: number | null
  /** Hash of all that the model reads of it. */
  fingerprint(): string
  /** What the model reads of an example, and what it is to answer, in words. @param index counted from 0 */
  shown(index: number): ShownExample
  /** Its training. @param pieces in which each batch is taken, one after the other; the update is that of the whole */
  updates(pieces: number): Updates
  /** What answering all of it in batches of `batch_size` takes. @param params of their numbers nothing is read */
  answerDemand(params: Params, batch_size: number): Demand
  /** Tells that all of it will be answered so: a step for each shape of its batches is made beforehand. */
  expectAnswers(params: Params, batch_size: number): void
  evaluate(params: Params, signal: AbortSignal): AsyncGenerator<RunEvent, Evaluated>
  /** Writes the prediction files. @param metrics what these weights measured on dev */
  predict(
    params: Params,
    metrics: Record<string, number>,
    signal: AbortSignal,
  ): AsyncGenerator<RunEvent, void>
}

export type Updates = {
  /** How batches, or their pieces, lie in rows: every shape that a step can have. */
  plan: TrainingPlan
  /** Tells of the batches to come, so that a step for each of their shapes is made at once. */
  expect(state: TrainState, batches: Iterable<Uint32Array>): void
  /** What an update takes: memory for the largest of the shapes, arithmetic on average. @param state of its numbers nothing is read */
  demand(state: TrainState, batches: Iterable<Uint32Array>): Demand
  /** One update with the chosen examples; the caller disposes the old state, the key and the result. */
  update(state: TrainState, indexes: Uint32Array, key: Tensor1D): StepResult
  /** Frees what is kept from update to update. */
  close(): void
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
