// QQP: do two questions ask the same?
import { defineTask, RUN_GLUE } from './define-task.ts'

export const qqp = defineTask({
  name: 'QQP',
  title: 'Quora Question Pairs',
  kind: 'classification',
  labels: ['0', '1'],
  // The published files have rows that were torn apart; the original leaves them out without a word.
  splits: {
    train: {
      file: 'QQP/train.tsv',
      header: true,
      columns: { guid: 0, text_a: 3, text_b: 4, label: 5 },
      skip_short_rows: true,
    },
    dev: {
      file: 'QQP/dev.tsv',
      header: true,
      columns: { guid: 0, text_a: 3, text_b: 4, label: 5 },
      skip_short_rows: true,
    },
    test: { file: 'QQP/test.tsv', header: true, columns: { guid: 0, text_a: 1, text_b: 2 } },
  },
  metrics: ['accuracy', 'f1', 'loss'],
  best_by: 'accuracy',
  submission: 'QQP.tsv',
  preset: {
    ...RUN_GLUE,
    learning_rate: 5e-5,
    train_step: 14000,
    warmup_step: 1000,
    train_batch_size: 128,
    save_checkpoints_steps: 100,
  },
})
