// STS-B: how alike are two sentences, from 0 to 5?
import { defineTask, RUN_GLUE } from './define-task.ts'

export const stsb = defineTask({
  name: 'STS-B',
  title: 'Semantic Textual Similarity Benchmark',
  kind: 'regression',
  labels: null,
  splits: {
    train: { file: 'STS-B/train.tsv', header: true, columns: { guid: 0, text_a: 7, text_b: 8, label: -1 } },
    dev: { file: 'STS-B/dev.tsv', header: true, columns: { guid: 0, text_a: 7, text_b: 8, label: -1 } },
    test: { file: 'STS-B/test.tsv', header: true, columns: { guid: 0, text_a: 7, text_b: 8 } },
  },
  metrics: ['pearson', 'spearman', 'mse', 'loss'],
  best_by: 'pearson',
  submission: 'STS-B.tsv',
  preset: {
    ...RUN_GLUE,
    learning_rate: 2e-5,
    train_step: 3598,
    warmup_step: 214,
    train_batch_size: 16,
    save_checkpoints_steps: 100,
  },
})
