// All that the window may ask of the host, and all that it may hear, once. Handlers, client, HTTP paths and tests are derived from this.
import { z } from 'zod'
import { Hyperparameters } from '../../engine/spec/hyperparameters.ts'
import { Evaluation, StepMetrics } from '../../engine/spec/run.ts'
import { Runtime } from '../../engine/spec/runtime.ts'
import { downloadEvents, downloadMethods } from './downloads.ts'
import { ColumnRef, Columns, SplitName, TextFormat } from '../../engine/spec/task-spec.ts'
import {
  DatasetId,
  DatasetRecord,
  FileId,
  JobHistory,
  JobId,
  JobRecord,
  LogLine,
  ModelId,
  ModelRecord,
  PublishedResults,
  ResultRecord,
  Settings,
} from './records.ts'

const Nothing = z.object({})

export const HostInfo = z.object({
  version: z.string(),
  shell: z.enum(['electron', 'server', 'command-line', 'memory']),
  /** Electron's and Node's versions, and a word where a stand-in is used. */
  runtime: z.string(),
  data_dir: z.string(),
  /** What was found of TensorFlow; the sentence says so in words when there is none. */
  tensorflow: z.object({ available: z.boolean(), version: z.string().nullable(), message: z.string() }),
  /** Whether a dropped file is read where it lies or is uploaded. */
  files: z.enum(['in-place', 'uploaded']),
})
export type HostInfo = z.infer<typeof HostInfo>

/** How a dropped file looks: what was guessed, and its first rows. */
export const FilePreview = z.object({
  file_id: FileId,
  name: z.string(),
  bytes: z.number(),
  format: TextFormat,
  header: z.boolean(),
  columns: z.array(z.string()),
  /** The first 100 rows, header left out; `line` counts from 1 in the file. */
  rows: z.array(z.object({ line: z.int(), cells: z.array(z.string()) })),
  guess: z.object({
    kind: z.enum(['classification', 'regression']),
    text_a: ColumnRef.nullable(),
    text_b: ColumnRef.nullable(),
    label: ColumnRef.nullable(),
    guid: ColumnRef.nullable(),
    labels: z.array(z.string()),
  }),
})
export type FilePreview = z.infer<typeof FilePreview>

/** A dataset as the mapping dialog describes it, before it is one. */
export const DatasetDraft = z.object({
  name: z.string().trim().min(1).max(100),
  kind: z.enum(['classification', 'regression']),
  format: TextFormat,
  header: z.boolean(),
  columns: Columns,
  /** In id order; empty: found in the training file, sorted. */
  labels: z.array(z.string()),
  files: z.object({ train: FileId, dev: FileId.nullable(), test: FileId.nullable() }),
  /** Without a dev file, this share of the training rows becomes it: by label, with a seed. */
  dev_share: z.number().min(0.01).max(0.5).default(0.1),
  seed: z.int().min(0).max(0xffff_ffff).default(12345),
  /** Rows with faults are left out instead of refusing the import. */
  skip_faulty_rows: z.boolean().default(false),
})
export type DatasetDraft = z.infer<typeof DatasetDraft>

/** Something wrong in a file, with the place and the way out. */
export const DatasetFault = z.object({
  split: SplitName,
  /** A warning does not keep a row from being trained on; left out, it is an error. */
  severity: z.enum(['error', 'warning']).optional(),
  file: z.string(),
  line: z.int().nullable(),
  column: z.string().nullable(),
  value: z.string().nullable(),
  code: z.string(),
  message: z.string(),
})
export type DatasetFault = z.infer<typeof DatasetFault>

export const DatasetCheck = z.object({
  faults: z.array(DatasetFault),
  /** Faults in all; the list above stops at 1000. */
  fault_count: z.int(),
  rows: z.partialRecord(SplitName, z.int()),
  label_counts: z.partialRecord(SplitName, z.record(z.string(), z.int())),
  labels: z.array(z.string()),
})
export type DatasetCheck = z.infer<typeof DatasetCheck>

export const NewJob = z.object({
  name: z.string().trim().max(200).default(''),
  dataset_id: DatasetId,
  model_id: ModelId,
  hyperparameters: Hyperparameters,
  runtime: Runtime.prefault({}),
  do_predict: z.boolean().default(true),
})
export type NewJob = z.infer<typeof NewJob>

/** A named set of knobs: a preset of `run_glue.sh`, or the sample's. */
export const Preset = z.object({
  name: z.string(),
  title: z.string(),
  source: z.string(),
  hyperparameters: Hyperparameters,
})
export type Preset = z.infer<typeof Preset>

export const hostContract = {
  methods: {
    'host.info': { input: Nothing, output: HostInfo },
    'settings.get': { input: Nothing, output: Settings },
    'settings.set': { input: Settings, output: Settings },
    'models.list': { input: Nothing, output: z.array(ModelRecord) },
    'datasets.list': { input: Nothing, output: z.array(DatasetRecord) },
    'datasets.preview': {
      /** `format` and `header` overrule the guess. */
      input: z.object({ file_id: FileId, format: TextFormat.optional(), header: z.boolean().optional() }),
      output: FilePreview,
    },
    'datasets.check': { input: DatasetDraft, output: DatasetCheck },
    'datasets.import': { input: DatasetDraft, output: DatasetRecord },
    'datasets.rows': {
      input: z.object({
        dataset_id: DatasetId,
        split: SplitName,
        limit: z.int().min(1).max(1000).default(100),
      }),
      output: z.object({
        columns: z.array(z.string()),
        rows: z.array(z.object({ line: z.int(), cells: z.array(z.string()) })),
      }),
    },
    'datasets.delete': { input: z.object({ dataset_id: DatasetId }), output: Nothing },
    ...downloadMethods,
    'presets.list': { input: Nothing, output: z.array(Preset) },
    'jobs.list': { input: Nothing, output: z.array(JobRecord) },
    'jobs.create': { input: NewJob, output: JobRecord },
    /** Imports the sample where it is missing and queues its run. */
    'jobs.run-sample': { input: Nothing, output: JobRecord },
    /** Stops at the next step, saves, keeps the place in the queue. */
    'jobs.pause': { input: z.object({ job_id: JobId }), output: JobRecord },
    /** Queues a paused, interrupted, failed or cancelled job again; it goes on from its newest checkpoint. */
    'jobs.resume': { input: z.object({ job_id: JobId }), output: JobRecord },
    'jobs.cancel': { input: z.object({ job_id: JobId }), output: JobRecord },
    'jobs.delete': { input: z.object({ job_id: JobId }), output: Nothing },
    /** Puts a waiting job before another one, or last. */
    'jobs.move': { input: z.object({ job_id: JobId, before: JobId.nullable() }), output: z.array(JobRecord) },
    'jobs.history': { input: z.object({ job_id: JobId }), output: JobHistory },
    'jobs.log': {
      input: z.object({ job_id: JobId, last: z.int().min(1).max(5000).default(500) }),
      output: z.array(LogLine),
    },
    /** The command line that does the same. */
    'jobs.command': { input: z.object({ job_id: JobId }), output: z.object({ command: z.string() }) },
    'results.list': { input: Nothing, output: z.array(ResultRecord) },
    'results.published': { input: Nothing, output: PublishedResults },
  },
  events: {
    'job.changed': JobRecord,
    'job.removed': z.object({ job_id: JobId }),
    /** New points of a curve, many at once, a few times a second. `reset_after`: points after this step are void (resumed). */
    'job.progress': z.object({
      job_id: JobId,
      points: z.array(StepMetrics),
      evaluations: z.array(Evaluation),
      reset_after: z.int().nullable(),
    }),
    'job.log': z.object({ job_id: JobId, lines: z.array(LogLine) }),
    'dataset.changed': DatasetRecord,
    'dataset.removed': z.object({ dataset_id: DatasetId }),
    'result.changed': ResultRecord,
    'result.removed': z.object({ job_id: JobId }),
    ...downloadEvents,
    'settings.changed': Settings,
  },
} as const

type Methods = (typeof hostContract)['methods']
type Events = (typeof hostContract)['events']
export type MethodName = keyof Methods
export type EventName = keyof Events
/** What a caller may write: fields with defaults can be left out. */
export type MethodInput<Name extends MethodName> = z.input<Methods[Name]['input']>
/** What a handler gets: checked, defaults filled in. */
export type MethodParsedInput<Name extends MethodName> = z.output<Methods[Name]['input']>
export type MethodOutput<Name extends MethodName> = z.output<Methods[Name]['output']>
export type EventPayload<Name extends EventName> = z.output<Events[Name]>

/** The host as the window sees it. */
export type HostClient = {
  /** @throws HostFailure with a reason from the closed list */
  call<Name extends MethodName>(name: Name, input: MethodInput<Name>): Promise<MethodOutput<Name>>
  on<Name extends EventName>(name: Name, listener: (payload: EventPayload<Name>) => void): () => void
  onConnection(listener: (connected: boolean) => void): () => void
  addFile(file: unknown): Promise<{ file_id: string; name: string; bytes: number }>
  close(): void
}

/** What answers the calls. */
export type HostHandlers = {
  [Name in MethodName]: (input: MethodParsedInput<Name>) => Promise<MethodOutput<Name>>
}
