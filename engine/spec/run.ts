// The engine's whole conversation: a RunRequest in, a stream of RunEvents out.
import { z } from 'zod'
import { AlbertConfig } from './albert-config.ts'
import { EngineError } from './errors.ts'
import { Hyperparameters } from './hyperparameters.ts'
import { ExtractiveQaHyperparameters, MultipleChoiceHyperparameters } from './kind-hyperparameters.ts'
import { RunPlan } from './run-plan.ts'
import { Runtime } from './runtime.ts'
import { SplitName, TaskSpec } from './task-spec.ts'

/** Where the model of a run comes from. Without `init_checkpoint` it starts from fresh weights. */
export const RunModel = z
  .object({
    albert_config: AlbertConfig,
    /** A SentencePiece model; exactly one of this and `vocab_file`. */
    spm_model_file: z.string().nullable(),
    /** A WordPiece vocabulary, as the Chinese models have. */
    vocab_file: z.string().nullable(),
    /** Prefix of a TensorFlow checkpoint, as in `…/model.ckpt-best`. */
    init_checkpoint: z.string().nullable(),
  })
  .refine((model) => (model.spm_model_file === null) !== (model.vocab_file === null), {
    message: 'give either spm_model_file or vocab_file',
    path: ['spm_model_file'],
  })
export type RunModel = z.infer<typeof RunModel>

/** All that a run needs to know. What lies in `output_dir` already is gone on with: the newest complete checkpoint is resumed. */
export const RunRequest = z.object({
  task: TaskSpec,
  /** Folder that holds the task's files. */
  data_dir: z.string(),
  model: RunModel,
  hyperparameters: Hyperparameters,
  /** Read where the task is of this kind; without them, the defaults. */
  extractive_qa: ExtractiveQaHyperparameters.optional(),
  multiple_choice: MultipleChoiceHyperparameters.optional(),
  runtime: Runtime.prefault({}),
  /** Extractive QA, for a run that only predicts: the threshold for "no answer" that dev was answered best with. */
  null_score_diff_threshold: z.number().optional(),
  /** Checkpoints, results and predictions are written here. */
  output_dir: z.string(),
  /** Folder in which what was read of a file is kept for the next run; without it, nothing is. */
  cache_dir: z.string().optional(),
  do_train: z.boolean(),
  do_eval: z.boolean(),
  do_predict: z.boolean(),
})
export type RunRequest = z.infer<typeof RunRequest>

export const RunPhase = z.enum([
  'starting',
  'preparing',
  'compiling',
  'training',
  'saving',
  'evaluating',
  'predicting',
  'finishing',
])
export type RunPhase = z.infer<typeof RunPhase>

/** What one update measured. */
export const StepMetrics = z.object({
  /** Updates done, this one included: the first is 1. */
  step: z.int(),
  loss: z.number(),
  /** The rate this update used. */
  learning_rate: z.number(),
  /** Global norm of the gradients before clipping. */
  grad_norm: z.number(),
  examples_per_second: z.number(),
  /** Wall time at the end of the step, in milliseconds since 1970. */
  at: z.number(),
  /** What the loss was multiplied by before its gradients were taken; in fp16 alone. */
  loss_scale: z.number().nullish(),
})
export type StepMetrics = z.infer<typeof StepMetrics>

/** What an evaluation of one checkpoint measured. */
export const Evaluation = z.object({
  split: SplitName,
  step: z.int(),
  metrics: z.record(z.string(), z.number()),
  examples: z.int(),
  /** Whether this is the best checkpoint so far by the task's `best_by`. */
  is_best: z.boolean(),
})
export type Evaluation = z.infer<typeof Evaluation>

/** What a finished run leaves: the score of its best checkpoint and what stands beside it for comparison. */
export const RunResult = z.object({
  best_step: z.int(),
  metrics: z.record(z.string(), z.number()),
  best_by: z.string(),
  /** Share of the most frequent label in dev; null for regression. */
  majority: z.number().nullable(),
  train_seconds: z.number(),
  parameters: z.int(),
  peak_memory_bytes: z.number(),
  files: z.array(z.string()),
})
export type RunResult = z.infer<typeof RunResult>

export const RunEvent = z.discriminatedUnion('type', [
  /** `total` null: the length is not known. */
  z.object({
    type: z.literal('phase'),
    phase: RunPhase,
    detail: z.string(),
    done: z.int(),
    total: z.int().nullable(),
  }),
  z.object({
    type: z.literal('split'),
    split: SplitName,
    examples: z.int(),
    truncated: z.int(),
    longest: z.int(),
  }),
  /** What the run will take and do, once its data is read and before it computes. */
  z.object({ type: z.literal('plan'), plan: RunPlan }),
  /** The run goes on from a checkpoint; points after `step` are void. */
  z.object({ type: z.literal('resumed'), step: z.int() }),
  z.object({ type: z.literal('step'), point: StepMetrics, train_step: z.int() }),
  z.object({ type: z.literal('evaluation'), evaluation: Evaluation }),
  z.object({ type: z.literal('checkpoint'), step: z.int(), prefix: z.string() }),
  z.object({
    type: z.literal('log'),
    level: z.enum(['info', 'warning', 'error']),
    message: z.string(),
    at: z.number(),
  }),
  /** The last event is one of these four. This one: the run is saved at `step`, and is to go on in a new process. */
  z.object({ type: z.literal('worn-out'), step: z.int() }),
  z.object({ type: z.literal('finished'), result: RunResult }),
  z.object({ type: z.literal('cancelled'), step: z.int() }),
  z.object({ type: z.literal('failed'), step: z.int(), error: EngineError }),
])
export type RunEvent = z.infer<typeof RunEvent>

/** Why a run is stopped: the reason of the abort signal. `pause` saves a checkpoint at the step it stops at; `cancel` just stops. */
export const StopReason = z.enum(['pause', 'cancel'])
export type StopReason = z.infer<typeof StopReason>
