// What a run will take and do, told before it starts: memory, arithmetic, how its batches lie, and what would fit where it does not.
import { z } from 'zod'

/** A setting that fits where the wished one does not; alone, with all others as they are. */
export const Fitting = z.object({
  field: z.enum([
    'micro_batch_size',
    'train_batch_size',
    'max_seq_length',
    'eval_batch_size',
    'predict_batch_size',
  ]),
  value: z.int(),
})
export type Fitting = z.infer<typeof Fitting>

export const RunPlan = z.object({
  /** Of the run's process at its worst moment, in bytes. */
  memory_bytes: z.number(),
  /** What it may take. */
  allowed_bytes: z.number(),
  /** What the first is made of; of the last two only the larger one is needed at once. */
  memory_parts: z.object({
    /** The process, TensorFlow, its compiled code. */
    library: z.number(),
    /** Weights, moments and gradient sums. */
    weights: z.number(),
    training: z.number(),
    answering: z.number(),
  }),
  fits: z.boolean(),
  /** Empty where it fits, or where nothing does. */
  fitting: z.array(Fitting),
  /** Examples of each piece in which a batch is taken; the whole batch where it is one. Null without training. */
  micro_batch_size: z.int().nullable(),
  micro_batches: z.int(),
  /** `packed`: examples share rows; `own-row`: rows as short as their batch allows; `full-row`: of `max_seq_length`. */
  row_use: z.enum(['packed', 'own-row', 'full-row']),
  shapes: z.array(z.object({ rows: z.int(), row_length: z.int() })),
  /** Places computed for each token of training; null without training. */
  places_per_token: z.number().nullable(),
  compiled: z.boolean(),
  precision: z.enum(['fp32', 'bf16', 'fp16']),
  /** Why: asked for; what the card can do; the processor has a unit, or has none, or does not tell; or nothing is compiled. */
  precision_reason: z.enum(['asked', 'card', 'unit', 'no-unit', 'unknown', 'not-compiled']),
  /** Arithmetic of the matrix products: of one update on average, and of answering dev once. */
  update_flops: z.number(),
  evaluation_flops: z.number(),
})
export type RunPlan = z.infer<typeof RunPlan>
