// What the window and the host say to each other about data files: how a file looks, what it was recognised as, the draft of a dataset, its faults.
import { z } from 'zod'
import { ColumnRef, SplitName, TaskKind, TextFormat } from '../../engine/spec/task-spec.ts'
import { FaultFacts } from './errors.ts'
import { FileId } from './records.ts'
import { FileRef } from './transport.ts'

/** `table`: rows with columns. `squad`: one JSON value of contexts with questions. `race`: articles with questions and options. */
export const DataLayout = z.enum(['table', 'squad', 'race'])
export type DataLayout = z.infer<typeof DataLayout>

/** How a dropped file looks: what was guessed, and its first rows. */
export const FilePreview = z.object({
  file_id: FileId,
  name: z.string(),
  bytes: z.number(),
  layout: DataLayout,
  format: TextFormat,
  header: z.boolean(),
  columns: z.array(z.string()),
  /** The first 100 rows, header left out; `line` counts from 1 in the file, or the questions where it has no lines. */
  rows: z.array(z.object({ line: z.int(), cells: z.array(z.string()) })),
  guess: z.object({
    kind: TaskKind,
    text_a: ColumnRef.nullable(),
    text_b: ColumnRef.nullable(),
    label: ColumnRef.nullable(),
    guid: ColumnRef.nullable(),
    question: ColumnRef.nullable(),
    answer_start: ColumnRef.nullable(),
    options: z.array(ColumnRef),
    labels: z.array(z.string()),
  }),
})
export type FilePreview = z.infer<typeof FilePreview>

/** A dataset that was found among dropped files and folders by what they hold. */
export const RecognizedDataset = z.object({
  /** The built-in task that it is the data of; null: data of one's own in a known form. */
  task_name: z.string().nullable(),
  title: z.string(),
  kind: TaskKind,
  layout: DataLayout,
  files: z.object({ train: FileRef.nullable(), dev: FileRef.nullable(), test: FileRef.nullable() }),
})
export type RecognizedDataset = z.infer<typeof RecognizedDataset>

/** Which column of a table is what. The text of a question is its context, its label the answer. */
export const DraftColumns = z.object({
  guid: ColumnRef.nullable().default(null),
  text_a: ColumnRef.nullable().default(null),
  text_b: ColumnRef.nullable().default(null),
  label: ColumnRef.nullable().default(null),
  question: ColumnRef.nullable().default(null),
  answer_start: ColumnRef.nullable().default(null),
  /** One column that lists the options, or one for each. */
  options: z.array(ColumnRef).default([]),
})
export type DraftColumns = z.infer<typeof DraftColumns>

/** A dataset as the mapping dialog describes it, before it is one. */
export const DatasetDraft = z.object({
  name: z.string().trim().min(1).max(100),
  kind: TaskKind,
  layout: DataLayout.default('table'),
  /** A built-in task whose files these are: columns, labels, metrics and preset are its own then. */
  task_name: z.string().nullable().default(null),
  format: TextFormat,
  header: z.boolean(),
  columns: DraftColumns,
  /** In id order; empty: found in the training file, sorted. */
  labels: z.array(z.string()),
  /** Spellings in the files → the label that is meant. */
  label_aliases: z.record(z.string(), z.string()).default({}),
  files: z.object({ train: FileId, dev: FileId.nullable(), test: FileId.nullable() }),
  /** Without a dev file, this share of the training rows becomes it: by label, with a seed. */
  dev_share: z.number().min(0.01).max(0.5).default(0.1),
  seed: z.int().min(0).max(0xffff_ffff).default(12345),
  /** Rows with faults are left out instead of refusing the import. */
  skip_faulty_rows: z.boolean().default(false),
  /** The same for rows with faults of these kinds only. */
  skip_faults: z.array(z.string()).default([]),
  /** By this name the work can be cancelled, and its progress is told. */
  work_id: z.string().min(1).max(100).nullable().default(null),
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
  /** For the sentence of the code in another language; `message` is the English one. */
  facts: FaultFacts.optional(),
  message: z.string(),
})
export type DatasetFault = z.infer<typeof DatasetFault>

export const DatasetCheck = z.object({
  faults: z.array(DatasetFault),
  /** Faults in all; the list above stops at 1000. */
  fault_count: z.int(),
  /** How many of each kind, also of those that are not listed. */
  code_counts: z.record(z.string(), z.int()).default({}),
  rows: z.partialRecord(SplitName, z.int()),
  /** By label; of a regression by stretches of its numbers, of questions by `answer` and `no-answer`. */
  label_counts: z.partialRecord(SplitName, z.record(z.string(), z.int())),
  labels: z.array(z.string()),
})
export type DatasetCheck = z.infer<typeof DatasetCheck>

/** How long the training texts are for a vocabulary, over the whole file. */
export const TextLengths = z.object({
  /** Pieces with the special ones, before anything is cut, and how many texts have that many; in order. */
  counts: z.array(z.tuple([z.int(), z.int()])),
  /** Texts that were counted: all, or one of so many, drawn evenly over the file. */
  rows: z.int(),
  one_of: z.int().min(1),
})
export type TextLengths = z.infer<typeof TextLengths>

/** Texts as a model reads them. */
export const EncodedText = z.object({
  pieces: z.array(z.string()),
  input_ids: z.array(z.int()),
  segment_ids: z.array(z.int()),
  /** Pieces before anything was cut, special pieces included. */
  whole_length: z.int(),
})
export type EncodedText = z.infer<typeof EncodedText>
