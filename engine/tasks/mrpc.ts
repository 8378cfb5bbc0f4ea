// MRPC: do two sentences from the news say the same?
import { defineTask, RUN_GLUE } from './define-task.ts'

export const mrpc = defineTask({
  name: 'MRPC',
  title: 'Microsoft Research Paraphrase Corpus',
  kind: 'classification',
  labels: ['0', '1'],
  splits: {
    train: { file: 'MRPC/train.tsv', header: true, columns: { guid: null, text_a: 3, text_b: 4, label: 0 } },
    dev: { file: 'MRPC/dev.tsv', header: true, columns: { guid: null, text_a: 3, text_b: 4, label: 0 } },
    test: { file: 'MRPC/test.tsv', header: true, columns: { guid: 0, text_a: 3, text_b: 4 } },
  },
  metrics: ['accuracy', 'f1', 'loss'],
  best_by: 'accuracy',
  submission: 'MRPC.tsv',
  preset: {
    ...RUN_GLUE,
    learning_rate: 2e-5,
    train_step: 800,
    warmup_step: 200,
    train_batch_size: 32,
    save_checkpoints_steps: 100,
  },
})
