// The records that the host keeps and the window shows: what a model, a dataset, a job and a result are.
import { z } from 'zod'
import { AlbertConfig } from '../../engine/spec/albert-config.ts'
import { EngineError } from '../../engine/spec/errors.ts'
import { Hyperparameters } from '../../engine/spec/hyperparameters.ts'
import {
  ExtractiveQaHyperparameters,
  MultipleChoiceHyperparameters,
} from '../../engine/spec/kind-hyperparameters.ts'
import { Evaluation, RunPhase, RunResult, StepMetrics } from '../../engine/spec/run.ts'
import { RunPlan } from '../../engine/spec/run-plan.ts'
import { Runtime } from '../../engine/spec/runtime.ts'
import { SplitName, TaskSpec } from '../../engine/spec/task-spec.ts'
import { DownloadSettings } from './download-settings.ts'
import { WantedDevice } from './runtimes.ts'

export const ModelId = z.string().min(1)
export const DatasetId = z.string().min(1)
export const JobId = z.string().min(1)
/** A file that the person handed over; the window never names paths. */
export const FileId = z.string().min(1)

/** Milliseconds since 1970. */
const Time = z.number()

export const ModelRecord = z.object({
  id: ModelId,
  name: z.string(),
  /** `built-in`: a config that ships with the program and starts from fresh weights; `made`: one that a person wrote. */
  origin: z.enum(['built-in', 'imported', 'made']),
  /** The line of the catalogue that it was downloaded for. */
  catalogue_id: z.string().nullable(),
  albert_config: AlbertConfig,
  tokenizer: z.enum(['sentencepiece', 'wordpiece']),
  /** Weights of the backbone with embeddings, without heads. */
  parameters: z.int(),
  pretrained: z.boolean(),
  /** What its files take on the disk; 0 for a built-in one. */
  bytes: z.number(),
  /** Whether its files are still where they were put. */
  available: z.boolean(),
  created_at: Time,
})
export type ModelRecord = z.infer<typeof ModelRecord>

export const SplitSummary = z.object({
  rows: z.int(),
  /** Rows for each label; empty for regression and for files without labels. */
  label_counts: z.record(z.string(), z.int()),
  bytes: z.number(),
  sha256: z.string(),
})
export type SplitSummary = z.infer<typeof SplitSummary>

export const DatasetRecord = z.object({
  id: DatasetId,
  name: z.string(),
  task: TaskSpec,
  splits: z.partialRecord(SplitName, SplitSummary),
  /** Hash over the splits and the mapping; a run names it. */
  version: z.string(),
  origin: z.enum(['sample', 'imported']),
  /** Whether its files are still where they were put. */
  available: z.boolean(),
  created_at: Time,
})
export type DatasetRecord = z.infer<typeof DatasetRecord>

/** The life of a job; `job-state.ts` says which change may follow which. */
export const JobStatus = z.enum([
  'queued',
  'preparing',
  'running',
  'pausing',
  'paused',
  'stopping',
  'finishing',
  'interrupted',
  'done',
  'failed',
  'cancelled',
])
export type JobStatus = z.infer<typeof JobStatus>

export const JobProgress = z.object({
  phase: RunPhase,
  detail: z.string(),
  done: z.int(),
  total: z.int().nullable(),
  /** Last update done. */
  step: z.int(),
  train_step: z.int(),
  /** Seconds until the end, by the speed of the last steps; null until it can be told. */
  eta_seconds: z.number().nullable(),
})
export type JobProgress = z.infer<typeof JobProgress>

export const JobRecord = z.object({
  id: JobId,
  name: z.string(),
  status: JobStatus,
  /** Place in the queue; smaller runs earlier. */
  position: z.number(),
  dataset_id: DatasetId.nullable(),
  dataset_name: z.string(),
  dataset_version: z.string(),
  task: TaskSpec,
  model_id: ModelId.nullable(),
  model_name: z.string(),
  albert_config: AlbertConfig,
  hyperparameters: Hyperparameters,
  /** Where the task is of this kind. */
  extractive_qa: ExtractiveQaHyperparameters.optional(),
  multiple_choice: MultipleChoiceHyperparameters.optional(),
  runtime: Runtime,
  do_predict: z.boolean(),
  /** False for a run that only evaluates, or only answers a file. */
  do_train: z.boolean().default(true),
  /** Where it was started. */
  origin: z.enum(['window', 'command-line']),
  progress: JobProgress.nullable(),
  /** What the engine said that the run takes and does; null until its data is read. */
  plan: RunPlan.nullable().default(null),
  error: EngineError.nullable(),
  result: RunResult.nullable(),
  created_at: Time,
  started_at: Time.nullable(),
  ended_at: Time.nullable(),
  /** Seconds the engine worked on it, over all its executions. */
  worked_seconds: z.number(),
})
export type JobRecord = z.infer<typeof JobRecord>

/** What the run page needs to draw a job's whole history. */
export const JobHistory = z.object({
  points: z.array(StepMetrics),
  evaluations: z.array(Evaluation),
})
export type JobHistory = z.infer<typeof JobHistory>

export const LogLine = z.object({
  at: Time,
  level: z.enum(['info', 'warning', 'error']),
  message: z.string(),
})
export type LogLine = z.infer<typeof LogLine>

/** A line of the result table: a finished run with what it was made of. */
export const ResultRecord = z.object({
  job_id: JobId,
  job_name: z.string(),
  task_name: z.string(),
  task_title: z.string(),
  dataset_name: z.string(),
  dataset_version: z.string(),
  model_name: z.string(),
  hyperparameters: Hyperparameters,
  result: RunResult,
  finished_at: Time,
})
export type ResultRecord = z.infer<typeof ResultRecord>

/** A published score, as a share of 100; pairs as SQuAD's F1/EM hold two numbers. */
const PublishedScore = z.array(z.number()).min(1).max(2)

/** `assets/published-results.json`: the README's comparison of v1 and v2. */
export const PublishedResults = z.object({
  source: z.string(),
  /** In column order. `task_name` links a column to a task whose own runs can stand beside it. */
  columns: z.array(
    z.object({
      key: z.string(),
      title: z.string(),
      metric: z.string(),
      task_name: z.string().nullable(),
      /** Examples that the scores were measured on, which says how large their noise is; null for a mean over tasks. */
      examples: z.int().min(1).nullable().default(null),
    }),
  ),
  rows: z.array(
    z.object({
      version: z.enum(['v1', 'v2']),
      size: z.enum(['base', 'large', 'xlarge', 'xxlarge']),
      parameters: z.int(),
      scores: z.record(z.string(), PublishedScore),
    }),
  ),
})
export type PublishedResults = z.infer<typeof PublishedResults>

export const Settings = z.object({
  language: z.enum(['system', 'en', 'zh']).default('system'),
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  downloads: DownloadSettings.prefault({}),
  /** What runs compute on, where there is a choice. */
  device: WantedDevice.default('auto'),
})
export type Settings = z.infer<typeof Settings>
