// Knobs that only one kind of task has, declared once: spelled as the flags of the original's scripts, with their defaults.
import { z } from 'zod'

const dropout_prob = z.number().min(0).max(0.9).default(0.1).meta({
  title: 'Dropout of the head',
  description:
    'Share of the head’s inputs that is dropped in training; the encoder’s own is in the model’s config.',
  group: 'optimization',
})

/** `run_squad_v1` and `run_squad_v2`. */
export const ExtractiveQaHyperparameters = z.object({
  doc_stride: z.int().min(1).max(512).default(128).meta({
    title: 'Stride of the windows',
    description: 'A longer context is read in windows that start this many pieces apart.',
    group: 'text',
  }),
  max_query_length: z.int().min(1).max(500).default(64).meta({
    title: 'Maximum question length',
    description: 'In pieces; a longer question loses its end.',
    group: 'text',
  }),
  max_answer_length: z.int().min(1).max(512).default(30).meta({
    title: 'Maximum answer length',
    description: 'In pieces; longer spans are no answers.',
    group: 'evaluation',
  }),
  n_best_size: z.int().min(1).max(512).default(20).meta({
    title: 'Answers to keep',
    description: 'How many answers to each question are compared and written.',
    group: 'evaluation',
  }),
  start_n_top: z.int().min(1).max(512).default(5).meta({
    title: 'Starts to follow',
    description: 'With unanswerable questions: how many of the best starts are followed.',
    group: 'evaluation',
  }),
  end_n_top: z.int().min(1).max(512).default(5).meta({
    title: 'Ends of each start',
    description: 'With unanswerable questions: how many ends are kept for each start.',
    group: 'evaluation',
  }),
  dropout_prob,
})
export type ExtractiveQaHyperparameters = z.infer<typeof ExtractiveQaHyperparameters>

/** `run_race`. */
export const MultipleChoiceHyperparameters = z.object({
  max_qa_length: z.int().min(1).max(500).default(128).meta({
    title: 'Maximum length of question and answer',
    description: 'In pieces; what is longer loses its beginning.',
    group: 'text',
  }),
  high_only: z.boolean().default(false).meta({
    title: 'High school only',
    description: 'Leaves out the questions of the middle school.',
    group: 'text',
  }),
  middle_only: z.boolean().default(false).meta({
    title: 'Middle school only',
    description: 'Leaves out the questions of the high school.',
    group: 'text',
  }),
  dropout_prob,
})
export type MultipleChoiceHyperparameters = z.infer<typeof MultipleChoiceHyperparameters>

/** How the SQuAD scripts say how long to train: in passes over the questions, of which a share is warm-up. */
export const EpochSchedule = z.object({
  num_train_epochs: z.number().positive().max(1000).default(3).meta({
    title: 'Epochs',
    description: 'Passes over the training questions.',
    group: 'schedule',
  }),
  warmup_proportion: z.number().min(0).max(1).default(0.1).meta({
    title: 'Warm-up share',
    description: 'Share of the steps over which the learning rate climbs from 0 to its full value.',
    group: 'schedule',
  }),
})
export type EpochSchedule = z.infer<typeof EpochSchedule>

/** The steps that a schedule in epochs comes to. @param examples questions, not windows; the original counts so */
export function stepsOf(
  { num_train_epochs, warmup_proportion }: EpochSchedule,
  examples: number,
  train_batch_size: number,
): { train_step: number; warmup_step: number } {
  const train_step = Math.trunc((examples / train_batch_size) * num_train_epochs)
  return { train_step, warmup_step: Math.trunc(train_step * warmup_proportion) }
}

/** The knobs that a task of one kind has beside those of every run; for other kinds there are none. */
export type KindHyperparameters = {
  extractive_qa?: ExtractiveQaHyperparameters | undefined
  multiple_choice?: MultipleChoiceHyperparameters | undefined
}

/** A broken rule between the knobs of a kind and those of every run. */
export type KindViolation = {
  field: 'extractive_qa.max_query_length' | 'multiple_choice.high_only'
  rule: 'question-beyond-sequence' | 'no-level-left'
  message: string
}

/** Checks the rules that no single field can state. */
export function kindViolations(
  { max_seq_length }: { max_seq_length: number },
  { extractive_qa, multiple_choice }: KindHyperparameters,
): KindViolation[] {
  const violations: KindViolation[] = []
  // [CLS] question [SEP] context [SEP]: without room for the context there is nothing to answer from.
  if (extractive_qa !== undefined && max_seq_length <= extractive_qa.max_query_length + 3) {
    const { max_query_length } = extractive_qa
    violations.push({
      field: 'extractive_qa.max_query_length',
      rule: 'question-beyond-sequence',
      message: `max_query_length ${max_query_length} leaves no room for the text in max_seq_length ${max_seq_length}; choose at most ${Math.max(1, max_seq_length - 4)}, or a longer sequence.`,
    })
  }
  if (multiple_choice?.high_only === true && multiple_choice.middle_only) {
    violations.push({
      field: 'multiple_choice.high_only',
      rule: 'no-level-left',
      message: 'high_only and middle_only together leave no question; choose one of them.',
    })
  }
  return violations
}
