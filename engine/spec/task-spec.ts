// What a task has to say: its files, columns, labels, metrics and preset. A built-in task and an imported dataset are the same kind of object.
import { z } from 'zod'
import { Hyperparameters } from './hyperparameters.ts'

/** Names of the splits, in the order in which a run reads them. */
export const SplitName = z.enum(['train', 'dev', 'test'])
export type SplitName = z.infer<typeof SplitName>

/** A column: its position from 0 (negative: from the end of the row), or its name in the header. */
export const ColumnRef = z.union([z.int(), z.string().min(1)])
export type ColumnRef = z.infer<typeof ColumnRef>

export const Columns = z.object({
  guid: ColumnRef.nullable().default(null),
  text_a: ColumnRef,
  text_b: ColumnRef.nullable().default(null),
  label: ColumnRef.nullable().default(null),
})
export type Columns = z.infer<typeof Columns>

/** How the rows of a file are written. `quote: null` takes quote characters literally, as the GLUE files need. */
export const TextFormat = z.object({
  delimiter: z.string().length(1).default('\t'),
  quote: z.string().length(1).nullable().default(null),
  encoding: z.enum(['utf-8', 'utf-16le', 'utf-16be', 'gb18030', 'latin1']).default('utf-8'),
  /** Every line is a JSON object whose keys name the columns; there are no delimiters and no quoting then. */
  json_lines: z.boolean().optional(),
  /** Cells are read without spaces at their ends and without characters that nobody sees; headers stay as they are. */
  trim: z.boolean().optional(),
})
export type TextFormat = z.infer<typeof TextFormat>

/**
 * One file of a task, relative to the data folder. The files of SQuAD and the folders of RACE are JSON: they have no header, and
 * their columns are the names of the fields that hold the texts.
 */
export const SplitFile = z.object({
  file: z.string().min(1),
  header: z.boolean(),
  columns: Columns,
  /** Rows that lack a needed column are left out and counted, as in QQP; otherwise they are faults. */
  skip_short_rows: z.boolean().optional(),
  /** Only rows with this cell are read, as in XNLI, whose files hold fifteen languages. */
  keep_rows: z.object({ column: ColumnRef, equals: z.string() }).optional(),
  /** The rows of each value of this column are scored apart as well, as the genres of MNLI. */
  group_by: ColumnRef.optional(),
})
export type SplitFile = z.infer<typeof SplitFile>

/** Names of the metrics; each is computed in `engine/train/metrics.ts`. */
export const MetricName = z.enum([
  'accuracy',
  'f1',
  'exact_match',
  'matthews',
  'pearson',
  'spearman',
  'mse',
  'loss',
])
export type MetricName = z.infer<typeof MetricName>

/**
 * What is asked of a text: one of several labels, a number, a span of the text that answers a question, or which of several
 * answers is right. The kind decides the head, the reader and the metrics; nothing else of a run asks for it.
 */
export const TaskKind = z.enum(['classification', 'regression', 'extractive-qa', 'multiple-choice'])
export type TaskKind = z.infer<typeof TaskKind>

const LISTS_LABELS: Record<TaskKind, boolean> = {
  classification: true,
  regression: false,
  'extractive-qa': false,
  'multiple-choice': true, // the letters of the choices
}

export const TaskSpec = z
  .object({
    name: z.string().min(1),
    title: z.string().min(1),
    kind: TaskKind,
    /** In id order; null where the answers are numbers or spans. */
    labels: z.array(z.string().min(1)).min(2).nullable(),
    /** Other spellings in the files → the label that is meant. */
    label_aliases: z.record(z.string(), z.string()).optional(),
    /** Extractive QA: questions may have no answer, as in SQuAD 2.0. */
    unanswerable: z.boolean().optional(),
    format: TextFormat.prefault({}),
    splits: z.object({
      train: SplitFile.nullable(),
      dev: SplitFile.nullable(),
      test: SplitFile.nullable(),
    }),
    metrics: z.array(MetricName).min(1),
    /** What the GLUE server calls the file of predictions. */
    submission: z.string().min(1).optional(),
    /** The metric by which the best checkpoint is chosen; larger is better, except for mse and loss. */
    best_by: MetricName,
    preset: Hyperparameters.partial().prefault({}), // knobs that are not given get their default
  })
  .refine((task) => LISTS_LABELS[task.kind] === (task.labels !== null), {
    message: 'tasks of classification and multiple choice list their labels, others have none',
    path: ['labels'],
  })
export type TaskSpec = z.infer<typeof TaskSpec>
