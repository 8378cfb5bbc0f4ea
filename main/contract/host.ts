// All that the window may ask of the host, and all that it may hear, once. Handlers, client, HTTP paths and tests are derived from this.
import { z } from 'zod'
import { Hyperparameters } from '../../engine/spec/hyperparameters.ts'
import { Evaluation, StepMetrics } from '../../engine/spec/run.ts'
import { RunPlan } from '../../engine/spec/run-plan.ts'
import { Runtime } from '../../engine/spec/runtime.ts'
import { downloadEvents, downloadMethods } from './downloads.ts'
import {
  EpochSchedule,
  ExtractiveQaHyperparameters,
  MultipleChoiceHyperparameters,
} from '../../engine/spec/kind-hyperparameters.ts'
import { SplitName, TaskKind, TextFormat } from '../../engine/spec/task-spec.ts'
import {
  TextLengths,
  DatasetCheck,
  DatasetDraft,
  EncodedText,
  FilePreview,
  RecognizedDataset,
} from './datasets.ts'
import { modelEvents, modelMethods, WorkId } from './models.ts'
import { runtimeEvents, runtimeMethods } from './runtimes.ts'
import {
  DatasetId,
  DatasetRecord,
  FileId,
  JobHistory,
  JobId,
  JobRecord,
  LogLine,
  ModelId,
  PublishedResults,
  ResultRecord,
  Settings,
} from './records.ts'
import { predictionMethods } from './predictions.ts'
import { SaidFault } from './errors.ts'
import { FileRef } from './transport.ts'

export { DatasetCheck, DatasetDraft, DatasetFault, FilePreview } from './datasets.ts'

const Nothing = z.object({})

export const HostInfo = z.object({
  version: z.string(),
  shell: z.enum(['electron', 'server', 'command-line', 'memory']),
  /** Electron's and Node's versions, and a word where a stand-in is used. */
  runtime: z.string(),
  data_dir: z.string(),
  /** What was found of TensorFlow; the sentence says so in words when there is none. */
  tensorflow: z.object({
    available: z.boolean(),
    version: z.string().nullable(),
    message: z.string(),
    fault: SaidFault.optional(),
  }),
  /** Whether a dropped file is read where it lies or is uploaded. */
  files: z.enum(['in-place', 'uploaded']),
  /** Whether it can ask for a folder in a dialog of the system. */
  chooses_folders: z.boolean(),
})
export type HostInfo = z.infer<typeof HostInfo>

export const NewJob = z.object({
  name: z.string().trim().max(200).default(''),
  dataset_id: DatasetId,
  model_id: ModelId,
  hyperparameters: Hyperparameters,
  /** Read where the dataset is of this kind; without them, the defaults. */
  extractive_qa: ExtractiveQaHyperparameters.optional(),
  multiple_choice: MultipleChoiceHyperparameters.optional(),
  runtime: Runtime.prefault({}),
  do_predict: z.boolean().default(true),
})
export type NewJob = z.infer<typeof NewJob>

export const JobPlan = z.object({
  plan: RunPlan,
  /** Examples whose lengths the plan is made by; 0 where each was taken for as long as the run allows. */
  sampled: z.int(),
  /** About so long, by the arithmetic and this machine's speed; null where nothing tells that. */
  seconds: z.object({ training: z.number(), evaluating: z.number() }).nullable(),
  /** What tells the speed: runs that were done here, or a short calibration. */
  speed_from: z.enum(['earlier-runs', 'calibration']).nullable(),
})
export type JobPlan = z.infer<typeof JobPlan>

/** A named set of knobs: a preset of `run_glue.sh`, of a command that the original shows, or the sample's. */
export const Preset = z.object({
  name: z.string(),
  title: z.string(),
  source: z.string(),
  /** The kinds of task that it is for. */
  kinds: z.array(TaskKind).default(['classification', 'regression']),
  hyperparameters: Hyperparameters,
  /** How long to train where that is said in epochs; the steps above are those of the benchmark's own data. */
  schedule: EpochSchedule.optional(),
  extractive_qa: ExtractiveQaHyperparameters.optional(),
  multiple_choice: MultipleChoiceHyperparameters.optional(),
})
export type Preset = z.infer<typeof Preset>

export const hostContract = {
  methods: {
    'host.info': { input: Nothing, output: HostInfo },
    /** Asks for a folder in a dialog of the system, where `chooses_folders`; null where none was chosen. */
    'host.choose-folder': { input: Nothing, output: z.object({ path: z.string().nullable() }) },
    'settings.get': { input: Nothing, output: Settings },
    'settings.set': { input: Settings, output: Settings },
    ...modelMethods,
    'datasets.list': { input: Nothing, output: z.array(DatasetRecord) },
    /**
     * Looks into dropped files and folders: the files of a folder, and the datasets that they are known to be. An archive is unpacked,
     * with progress and cancel by `work_id`, as for a check.
     */
    'datasets.recognize': {
      input: z.object({
        file_ids: z.array(FileId).min(1).max(1000),
        work_id: WorkId.optional(),
      }),
      output: z.object({ files: z.array(FileRef), found: z.array(RecognizedDataset) }),
    },
    'datasets.preview': {
      /** `format` and `header` overrule the guess. */
      input: z.object({ file_id: FileId, format: TextFormat.optional(), header: z.boolean().optional() }),
      output: FilePreview,
    },
    'datasets.check': { input: DatasetDraft, output: DatasetCheck },
    'datasets.import': { input: DatasetDraft, output: DatasetRecord },
    /** Ends an unpacking, a check or an import that is named by its `work_id`; the call itself is refused with `cancelled` then. */
    'datasets.cancel': { input: z.object({ work_id: z.string() }), output: Nothing },
    /** Texts as a model with this vocabulary reads them. */
    'datasets.encode': {
      input: z.object({
        model_id: ModelId,
        texts: z.array(z.object({ text_a: z.string(), text_b: z.string().nullable() })).max(2000),
        max_seq_length: Hyperparameters.shape.max_seq_length,
        do_lower_case: z.boolean(),
      }),
      output: z.array(EncodedText),
    },
    /** Progress and cancel by the draft's `work_id`, as for a check. */
    'datasets.lengths': {
      input: z.object({ draft: DatasetDraft, model_id: ModelId, do_lower_case: z.boolean() }),
      output: TextLengths,
    },
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
    ...runtimeMethods,
    'presets.list': { input: Nothing, output: z.array(Preset) },
    ...predictionMethods,
    'jobs.list': { input: Nothing, output: z.array(JobRecord) },
    'jobs.create': { input: NewJob, output: JobRecord },
    /** What the run would take and do, without queueing it. */
    'jobs.plan': { input: NewJob, output: JobPlan },
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
    /** How far a check or an import is, in bytes of the files. */
    'dataset.progress': z.object({ work_id: z.string(), done: z.number(), total: z.number() }),
    'dataset.removed': z.object({ dataset_id: DatasetId }),
    'result.changed': ResultRecord,
    'result.removed': z.object({ job_id: JobId }),
    ...downloadEvents,
    ...runtimeEvents,
    'settings.changed': Settings,
    ...modelEvents,
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
