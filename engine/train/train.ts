// A state and the features in, a stream of events out: the training loop, with its checkpoints and evaluations.
import { dispose, tensor1d, type Scalar } from '@tensorflow/tfjs-core'
import path from 'node:path'
import { collectGarbage } from '../backends/collect-garbage.ts'
import { writeBundle } from '../checkpoint/bundle-writer.ts'
import {
  saveTrainingCheckpoint,
  updateTrainingRecord,
  type TrainingCheckpoint,
} from '../checkpoint/training-checkpoint.ts'
import type { TrainingRecord } from '../checkpoint/training-record.ts'
import { trainSampler } from '../data/train-order.ts'
import { lossScaleNumbers } from '../optim/loss-scale.ts'
import type { Evaluation, RunEvent, RunRequest, StepMetrics, StopReason } from '../spec/run.ts'
import { breathe, Cancelled } from './cancelled.ts'
import { isBetter } from './evaluate.ts'
import { canBeScaledLess, notFinite, scaleEvents } from './not-finite.ts'
import { compiled } from './compiling.ts'
import { logged } from './progress.ts'
import { shapesSentence } from './row-use.ts'
import { disposeState, type TrainState } from './state.ts'
import { paramArrays, stateArrays } from './state-tensors.ts'
import { stopIfWornOut, WornOut } from './worn-out.ts'
import type { Split, Updates, Workload } from './workload.ts'
import { evalBlocks, writeBestTrial, writeEvalResults } from './write-results.ts'

/** Prefix of the checkpoint that is the result of a run: the weights of its best evaluation, without moments. */
export const BEST = 'model.ckpt-best'

const PAUSE: StopReason = 'pause'

/** Steps after which what they left on JavaScript's heap is given back: by itself V8 lets the process grow by some 5 % first. */
const TIDY_EVERY = 1000

/** What a run goes on from and what it has measured so far. */
export type Training = {
  state: TrainState
  /** Of the checkpoint that `state` was read from; null for a state that was just made. */
  checkpoint: TrainingCheckpoint | null
  record: TrainingRecord
}

export type TrainOptions = {
  onStep: (step: number) => void
  /** After so many tensors the process is worn out; left out, as many as it can number. */
  tensor_numbers: number | undefined
}

export type Splits = {
  train: Split
  updates: Updates
  /** Null where there is nothing to evaluate, or to predict when all is done. */
  dev: Split | null
  test: Split | null
}

/**
 * Compiles all that the run will call, and trains to `train_step`. Saves at the first step, every `save_checkpoints_steps` and at the
 * last; each checkpoint is evaluated when there is a dev split, and the best one so far is written as `model.ckpt-best`. Owns the state
 * and disposes it.
 * A run that is told to pause saves where it stands, as one does whose process is worn out.
 * @param options.onStep told after each update, for a run that ends in between
 * @throws EngineFailure, Cancelled, WornOut
 */
export async function* train(
  request: RunRequest,
  splits: Splits,
  training: Training,
  compile: Workload['compile'],
  signal: AbortSignal,
  { onStep, tensor_numbers }: TrainOptions,
): AsyncGenerator<RunEvent, TrainingRecord> {
  const { hyperparameters, output_dir } = request
  const { train_step, save_checkpoints_steps } = hyperparameters
  const blocks = await evalBlocks(output_dir)
  const updates = splits.updates
  const update = updater(request, splits.train, updates)
  let { state, checkpoint, record } = training
  try {
    yield logged('info', shapesSentence(updates.plan))
    yield* scaleEvents({ step: record.step }, record.loss_scale)
    if (checkpoint === null) yield* save()
    expectAll()
    yield* compiled(compile, signal)
    if (isDue() && !isEvaluated()) yield* evaluateCheckpoint()
    yield trainingPhase()
    while (record.step < train_step) {
      const { state: next, point, loss_scale, seconds } = update.step(state, record)
      disposeState(state)
      state = next
      yield* scaleEvents(record, loss_scale)
      record = { ...record, loss_scale, train_seconds: record.train_seconds + seconds }
      if (point === null) {
        await breathe(signal)
        continue // the same batch again
      }
      record = advanced(record, point, splits.train.examples, hyperparameters.train_batch_size)
      onStep(record.step)
      if (record.step % TIDY_EVERY === 0) collectGarbage()
      yield { type: 'step', point, train_step }
      await breathe(signal)
      if (record.step < train_step) stopIfWornOut(tensor_numbers)
      if (!isDue()) continue
      yield* save()
      yield* evaluateCheckpoint()
      if (record.step < train_step) yield trainingPhase()
    }
    if (record.best === null) yield* keepAsBest() // without an evaluation the last step is the result
    return record
  } catch (thrown) {
    const isSaved = checkpoint === null || checkpoint.step === record.step
    const isWanted = (thrown instanceof Cancelled && signal.reason === PAUSE) || thrown instanceof WornOut
    if (isWanted && !isSaved) yield* save()
    throw thrown
  } finally {
    disposeState(state)
    updates.close()
  }

  /** All shapes of the run: they are in one graph, and none of them is compiled in its midst. */
  function expectAll(): void {
    updates.expect(state, update.batches(record.step))
    if (record.step < train_step || !isEvaluated())
      splits.dev?.expectAnswers(state.params, hyperparameters.eval_batch_size)
    splits.test?.expectAnswers(state.params, hyperparameters.predict_batch_size)
  }

  function trainingPhase(): RunEvent {
    return { type: 'phase', phase: 'training', detail: '', done: record.step, total: train_step }
  }

  /** Where a run was paused there is a checkpoint too; it is not evaluated, so that a pause does not change the result. */
  function isDue(): boolean {
    return record.step % save_checkpoints_steps === 0 || record.step === train_step
  }

  function isEvaluated(): boolean {
    return splits.dev === null || record.evaluations.some(({ step }) => step === record.step)
  }

  async function* save(): AsyncGenerator<RunEvent> {
    const { step } = record
    yield { type: 'phase', phase: 'saving', detail: `model.ckpt-${step}`, done: 0, total: 1 }
    checkpoint = await saveTrainingCheckpoint(
      output_dir,
      { tensors: stateArrays(state), record },
      { keep_checkpoint_max: hyperparameters.keep_checkpoint_max, protect: [] },
    )
    yield { type: 'checkpoint', step, prefix: checkpoint.prefix }
    await breathe(signal)
  }

  /** The best weights are on the disk before anything says so, and the record last: a kill in between repeats the evaluation. */
  async function* evaluateCheckpoint(): AsyncGenerator<RunEvent> {
    if (splits.dev === null || checkpoint === null) return
    const { task } = request
    const evaluated = yield* splits.dev.evaluate(state.params, signal)
    const { metrics, examples } = evaluated
    const { step } = record
    const value = metrics[task.best_by] ?? NaN
    const is_best = isBetter(task.best_by, value, record.best?.value ?? null)
    if (is_best) {
      yield* keepAsBest()
      await evaluated.keep()
    }
    blocks.length = Math.min(blocks.length, record.evaluations.length) // a kill may have left one more
    blocks.push(evaluated.block(step, { best: record.best?.value ?? null, block: blocks.at(-1) ?? '' }))
    const evaluation: Evaluation = { split: 'dev', step, metrics, examples, is_best }
    record = {
      ...record,
      best: is_best ? { step, metric: task.best_by, value } : record.best,
      evaluations: [...record.evaluations, evaluation],
    }
    await writeEvalResults(output_dir, blocks)
    await writeBestTrial(output_dir, step, record.best)
    yield { type: 'evaluation', evaluation }
    checkpoint = await updateTrainingRecord(checkpoint, record)
  }

  async function* keepAsBest(): AsyncGenerator<RunEvent> {
    yield { type: 'phase', phase: 'saving', detail: BEST, done: 0, total: 1 }
    const global_step = {
      name: 'global_step',
      dtype: 'int64',
      shape: [],
      data: BigInt64Array.of(BigInt(record.step)),
    } as const
    await writeBundle(path.join(output_dir, BEST), [...paramArrays(state.params), global_step])
  }
}

/** One update as a function of the state and the number of updates before it, with its numbers read; and the batches to come. */
function updater({ hyperparameters }: RunRequest, { examples }: Split, updates: Updates) {
  const sample = trainSampler(examples, hyperparameters.train_batch_size, hyperparameters.seed)
  function* batches(done: number): Generator<Uint32Array> {
    for (let at = done; at < hyperparameters.train_step; at++) yield sample(at)
  }
  const step = (state: TrainState, { step: done, loss_scale: scaled_by }: TrainingRecord): Updated => {
    const started = performance.now()
    const key = tensor1d([hyperparameters.seed | 0, done], 'int32')
    const { state: next, ...rest } = updates.update(state, sample(done), key)
    const point = {
      step: done + 1,
      loss: numberIn(rest.loss),
      learning_rate: numberIn(rest.learning_rate),
      grad_norm: numberIn(rest.grad_norm),
      examples_per_second: 0,
      at: Date.now(),
      loss_scale: scaled_by?.scale,
    }
    const loss_scale = rest.loss_scale && lossScaleNumbers(rest.loss_scale)
    dispose([key, rest])
    const seconds = (performance.now() - started) / 1000
    if (!Number.isFinite(point.loss) || !Number.isFinite(point.grad_norm)) {
      if (canBeScaledLess(point, scaled_by)) return { state: next, point: null, loss_scale, seconds }
      disposeState(next)
      throw notFinite(point, scaled_by)
    }
    point.examples_per_second = hyperparameters.train_batch_size / seconds
    return { state: next, point, loss_scale, seconds }
  }
  return { step, batches }
}

/** `point` null: the update was not made, and is to be tried again with the smaller scale of the state. */
type Updated = {
  state: TrainState
  point: StepMetrics | null
  loss_scale: TrainingRecord['loss_scale']
  seconds: number
}

function numberIn(scalar: Scalar): number {
  return scalar.dataSync()[0] ?? NaN
}

function advanced(
  record: TrainingRecord,
  { step }: StepMetrics,
  examples: number,
  train_batch_size: number,
): TrainingRecord {
  const drawn = step * train_batch_size
  return {
    ...record,
    step,
    position: { epoch: Math.floor(drawn / examples), offset: drawn % examples },
  }
}
