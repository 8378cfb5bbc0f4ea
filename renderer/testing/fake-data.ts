// Records for a host in memory: invented, of the shape and size that a few weeks of work leave behind. No number here was measured.
import { AlbertConfig } from '../../engine/spec/albert-config.ts'
import { Hyperparameters } from '../../engine/spec/hyperparameters.ts'
import type { Evaluation, StepMetrics } from '../../engine/spec/run.ts'
import { Runtime } from '../../engine/spec/runtime.ts'
import { TaskSpec } from '../../engine/spec/task-spec.ts'
import type { HostInfo, JobPlan, NewJob, Preset } from '../../main/contract/host.ts'
import type {
  DatasetRecord,
  JobRecord,
  JobStatus,
  LogLine,
  ModelRecord,
  PublishedResults,
  ResultRecord,
} from '../../main/contract/records.ts'

/** The moment in which the invented world stands still. */
export const NOW = Date.now()
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

export const fakeInfo: HostInfo = {
  version: '0.1.0',
  shell: 'memory',
  runtime: 'a host in memory',
  data_dir: '/home/ada/.local/share/albert-workbench',
  tensorflow: { available: true, version: '2.19.0', message: 'TensorFlow 2.19.0 on 8 CPU cores.' },
  files: 'uploaded',
  chooses_folders: false,
}

export const tinyModel: ModelRecord = {
  id: 'albert-tiny',
  name: 'ALBERT tiny',
  origin: 'built-in',
  catalogue_id: null,
  albert_config: AlbertConfig.parse({
    vocab_size: 30000,
    embedding_size: 64,
    hidden_size: 128,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    intermediate_size: 512,
    max_position_embeddings: 128,
  }),
  tokenizer: 'sentencepiece',
  parameters: 2_160_000,
  pretrained: false,
  bytes: 0,
  available: true,
  created_at: NOW - 30 * DAY,
}

export const baseModel: ModelRecord = {
  id: 'albert-base-v2',
  name: 'ALBERT base v2',
  origin: 'imported',
  catalogue_id: 'albert-base-v2',
  albert_config: AlbertConfig.parse({
    vocab_size: 30000,
    embedding_size: 128,
    hidden_size: 768,
    num_hidden_layers: 12,
    num_attention_heads: 12,
    intermediate_size: 3072,
  }),
  tokenizer: 'sentencepiece',
  parameters: 11_683_584,
  pretrained: true,
  bytes: 47_300_000,
  available: true,
  created_at: NOW - 12 * DAY,
}

export function taskOf(
  name: string,
  labels: string[] | null,
  columns: { text_a: string; text_b?: string; label: string },
): TaskSpec {
  const split = (file: string) => ({ file, header: true, columns })
  return TaskSpec.parse({
    name,
    title: name,
    kind: labels === null ? 'regression' : 'classification',
    labels,
    splits: { train: split('train.tsv'), dev: split('dev.tsv'), test: split('test.tsv') },
    metrics: labels === null ? ['pearson', 'spearman', 'mse'] : ['accuracy', 'loss'],
    best_by: labels === null ? 'pearson' : 'accuracy',
  })
}

function datasetOf(
  id: string,
  task: TaskSpec,
  sizes: Record<'train' | 'dev' | 'test', number>,
  shares: readonly number[],
  rest: Partial<DatasetRecord> = {},
): DatasetRecord {
  const summaryOf = (rows: number) => ({
    rows,
    label_counts: Object.fromEntries(
      (task.labels ?? []).map((label, index) => [label, Math.round(rows * (shares[index] ?? 0))]),
    ),
    bytes: rows * 139,
    sha256: id.padEnd(64, '0'),
  })
  return {
    id,
    name: task.title,
    task,
    splits: { train: summaryOf(sizes.train), dev: summaryOf(sizes.dev), test: summaryOf(sizes.test) },
    version: `${id}4f19c2a7e0`.replace(/[^0-9a-f]/g, '').padEnd(12, '8'),
    origin: 'imported',
    available: true,
    created_at: NOW - 9 * DAY,
    ...rest,
  }
}

export const sampleDataset = datasetOf(
  'sample',
  taskOf('Early or modern?', ['early', 'modern'], { text_a: 'sentence', label: 'label' }),
  { train: 6000, dev: 800, test: 800 },
  [0.5, 0.5],
  { origin: 'sample', created_at: NOW - 20 * DAY },
)
export const ticketsDataset = datasetOf(
  'tickets',
  taskOf('Support tickets', ['billing', 'bug', 'feature request', 'other'], {
    text_a: 'message',
    label: 'team',
  }),
  { train: 12_480, dev: 1386, test: 2000 },
  [0.41, 0.33, 0.17, 0.09],
)
export const similarityDataset = datasetOf(
  'similarity',
  taskOf('Sentence similarity', null, { text_a: 'sentence1', text_b: 'sentence2', label: 'score' }),
  { train: 5749, dev: 1500, test: 1379 },
  [],
  { created_at: NOW - 6 * DAY },
)
export const movedDataset = datasetOf(
  'moved',
  taskOf('Letters 1848', ['private', 'official'], { text_a: 'text', label: 'kind' }),
  { train: 940, dev: 104, test: 0 },
  [0.62, 0.38],
  { available: false, created_at: NOW - 16 * DAY },
)
export const fakeDatasets = [sampleDataset, ticketsDataset, similarityDataset, movedDataset]

/** The knobs of the invented runs. */
export const sampleHyperparameters = Hyperparameters.parse({
  max_seq_length: 64,
  learning_rate: 1e-3,
  train_batch_size: 32,
  train_step: 400,
  warmup_step: 40,
  save_checkpoints_steps: 100,
  eval_batch_size: 64,
  predict_batch_size: 64,
})

export const fakePresets: Preset[] = [
  {
    name: 'sample',
    title: 'The sample',
    source: 'built in',
    kinds: ['classification', 'regression'],
    hyperparameters: sampleHyperparameters,
  },
  {
    name: 'RTE',
    title: 'RTE',
    source: 'run_glue.sh',
    kinds: ['classification', 'regression'],
    hyperparameters: Hyperparameters.parse({
      learning_rate: 3e-5,
      train_step: 800,
      warmup_step: 200,
      train_batch_size: 32,
      save_checkpoints_steps: 100,
    }),
  },
]

/** A job in any state; what is not said is that of a queued run of the sample. */
export function jobOf(id: string, status: JobStatus, rest: Partial<JobRecord> = {}): JobRecord {
  const dataset = sampleDataset
  return {
    id,
    name: `${dataset.name} · ${tinyModel.name}`,
    status,
    position: Number(id.replace(/\D/g, '')),
    dataset_id: dataset.id,
    dataset_name: dataset.name,
    dataset_version: dataset.version,
    task: dataset.task,
    model_id: tinyModel.id,
    model_name: tinyModel.name,
    albert_config: tinyModel.albert_config,
    hyperparameters: sampleHyperparameters,
    runtime: Runtime.parse({}),
    do_predict: true,
    do_train: true,
    origin: 'window',
    progress: null,
    plan: null,
    error: null,
    result: null,
    created_at: NOW - 60 * MINUTE,
    started_at: null,
    ended_at: null,
    worked_seconds: 0,
    ...rest,
  }
}

function doneJob(id: string, accuracy: number, agoMinutes: number, rest: Partial<JobRecord> = {}): JobRecord {
  const ended = NOW - agoMinutes * MINUTE
  return jobOf(id, 'done', {
    created_at: ended - 4 * MINUTE,
    started_at: ended - 3 * MINUTE,
    ended_at: ended,
    worked_seconds: 148,
    result: {
      best_step: 400,
      metrics: { accuracy, loss: 0.241 },
      best_by: 'accuracy',
      majority: 0.5,
      train_seconds: 131,
      parameters: tinyModel.parameters,
      peak_memory_bytes: 1.2e9,
      files: ['eval_results.txt', 'test_results.tsv'],
    },
    ...rest,
  })
}

const forTickets: Partial<JobRecord> = {
  name: 'Support tickets · ALBERT base v2',
  dataset_id: ticketsDataset.id,
  dataset_name: ticketsDataset.name,
  dataset_version: ticketsDataset.version,
  task: ticketsDataset.task,
  model_id: baseModel.id,
  model_name: baseModel.name,
  albert_config: baseModel.albert_config,
}

function withMajority(job: JobRecord, majority: number): JobRecord {
  return job.result === null ? job : { ...job, result: { ...job.result, majority } }
}

export const runningJob = jobOf('job-5', 'running', {
  ...forTickets,
  started_at: NOW - 11 * MINUTE,
  worked_seconds: 660,
  progress: {
    phase: 'training',
    detail: '',
    done: 168,
    total: 400,
    step: 168,
    train_step: 400,
    eta_seconds: 912,
  },
})

export const fakeJobs: JobRecord[] = [
  doneJob('job-1', 0.9213, 3 * 24 * 60),
  doneJob('job-2', 0.9275, 26 * 60, { hyperparameters: { ...sampleHyperparameters, seed: 2 } }),
  withMajority(doneJob('job-3', 0.8964, 5 * 60, forTickets), 0.41),
  jobOf('job-4', 'failed', {
    ...forTickets,
    name: 'Support tickets · batch of 512',
    started_at: NOW - 4 * 60 * MINUTE,
    ended_at: NOW - 239 * MINUTE,
    worked_seconds: 61,
    error: {
      code: 'out-of-memory',
      message:
        'The machine has no memory left at step 3. Choose a smaller train_batch_size or max_seq_length.',
    },
  }),
  runningJob,
  jobOf('job-6', 'queued', { hyperparameters: { ...sampleHyperparameters, seed: 3 } }),
  jobOf('job-7', 'queued', { hyperparameters: { ...sampleHyperparameters, learning_rate: 5e-4 } }),
  jobOf('job-8', 'interrupted', {
    name: 'Sentence similarity · ALBERT tiny',
    dataset_id: similarityDataset.id,
    dataset_name: similarityDataset.name,
    task: similarityDataset.task,
    started_at: NOW - 2 * DAY,
    worked_seconds: 95,
    progress: {
      phase: 'training',
      detail: '',
      done: 212,
      total: 400,
      step: 212,
      train_step: 400,
      eta_seconds: null,
    },
  }),
]

/** The line of the result table that a finished job has. */
export function resultOf(job: JobRecord): ResultRecord[] {
  if (job.result === null || job.ended_at === null) return []
  return [
    {
      job_id: job.id,
      job_name: job.name,
      task_name: job.task.name,
      task_title: job.task.title,
      dataset_name: job.dataset_name,
      dataset_version: job.dataset_version,
      model_name: job.model_name,
      hyperparameters: job.hyperparameters,
      result: job.result,
      finished_at: job.ended_at,
    },
  ]
}

/** The point of an invented curve: it falls, with noise that is the same every time. */
export function pointAt(step: number, job: JobRecord): StepMetrics {
  const { learning_rate, warmup_step, train_step } = job.hyperparameters
  const noise = Math.sin(step * 12.9898) * 0.5 + Math.sin(step * 4.1414) * 0.5
  const warming = warmup_step > 0 && step <= warmup_step
  return {
    step,
    loss: 0.18 + 0.6 * Math.exp(-step / 90) + 0.05 * noise,
    learning_rate: warming ? (learning_rate * step) / warmup_step : learning_rate * (1 - step / train_step),
    grad_norm: 1.1 + 0.4 * noise,
    examples_per_second: 212 + 9 * noise,
    at: (job.started_at ?? NOW) + step * 330,
    ...(job.runtime.precision === 'fp16' && { loss_scale: 2 ** 15 }),
  }
}

/** The history of a job up to its step. */
export function historyOf(job: JobRecord): { points: StepMetrics[]; evaluations: Evaluation[] } {
  const steps = job.status === 'done' ? job.hyperparameters.train_step : (job.progress?.step ?? 0)
  const every = job.hyperparameters.save_checkpoints_steps
  return {
    points: Array.from({ length: steps }, (_, index) => pointAt(index + 1, job)),
    evaluations: Array.from({ length: Math.floor(steps / every) }, (_, index) => ({
      split: 'dev' as const,
      step: (index + 1) * every,
      metrics: { accuracy: 0.93 - 0.16 / (index + 1), loss: 0.22 + 0.2 / (index + 1) },
      examples: 800,
      is_best: true,
    })),
  }
}

export function logOf(job: JobRecord): LogLine[] {
  const at = job.started_at ?? job.created_at
  return [
    { at, level: 'info', message: 'TensorFlow 2.19.0 on 8 CPU cores' },
    { at: at + 1200, level: 'info', message: `train.tsv: ${String(job.task.labels?.length ?? 0)} labels` },
    { at: at + 3400, level: 'warning', message: '12 of 6000 training examples are cut at 64 pieces' },
    ...(job.error === null ? [] : [{ at: at + 9000, level: 'error' as const, message: job.error.message }]),
  ]
}

/** Two rows of the published table: enough to draw it. */
export const fakePublished: PublishedResults = {
  source: 'README of google-research/albert',
  columns: [
    { key: 'average', title: 'Average', metric: 'mean', task_name: null, examples: null },
    { key: 'sst_2', title: 'SST-2', metric: 'accuracy', task_name: 'SST-2', examples: 872 },
  ],
  rows: [
    { version: 'v2', size: 'base', parameters: 11_683_584, scores: { average: [82.3], sst_2: [92.9] } },
    { version: 'v1', size: 'base', parameters: 11_683_584, scores: { average: [80.1], sst_2: [90.3] } },
  ],
}

/** What a run would take where each place of a batch takes two megabytes, on a machine with 16 GB. */
export function fakePlan({ hyperparameters, runtime }: Pick<NewJob, 'hyperparameters' | 'runtime'>): JobPlan {
  const { train_batch_size, max_seq_length, train_step } = hyperparameters
  const allowed_bytes = runtime.memory_gb * 1e9 || 16e9
  const rows = Math.ceil(train_batch_size / 4)
  const memory_bytes = 6e8 + rows * max_seq_length * 2e6
  const fits = memory_bytes <= allowed_bytes
  return {
    plan: {
      memory_bytes,
      allowed_bytes,
      memory_parts: { library: 6e8, weights: 0, training: memory_bytes - 6e8, answering: 0 },
      fits,
      fitting: fits ? [] : [{ field: 'train_batch_size', value: 1 }],
      micro_batch_size: train_batch_size,
      micro_batches: 1,
      row_use: runtime.padding === 'packed' ? 'packed' : 'full-row',
      shapes: [{ rows, row_length: max_seq_length }],
      places_per_token: 1.1,
      compiled: runtime.jit !== 'off',
      precision: 'fp32',
      precision_reason: 'no-unit',
      update_flops: 1e9,
      evaluation_flops: 1e9,
    },
    sampled: 300,
    seconds: { training: train_step * 0.5, evaluating: 20 },
    speed_from: 'earlier-runs',
  }
}
