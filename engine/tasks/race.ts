// RACE: exam questions about a text, each with four answers of which one is right. Each split is a folder with `middle` and `high`.
import { defineTask } from './define-task.ts'

const columns = { guid: 'id', text_a: 'article', text_b: 'options', label: 'answers' } as const

export const race = defineTask({
  name: 'RACE',
  title: 'Reading Comprehension from Examinations',
  kind: 'multiple-choice',
  labels: ['A', 'B', 'C', 'D'],
  splits: {
    train: { file: 'RACE/train', header: false, columns },
    dev: { file: 'RACE/dev', header: false, columns },
    test: { file: 'RACE/test', header: false, columns },
  },
  metrics: ['accuracy', 'loss'],
  best_by: 'accuracy',
  // The paper's, table 14, with the rate that version 2 models need: at 2e-5 they diverge.
  preset: {
    do_lower_case: true,
    max_seq_length: 512,
    optimizer: 'adamw',
    learning_rate: 1e-5,
    train_step: 12000,
    warmup_step: 1000,
    train_batch_size: 32,
    save_checkpoints_steps: 1000,
  },
})
