// Every training knob, declared once: type, bounds, default, label and help. Forms, flags, tables and job records read this.
import { z } from 'zod'

/** Names of the groups in which forms and `--help` show the knobs, in order. */
export const HYPERPARAMETER_GROUPS = [
  'text',
  'optimization',
  'schedule',
  'checkpoints',
  'evaluation',
] as const

/** Fine-tuning knobs, spelled as the flags of the original's `run_classifier.py`, with its defaults. */
export const Hyperparameters = z.object({
  max_seq_length: z.int().min(8).max(512).default(512).meta({
    title: 'Maximum sequence length',
    description: 'Longest input in pieces, [CLS] and [SEP] included; what is longer is cut.',
    group: 'text',
  }),
  do_lower_case: z.boolean().default(true).meta({
    title: 'Lower-case the text',
    description: 'On for every released English model: all of them are uncased.',
    group: 'text',
  }),
  optimizer: z.enum(['adamw', 'lamb']).default('adamw').meta({
    title: 'Optimizer',
    description: 'AdamW for fine-tuning; LAMB is what the models were pretrained with.',
    group: 'optimization',
  }),
  learning_rate: z.number().positive().max(1).default(5e-5).meta({
    title: 'Learning rate',
    description: 'Peak of the schedule.',
    group: 'optimization',
  }),
  train_batch_size: z.int().min(1).max(4096).default(32).meta({
    title: 'Training batch size',
    description: 'Examples in one update.',
    group: 'optimization',
  }),
  train_step: z.int().min(1).max(10_000_000).default(1000).meta({
    title: 'Training steps',
    description: 'Updates in all; the learning rate reaches 0 at the last one.',
    group: 'schedule',
  }),
  warmup_step: z.int().min(0).max(10_000_000).default(0).meta({
    title: 'Warm-up steps',
    description: 'Steps over which the learning rate climbs from 0 to its full value.',
    group: 'schedule',
  }),
  seed: z.int().min(0).max(0xffff_ffff).default(12345).meta({
    title: 'Seed',
    description:
      'Decides the fresh weights, the order of the examples and the dropout. The same seed repeats a run.',
    group: 'schedule',
  }),
  save_checkpoints_steps: z.int().min(1).max(10_000_000).default(1000).meta({
    title: 'Save and evaluate every … steps',
    description: 'Each checkpoint is evaluated; the best one is what is kept as the result.',
    group: 'checkpoints',
  }),
  keep_checkpoint_max: z.int().min(1).max(1000).default(5).meta({
    title: 'Checkpoints to keep',
    description: 'The newest ones; the best is always kept beside them.',
    group: 'checkpoints',
  }),
  eval_batch_size: z.int().min(1).max(4096).default(8).meta({
    title: 'Evaluation batch size',
    description: 'Examples evaluated at once. It changes the speed, not the score.',
    group: 'evaluation',
  }),
  predict_batch_size: z.int().min(1).max(4096).default(8).meta({
    title: 'Prediction batch size',
    description: 'Examples predicted at once. It changes the speed, not the answers.',
    group: 'evaluation',
  }),
})
export type Hyperparameters = z.infer<typeof Hyperparameters>
export type HyperparameterName = keyof Hyperparameters

/** One broken rule between knobs: the field it shows at, its i18n key and the numbers of the sentence. */
export type RuleViolation = {
  field: HyperparameterName
  rule: 'warmup-beyond-training' | 'sequence-beyond-positions'
  message: string
}

/**
 * Checks the rules that no single field can state.
 * @param max_position_embeddings rows of the model's position table, when the model is known
 * @returns the violations in form order; empty when the values go together
 */
export function hyperparameterViolations(
  values: Pick<Hyperparameters, 'warmup_step' | 'train_step' | 'max_seq_length'>,
  max_position_embeddings?: number,
): RuleViolation[] {
  const violations: RuleViolation[] = []
  if (max_position_embeddings !== undefined && values.max_seq_length > max_position_embeddings) {
    violations.push({
      field: 'max_seq_length',
      rule: 'sequence-beyond-positions',
      message: `max_seq_length ${values.max_seq_length} is longer than the model's ${max_position_embeddings} positions; choose at most ${max_position_embeddings}.`,
    })
  }
  if (values.warmup_step > values.train_step) {
    violations.push({
      field: 'warmup_step',
      rule: 'warmup-beyond-training',
      message: `warmup_step ${values.warmup_step} is more than train_step ${values.train_step}; choose at most ${values.train_step}, or train longer.`,
    })
  }
  return violations
}
