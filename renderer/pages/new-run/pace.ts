// Steps, batch size and rows in, what they come to out: how often a run sees its data, evaluates and saves.
import type { Hyperparameters } from '../../../engine/spec/hyperparameters.ts'

export type Pace = {
  /** Passes over the training rows; null when their number is not known. */
  epochs: number | null
  stepsPerEpoch: number | null
  evaluations: number
  /** Share of the steps in which the learning rate still climbs. */
  warmupShare: number
}

export type PaceWarning = 'less-than-an-epoch' | 'batch-beyond-rows' | 'many-epochs' | 'never-saved-between'

/** @returns null while a number is missing */
export function paceOf(
  values: Pick<Hyperparameters, 'train_step' | 'train_batch_size' | 'save_checkpoints_steps' | 'warmup_step'>,
  rows: number | null,
): Pace | null {
  const { train_step, train_batch_size, save_checkpoints_steps, warmup_step } = values
  const numbers = [train_step, train_batch_size, save_checkpoints_steps, warmup_step]
  if (!numbers.every((value) => Number.isFinite(value) && value >= 0)) return null
  if (train_step === 0 || train_batch_size === 0 || save_checkpoints_steps === 0) return null
  return {
    epochs: rows === null || rows === 0 ? null : (train_step * train_batch_size) / rows,
    stepsPerEpoch: rows === null || rows === 0 ? null : rows / train_batch_size,
    // The last step is saved and evaluated as well.
    evaluations: Math.ceil(train_step / save_checkpoints_steps),
    warmupShare: warmup_step / train_step,
  }
}

/** What a person may have overlooked; none of it forbids the run. */
export function paceWarnings(
  values: Pick<Hyperparameters, 'train_step' | 'train_batch_size' | 'save_checkpoints_steps' | 'warmup_step'>,
  rows: number | null,
): PaceWarning[] {
  const pace = paceOf(values, rows)
  if (pace === null) return []
  const warnings: PaceWarning[] = []
  if (rows !== null && rows > 0 && values.train_batch_size > rows) warnings.push('batch-beyond-rows')
  if (pace.epochs !== null && pace.epochs < 1) warnings.push('less-than-an-epoch')
  if (pace.epochs !== null && pace.epochs > 50) warnings.push('many-epochs')
  if (values.save_checkpoints_steps > values.train_step) warnings.push('never-saved-between')
  return warnings
}
