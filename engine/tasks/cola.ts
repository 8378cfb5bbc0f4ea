// CoLA: is a sentence acceptable English?
import { defineTask, RUN_GLUE } from './define-task.ts'

export const cola = defineTask({
  name: 'CoLA',
  title: 'Corpus of Linguistic Acceptability',
  kind: 'classification',
  labels: ['0', '1'],
  // Only the test file has a header.
  splits: {
    train: { file: 'CoLA/train.tsv', header: false, columns: { text_a: 3, label: 1 } },
    dev: { file: 'CoLA/dev.tsv', header: false, columns: { text_a: 3, label: 1 } },
    test: { file: 'CoLA/test.tsv', header: true, columns: { guid: 0, text_a: 1 } },
  },
  metrics: ['matthews', 'accuracy', 'loss'],
  best_by: 'matthews',
  submission: 'CoLA.tsv',
  preset: {
    ...RUN_GLUE,
    learning_rate: 1e-5,
    train_step: 5336,
    warmup_step: 320,
    train_batch_size: 16,
    save_checkpoints_steps: 100,
  },
})
