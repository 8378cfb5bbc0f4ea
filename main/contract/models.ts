// What the window asks and hears about models: a model's page, an import and how far it is, pieces of a text.
import { z } from 'zod'
import { AlbertConfig } from '../../engine/spec/albert-config.ts'
import { GeluReading, Histogram, ModelReport } from '../../engine/spec/model-report.ts'
import { FileId, JobId, JobStatus, ModelId, ModelRecord } from './records.ts'

/** Names an import that goes on, so that its progress can be told and it can be cancelled. */
export const WorkId = z.string().min(1).max(100)

/** An archive, a folder, or the files of a folder. */
export const ModelImport = z.object({
  file_ids: z.array(FileId).min(1).max(2000),
  /** Left out: the name of the archive or the folder. */
  name: z.string().trim().max(100).optional(),
  gelu: GeluReading.default('refuse'),
  work_id: WorkId,
})
export type ModelImport = z.infer<typeof ModelImport>

export const ModelImportProgress = z.object({
  work_id: WorkId,
  phase: z.enum(['unpacking', 'reading', 'checking', 'probing']),
  done: z.number(),
  total: z.number().nullable(),
})
export type ModelImportProgress = z.infer<typeof ModelImportProgress>

/** All that a model's page shows. */
export const ModelDetail = z.object({
  record: ModelRecord,
  /** Where its files lie; null for a built-in one. */
  folder: z.string().nullable(),
  files: z.array(z.object({ name: z.string(), bytes: z.number() })),
  /** What was found when it was imported; null for a model that starts fresh. */
  report: ModelReport.nullable(),
  /** Runs that started from it, newest first. */
  used_by: z.array(z.object({ job_id: JobId, name: z.string(), status: JobStatus })),
})
export type ModelDetail = z.infer<typeof ModelDetail>

/** A model that starts from fresh weights: a config and the vocabulary of another model. */
export const NewModel = z.object({
  name: z.string().trim().min(1).max(100),
  albert_config: AlbertConfig,
  vocabulary_of: ModelId,
})
export type NewModel = z.infer<typeof NewModel>

export const TokenizedText = z.object({
  /** What the model sees of the text before it is cut into pieces. */
  cleaned: z.string(),
  pieces: z.array(z.object({ piece: z.string(), id: z.int() })),
  /** Id of the piece for what the vocabulary lacks. */
  unk: z.int(),
})
export type TokenizedText = z.infer<typeof TokenizedText>

const OneModel = z.object({ model_id: ModelId })

/** Where the models of one's own lie, what they take, and the move that goes on or was interrupted. */
export const ModelFolder = z.object({
  folder: z.string(),
  models: z.int(),
  bytes: z.number(),
  /** Of the disk on which they lie; null where the system does not say. */
  free_bytes: z.number().nullable(),
  move: z
    .object({
      into: z.string(),
      work_id: WorkId,
      /** False: the program that did it ended in the middle; what is there already is gone on with. */
      goes_on: z.boolean(),
    })
    .nullable(),
})
export type ModelFolder = z.infer<typeof ModelFolder>

/** To another folder, a dropped one or one that a person writes down: what is there is neither read nor overwritten. */
export const ModelMove = z.object({
  to: z.union([z.object({ file_id: FileId }), z.object({ path: z.string().trim().min(1).max(4096) })]),
  work_id: WorkId,
})
export type ModelMove = z.infer<typeof ModelMove>

export const ModelMoveProgress = z.object({ work_id: WorkId, done: z.number(), total: z.number() })
export type ModelMoveProgress = z.infer<typeof ModelMoveProgress>

export const modelMethods = {
  'models.list': { input: z.object({}), output: z.array(ModelRecord) },
  'models.get': { input: OneModel, output: ModelDetail },
  /** Progress comes as `model.import-progress`; `models.cancel` ends it, and it is refused with `cancelled` then. */
  'models.import': { input: ModelImport, output: ModelRecord },
  'models.cancel': { input: z.object({ work_id: WorkId }), output: z.object({}) },
  'models.create': { input: NewModel, output: ModelRecord },
  'models.rename': {
    input: OneModel.extend({ name: z.string().trim().min(1).max(100) }),
    output: ModelRecord,
  },
  'models.delete': { input: OneModel, output: z.object({ freed_bytes: z.number() }) },
  'models.folder': { input: z.object({}), output: ModelFolder },
  /**
   * Moves all models into a folder of their own inside the given one, as on another disk. Progress comes as
   * `model.move-progress`; `models.cancel` ends it, also one that was interrupted, and nothing is changed then.
   */
  'models.move': { input: ModelMove, output: ModelFolder },
  'models.histogram': { input: OneModel.extend({ variable: z.string() }), output: Histogram },
  'models.tokenize': {
    input: OneModel.extend({ text: z.string().max(10_000), do_lower_case: z.boolean().default(true) }),
    output: TokenizedText,
  },
} as const

export const modelEvents = {
  'model.changed': ModelRecord,
  'model.removed': OneModel,
  'model.import-progress': ModelImportProgress,
  'model.move-progress': ModelMoveProgress,
  'model.folder-changed': ModelFolder,
} as const
