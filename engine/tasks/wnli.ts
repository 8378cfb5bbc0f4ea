// WNLI: is the pronoun of the first text what the second puts in its place?
import { defineTask, RUN_GLUE } from './define-task.ts'

export const wnli = defineTask({
  name: 'WNLI',
  title: 'Winograd Natural Language Inference',
  kind: 'classification',
  labels: ['0', '1'],
  splits: {
    train: { file: 'WNLI/train.tsv', header: true, columns: { guid: 0, text_a: 1, text_b: 2, label: -1 } },
    dev: { file: 'WNLI/dev.tsv', header: true, columns: { guid: 0, text_a: 1, text_b: 2, label: -1 } },
    test: { file: 'WNLI/test.tsv', header: true, columns: { guid: 0, text_a: 1, text_b: 2 } },
  },
  metrics: ['accuracy', 'loss'],
  best_by: 'accuracy',
  submission: 'WNLI.tsv',
  // run_glue.sh leaves WNLI out; these are the values of the paper (arXiv 1909.11942, table 14).
  preset: {
    ...RUN_GLUE,
    learning_rate: 2e-5,
    train_step: 2000,
    warmup_step: 250,
    train_batch_size: 16,
    save_checkpoints_steps: 100,
  },
})
