// Answers to a file without labels: what is asked for, and the table that comes of it.
import { z } from 'zod'
import { TextFormat } from '../../engine/spec/task-spec.ts'
import { DataLayout, DraftColumns } from './datasets.ts'
import { DatasetId, FileId, JobId, JobRecord, ModelId } from './records.ts'

/** A finished run; or a model with trained answers, and the dataset whose task they are for. */
const Predictor = z.union([
  z.object({ job_id: JobId }),
  z.object({ model_id: ModelId, dataset_id: DatasetId }),
])

export const NewPrediction = z.object({
  from: Predictor,
  file_id: FileId,
  name: z.string().trim().max(200).default(''),
  layout: DataLayout.default('table'),
  format: TextFormat,
  header: z.boolean(),
  /** The columns of a table; a label is not read. */
  columns: DraftColumns,
  /** Rows with faults are left out instead of refusing the file. */
  skip_faulty_rows: z.boolean().default(false),
})
export type NewPrediction = z.infer<typeof NewPrediction>

export const Predictions = z.object({
  /** What the texts of a row are, by the names of the fields that hold them. */
  texts: z.array(z.enum(['text_a', 'text_b', 'context', 'question', 'options'])),
  rows: z.array(
    z.object({
      id: z.string(),
      texts: z.array(z.string()),
      /** A label, a number, an answer; '' where the model says that there is none. */
      prediction: z.string(),
      /** Of that label, 0 to 1; null where it is not one of several. */
      probability: z.number().nullable(),
    }),
  ),
  /** Rows in all. */
  total: z.int(),
  /** Where the files of the predictions lie, and their names. */
  folder: z.string(),
  files: z.array(z.string()),
})
export type Predictions = z.infer<typeof Predictions>

export const predictionMethods = {
  /** Queues a run that only answers the file; it keeps a copy of it. */
  'jobs.predict': { input: NewPrediction, output: JobRecord },
  /** What a finished run predicted, from row `from` on. */
  'jobs.predictions': {
    input: z.object({
      job_id: JobId,
      from: z.int().min(0).default(0),
      limit: z.int().min(1).max(1000).default(200),
    }),
    output: Predictions,
  },
} as const
