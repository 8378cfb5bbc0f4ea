// What a training checkpoint holds besides tensors: all that a run needs to go on as if it had never stopped.
import { z } from 'zod'
import { Evaluation } from '../spec/run.ts'

export const TrainingRecord = z.object({
  /** Updates done. */
  step: z.int().min(0),
  seed: z.int(),
  /** Name → hash of everything a resumed run must share with the interrupted one: config, recipe, data files, vocabulary. */
  fingerprints: z.record(z.string(), z.string()),
  /** The best evaluation so far, by the task's `best_by`. */
  best: z.object({ step: z.int(), metric: z.string(), value: z.number() }).nullable(),
  evaluations: z.array(Evaluation),
  /** Where in the data the next batch starts. */
  position: z.object({ epoch: z.int().min(0), offset: z.int().min(0) }),
  /** State of random generators by name, where the seed and the step alone do not give it. */
  random: z.record(z.string(), z.union([z.number(), z.string()])),
  /** In fp16: what the loss of the next update is scaled by, and updates made in a row since that changed. */
  loss_scale: z.object({ scale: z.number().positive(), good_steps: z.int().min(0) }).optional(),
  train_seconds: z.number().min(0),
  /** Pieces in which each batch is taken: they decide the masks of dropout, and the order of sums. */
  micro_batches: z.int().min(1).default(1),
})
export type TrainingRecord = z.infer<typeof TrainingRecord>

/** Names whose hash differs between two records, or that only one of them has; empty when a resume is exact. */
export function changedFingerprints(
  before: TrainingRecord['fingerprints'],
  now: TrainingRecord['fingerprints'],
): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(now)])
  return [...names].filter((name) => before[name] !== now[name]).sort()
}
